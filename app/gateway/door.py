"""Where a client's request comes in: read, run as any lane is, and told in the client's protocol."""

import asyncio
import hmac
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from app.execute import StartLine, execute, fold_of
from app.gateway.asked import Asked, BadCallError
from app.gateway.told import Told, told
from app.lag import LoopLag
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.routes.spec import Escalate, Fallback, Node, children
from app.run import Pricer, RunFold
from app.tasks import Tasks
from providers.errors import ErrorKind, Failure
from providers.events import CONTENT, Discarded, Event, Failed, Finished, ToolCall
from providers.model import Model

MOST_BYTES = 64 * 1024 * 1024
STATUS: Mapping[ErrorKind, int] = {
    "authentication": 401,
    "permission": 403,
    "not_found": 404,
    "bad_request": 400,
    "too_long": 413,
    "rate": 429,
    "quota": 402,
    "overloaded": 503,
    "content_filter": 400,
    "timeout_first": 504,
    "timeout_idle": 504,
}
JSON = "application/json"
SHOWN = (*CONTENT, ToolCall)


class Said(Protocol):
    """One answer in a protocol's words. All but `whole` give bytes of its stream."""

    @property
    def content_type(self) -> str: ...

    def opening(self) -> bytes: ...
    def piece(self, event: Event) -> bytes: ...
    def closing(self, told: Told) -> bytes: ...
    def failing(self, failure: Failure) -> bytes: ...
    def whole(self, told: Told) -> bytes: ...


@dataclass(frozen=True)
class Words:
    """A protocol: how requests are read in it and answers told."""

    read: Callable[[Any], Asked]
    said: Callable[[str, str, Asked], Said]
    error: Callable[[Failure], dict[str, Any]]


@dataclass(frozen=True)
class House:
    """What all doors lead to. `ended` is told of every run that is over."""

    lanes: Mapping[str, Lane]
    model: Callable[[Lane], Awaitable[Model]]
    price: Pricer
    ended: Callable[[RunOrder, RunFold, RunRecord], None]
    tasks: Tasks
    lag: LoopLag
    token: str = ""

    def lane(self, name: str) -> Lane | None:
        """A house of one route gives it to whoever asks, by whatever name."""
        return next(iter(self.lanes.values())) if len(self.lanes) == 1 else self.lanes.get(name)

    def opens_to(self, headers: Mapping[str, str]) -> bool:
        given = headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key", "")
        return not self.token or hmac.compare_digest(given.encode(), self.token.encode())


