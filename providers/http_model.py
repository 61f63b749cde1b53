"""The leaf: one vendor's model over HTTP. It sends, watches the clock and hands bytes to its dialect."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing
from dataclasses import dataclass, field

import msgspec

from providers import extra_headers
from providers.body import Body
from providers.breakage import LostError
from providers.dialects.base import ACCEPTS, Dialect, Encoded, Quirks, credentials
from providers.dialects.urls import join
from providers.error_bodies import request_id
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Notice, Phase, Response, Started, Timing
from providers.exchanging import Answering, Client
from providers.naming import model_name
from providers.own_key import failure_without, without
from providers.patience import AFTER_END_S, Patience, Watch
from providers.types import Request
from providers.witness import NOBODY, Observer, Witness

MAX_ERROR_BYTES = 256 * 1024
ERROR_BODY_S = 10.0
PHASES: tuple[Phase, ...] = ("pool", "dns", "connect", "tls", "sent")
SERVER_TIMINGS = ("openai-processing-ms", "x-litellm-response-duration-ms", "x-litellm-overhead-duration-ms")


@dataclass(frozen=True)
class HttpModel:
    """One model of one vendor at one endpoint.

    `key` is added to requests here and nowhere else; whoever builds the model has made sure that it belongs to the
    origin of `base_url`.
    """

    vendor: str
    model: str
    base_url: str
    dialect: Dialect
    client: Client
    quirks: Quirks = field(default_factory=Quirks)
    key: str | None = field(default=None, repr=False)
    patience: Patience = field(default_factory=Patience)
    observer: Observer = NOBODY
    fault: str = ""
    """What goes wrong on purpose on the way there, as its SPEC says; the stream tells of it."""

    @property
    def name(self) -> str:
        return model_name(self.vendor, self.base_url, self.model)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        request, own_headers = extra_headers.taken(request)
        encoded = self.dialect.encode(request, model=self.model, base_url=self.base_url, quirks=self.quirks)
        witness = self.observer.attend(self)
        asking = self._asking(encoded, own_headers, witness)
        started_ns = time.perf_counter_ns()  # whatever took time before is no part of the model's
        witness.began(started_ns)
        watch = Watch(self.patience, started_ns)
        yield Started(0, started_ns, role="answer", vendor=self.vendor, endpoint=self.base_url, model=self.model)
        for notice in encoded.notices:
            yield notice
        if self.fault:
            yield Notice(0, started_ns, "fault", f"Fault injected: {self.fault}")
        end: Finished | None = None
        failed: ProviderError | None = None
        try:
            async with AsyncExitStack() as stack:
                stack.callback(watch.rest)
                exchange = await self._open(stack, asking, watch)
                for event in _head(exchange, self.key):
                    yield event
                if not 200 <= exchange.status < 300:
                    raise ProviderError(await self._refusal(exchange, witness))
                async with aclosing(self._answer(exchange, watch, witness)) as answer:
                    async for event in answer:
                        if isinstance(event, Finished):
                            end = event
                        else:
                            yield event
        except ProviderError as error:
            told = failure_without(self.key, error.failure)
            failed = ProviderError(msgspec.structs.replace(told, late=watch.useful))
            failed.__cause__ = error.__cause__
        if failed is not None:
            raise failed  # outside: its context would be the error that may quote the key
        assert end is not None  # said last, when the connection has been given back: nothing can fail after it
        yield end

    def _asking(
        self, encoded: Encoded, own: dict[str, str], witness: Witness
    ) -> AbstractAsyncContextManager[Answering]:
        headers = {"content-type": "application/json", "accept": ACCEPTS[self.dialect.framing], **encoded.headers}
        headers |= {name.lower(): value for name, value in self.quirks.headers.items()} | own
        if self.key is not None:
            headers |= credentials(self.dialect, self.quirks, self.key)
        url = join(self.base_url, encoded.path)
        return self.client.exchange("POST", url, headers=headers, body=encoded.body, witness=witness)

    async def _open(
        self, stack: AsyncExitStack, asking: AbstractAsyncContextManager[Answering], watch: Watch
    ) -> Answering:
        try:
            async with asyncio.timeout(watch.left_s):
                return await stack.enter_async_context(asking)
        except TimeoutError:
            raise watch.error() from None

    async def _refusal(self, exchange: Answering, witness: Witness) -> Failure:
        if 300 <= exchange.status < 400:
            where = exchange.headers.get("location", "nowhere")
            said = f"the server redirects to {where}, and redirects are not followed: give that address as base URL"
            return Failure("protocol", said, exchange.status)
        body = b""
        try:
            async with asyncio.timeout(ERROR_BODY_S), aclosing(exchange.pieces()) as pieces:
                async for at_ns, piece in pieces:
                    witness.heard(at_ns, piece)
                    body += piece
                    if len(body) > MAX_ERROR_BYTES:
                        break
        except (TimeoutError, ProviderError):
            pass  # what came of the explanation is all there is
        return self.dialect.failure(exchange.status, exchange.headers, body)

    async def _answer(self, exchange: Answering, watch: Watch, witness: Witness) -> AsyncGenerator[Event, None]:
        """The events of a successful response. A connection that breaks is one that ends: the dialect's proof of
        completion alone tells whether the answer is whole."""
        decoder = self.dialect.decoder(model=self.model, quirks=self.quirks)
        body = Body(decoder, exchange.headers.get("content-type", ""), self.dialect.framing)
        watch.over(exchange.abort)
        lost: LostError | None = None
        at_ns = 0
        try:
            async with aclosing(exchange.pieces()) as pieces:
                async for at_ns, piece in pieces:
                    witness.heard(at_ns, piece)
                    if not body.begun:
                        yield Timing(0, at_ns, "first_byte")
                    for event in body.feed(piece, at_ns):
                        watch.saw(event)
                        yield event
                    if body.complete:
                        watch.drain(AFTER_END_S)
        except LostError as error:
            lost = error
        if watch.expired and not watch.draining:
            raise watch.error()
        for event in _end(body, at_ns or time.perf_counter_ns(), lost):
            watch.saw(event)
            yield event


def _end(body: Body, at_ns: int, lost: LostError | None) -> Iterator[Event]:
    try:
        yield from body.end(at_ns)
    except ProviderError as error:
        if lost is None or error.failure.kind != "cut_off":
            raise
        message = f"{error.failure.message} ({lost.failure.message})"
        raise ProviderError(msgspec.structs.replace(error.failure, message=message)) from lost


def _head(exchange: Answering, key: str | None) -> Iterator[Event]:
    """What is known once the response's head is there."""
    for phase in PHASES:
        if phase in exchange.marks:
            began_ns, over_ns = exchange.marks[phase]
            yield Timing(0, over_ns, phase, began_ns)
    yield Timing(0, exchange.headers_ns, "headers")
    timings = {name: float(exchange.headers[name]) for name in SERVER_TIMINGS if _is_number(exchange.headers, name)}
    id_ = request_id(exchange.headers)
    yield Response(
        0,
        exchange.headers_ns,
        exchange.status,
        exchange.http_version,
        exchange.reused,
        None if id_ is None else without(key, id_),
        timings,
        exchange.warmed,
        exchange.stamp,
    )
    if exchange.reconnected:
        yield Notice(
            0, exchange.headers_ns, "reconnected", "The kept connection was dead; a new one was opened at once."
        )


def _is_number(headers: dict[str, str], name: str) -> bool:
    return headers.get(name, "").replace(".", "", 1).isdecimal()