class RefusedError(Exception):
    """The request was not run."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Door:
    """An ASGI endpoint that speaks one protocol."""

    def __init__(self, house: House, words: Words) -> None:
        self._house, self._words = house, words
        self._number = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asked, lane = await self._asked(Request(scope, receive))
        except ClientDisconnect:
            return
        except RefusedError as error:
            await self._refuse(send, error.failure)
            return
        id_ = uuid.uuid4().hex
        said = self._words.said(id_, asked.model, asked)
        order = RunOrder(self._number, 0, 0, lane, asked.request)
        self._number += 1
        answer = Answering(self._house, order)
        leaving = self._house.tasks.start(_when_gone(receive, answer.stop), name=f"client {id_}")
        try:
            await self._tell(send, said, answer, stream=asked.stream, id_=id_)
        except OSError:  # the client has gone
            answer.stop()
        finally:
            leaving.cancel()
            await answer.over()

    async def _asked(self, request: Request) -> tuple[Asked, Lane]:
        if not self._house.opens_to(request.headers):
            raise RefusedError(Failure("authentication", "this gateway wants its own token as the key"))
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise RefusedError(Failure("too_long", f"the request is larger than {MOST_BYTES} bytes"))
        try:
            asked = self._words.read(msgspec.json.decode(bytes(body)))
        except (msgspec.DecodeError, RecursionError) as error:
            raise RefusedError(Failure("bad_request", f"the request is no JSON: {error}")) from None
        except BadCallError as error:
            raise RefusedError(Failure("bad_request", str(error))) from None
        lane = self._house.lane(asked.model)
        if lane is None:
            there = ", ".join(self._house.lanes)
            raise RefusedError(Failure("not_found", f"there is no route {asked.model!r} here; there are: {there}"))
        return asked, lane

    async def _tell(self, send: Send, said: Said, answer: "Answering", *, stream: bool, id_: str) -> None:
        """The status is sent when something is known of the answer: an error is then one of the protocol's own."""
        head = [(b"x-request-id", id_.encode()), (b"x-abreast-lane", answer.lane.encode("utf-8"))]
        is_open = False
        async for event in answer.events():
            if not stream:
                continue
            if not is_open:
                await _start(send, 200, [*head, (b"cache-control", b"no-cache")], said.content_type)
                await _more(send, said.opening())
                is_open = True
            if piece := said.piece(event):
                await _more(send, piece)
        failure = answer.failure
        if failure is not None and not is_open:
            await self._refuse(send, failure, head)
        elif stream:
            if not is_open:
                await _start(send, 200, head, said.content_type)
                await _more(send, said.opening())
            await _more(send, said.failing(failure) if failure is not None else said.closing(answer.told), more=False)
        else:
            await _start(send, 200, head, JSON)
            await _more(send, said.whole(answer.told), more=False)

    async def _refuse(self, send: Send, failure: Failure, head: list[tuple[bytes, bytes]] | None = None) -> None:
        status = failure.status or STATUS.get(failure.kind, 502)
        headers = list(head or ())
        if failure.retry_after_s is not None:
            headers.append((b"retry-after", str(max(0, round(failure.retry_after_s))).encode()))
        await _start(send, status if status >= 400 else 502, headers, JSON)
        await _more(send, msgspec.json.encode(self._words.error(failure)), more=False)


class Answering:
    """One run, whose events can be read as they come.

    A client cannot take back what it was sent. Of a route that may set an answer aside after some of it has streamed,
    nothing is passed on before it stands.
    """

    def __init__(self, house: House, order: RunOrder) -> None:
        self._house, self._order = house, order
        self._fold = fold_of(order)
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._is_held = order.lane.route is not None and takes_back(order.lane.route.root)
        self._held: list[Event] = []
        self._record: RunRecord | None = None
        self._task = house.tasks.start(self._run(), name=f"gateway run {order.run}")

    @property
    def lane(self) -> str:
        return self._order.lane.text

    @property
    def told(self) -> Told:
        return told(self._fold)

    @property
    def failure(self) -> Failure | None:
        """What the run ended with, once it is over."""
        error = self._record.error if self._record is not None else None
        if error is None:
            return None
        return Failure(error.kind, error.message, error.status, error.provider_code, retry_after_s=error.retry_after_s)

    async def events(self) -> AsyncIterator[Event]:
        """What is shown of the answer, until the run is over."""
        while (event := await self._queue.get()) is not None:
            yield event

    def stop(self) -> None:
        asyncio.get_running_loop().call_soon(self._task.cancel)

    async def over(self) -> None:
        if not self._task.done():
            self.stop()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            self._record = await execute(
                self._order,
                self._house.model(self._order.lane),
                line=StartLine(1),
                sink=self._heard,
                lag=self._house.lag,
                price=self._house.price,
                fold=self._fold,
            )
            self._house.ended(self._order, self._fold, self._record)
        finally:
            self._queue.put_nowait(None)

    def _heard(self, _run: int, event: Event) -> None:
        if isinstance(event, SHOWN):
            if self._is_held:
                self._held.append(event)
            else:
                self._queue.put_nowait(event)
        elif isinstance(event, Failed | Discarded):
            self._held = [each for each in self._held if each.attempt != event.attempt]
        elif isinstance(event, Finished):
            for each in self._held:
                self._queue.put_nowait(each)


def takes_back(node: Node) -> bool:
    """Whether an answer of which something was shown may yet be set aside."""
    here = isinstance(node, Escalate) or (isinstance(node, Fallback) and node.restart)
    return here or any(takes_back(child) for _, child in children(node))


async def _when_gone(receive: Receive, then: Callable[[], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    then()


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]], content_type: str) -> None:
    head = [*headers, (b"content-type", content_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})


async def _more(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})
