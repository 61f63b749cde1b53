"""One request from its arrival to the end of its answer, with whatever was asked to go wrong."""

import asyncio
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from random import Random

from starlette.types import Receive, Scope, Send

from providers.practice.ask import Ask, PaceWish, Tally
from providers.practice.face import JSON, Call, Face, Script
from providers.practice.faults import HTML, JUNK, Fault, Plan
from providers.practice.generation import End, Piece, generate
from providers.practice.pace import Metronome
from providers.practice.problems import Problem, decoded
from providers.practice.request_log import Entry
from providers.practice.shelf import Shelf
from providers.practice.times import Times
from providers.practice.wire import Wire

KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")


class Arrival:
    """A request as it came in; `problem` says what was wrong with it before anybody read it."""

    def __init__(
        self,
        body: bytes,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        model: str | None = None,
        verb: str | None = None,
        problem: Problem | None = None,
    ) -> None:
        self.body = body
        self.headers = headers
        self.query = query
        self.model = model
        self.verb = verb
        self.problem = problem
        self.id = secrets.token_hex(12)
        self.at = asyncio.get_running_loop().time()

    def call(self) -> Call:
        """Raises `Problem` if the body is not a JSON object, or there was one before."""
        if self.problem is not None:
            raise self.problem
        return Call(self.headers, decoded(self.body), self.query, self.model, self.verb)

    @property
    def model_named(self) -> str | None:
        """The model that the request names, wherever its dialect does; None if it names none."""
        if self.model is not None:
            return self.model
        with suppress(Problem):
            named = decoded(self.body).get("model")
            return named if isinstance(named, str) else None
        return None

    @property
    def has_wrong_key(self) -> bool:
        keys = (self.headers.get(name, "").removeprefix("Bearer ").strip() for name in KEY_HEADERS)
        return "wrong" in keys


class Exchange:
    """An ASGI response. It ends at once when the client goes away, and notes how it ended."""

    def __init__(self, arrival: Arrival, *, face: Face, shelf: Shelf, plan: Plan, pace: PaceWish, entry: Entry) -> None:
        self._arrival = arrival
        self._face = face
        self._shelf = shelf
        self._plan = plan
        self._pace = pace
        self._entry = entry
        self._sent = 0
        self._how = "done"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire = Wire(scope, receive, send, entry=self._entry)
        loop = asyncio.get_running_loop()
        playing = loop.create_task(self._play(wire), name="practice answer")
        leaving = loop.create_task(wire.gone(), name="practice client gone")
        try:
            await asyncio.wait((playing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not playing.done() and self._how == "done":
                self._how = "client_closed"
        finally:
            for task in (playing, leaving):
                task.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)
        self._note_end(playing)

    def _note_end(self, playing: "asyncio.Task[None]") -> None:
        error = None if playing.cancelled() else playing.exception()
        if error is not None:
            self._how = "bug"
            traceback.print_exception(error, file=sys.stderr)
        self._entry.note("end", how=self._how, tokens=self._sent, faults=self._plan.names)

    async def _play(self, wire: Wire) -> None:
        if late := self._plan.find("slow_head"):
            await asyncio.sleep(late["s"])
        try:
            if await self._play_instead(wire):
                return
            ask, tally = self._accepted()
        except Problem as problem:
            await self._refuse(wire, problem)
            return
        if ask.stream and not self._plan.find("json"):
            await self._stream(wire, ask, tally)
        else:
            await self._answer_whole(wire, ask, tally)

    async def _play_instead(self, wire: Wire) -> bool:
        """Plays a fault that leaves no room for an answer. Raises `Problem` for those that are error responses."""
        for fault in self._plan.faults:
            match fault.name:
                case "401":
                    raise self._fault_problem(Problem("authentication", "This key was revoked."))
                case "429":
                    told = Problem("rate", "Rate limit reached for requests.", retry_after=fault["retry_after"])
                    raise self._fault_problem(told)
                case "500":
                    raise self._fault_problem(Problem("server", "The server had an error."))
                case "503":
                    after = fault["retry_after"] if fault["retry_after"] >= 0 else None
                    raise self._fault_problem(Problem("unavailable", "The service is overloaded.", retry_after=after))
                case "html":
                    self._how = "fault"
                    await self._reply(wire, 502, {"content-type": "text/html"}, HTML)
                    return True
                case "empty":
                    self._how = "fault"
                    await self._reply(wire, 200, {"content-type": "text/event-stream"}, b"")
                    return True
                case "close":
                    self._how = "fault"
                    await wire.drop()
                    return True
                case _:
                    continue
        return False

    def _fault_problem(self, problem: Problem) -> Problem:
        self._how = "fault"
        return problem

    def _accepted(self) -> tuple[Ask, Tally]:
        """The request, understood and admitted. Raises `Problem`."""
        call = self._arrival.call()
        if self._arrival.has_wrong_key:
            raise self._face.wrong_key()
        ask = self._face.ask(call)
        tokens = self._shelf.tokens(ask.prompt)
        if len(tokens) >= ask.entry.context_length:
            raise Problem(
                "bad_request",
                f"This model's context length is {ask.entry.context_length} tokens, "
                f"and your messages have {len(tokens)}.",
                param="messages",
                code="context_length_exceeded",
            )
        cached = self._shelf.prefixes(ask.entry).admit(tokens)
        return ask, Tally(ask.entry.price, input=len(tokens), cached=cached, times=Times(self._arrival.at))

    async def _refuse(self, wire: Wire, problem: Problem) -> None:
        self._how = "refused" if self._how == "done" else self._how
        status, headers, body = self._face.problem(problem, self._arrival.id)
        await self._reply(wire, status, {"content-type": JSON, **headers}, body)

    async def _reply(self, wire: Wire, status: int, headers: dict[str, str], body: bytes) -> None:
        own = self._face.headers(self._arrival.id, ms=self._ms())
        await wire.head(status, {**headers, **own, "content-length": str(len(body))})
        await wire.write(body)
        await wire.end()

    async def _answer_whole(self, wire: Wire, ask: Ask, tally: Tally) -> None:
        metronome = self._metronome(ask, tally)
        pieces: list[Piece] = []
        end: End | None = None
        for said in self._said(ask):
            if isinstance(said, End):
                end = said
                continue
            await metronome.wait(tally.output)
            tally.add(said)
            pieces.append(said)
        assert end is not None
        tally.add_silent(end.tokens)
        self._sent = tally.output
        if self._plan.find("json"):
            self._how = "fault"
        await self._reply(wire, 200, {"content-type": JSON}, self._face.script(ask, tally).whole(pieces, end))

    async def _stream(self, wire: Wire, ask: Ask, tally: Tally) -> None:
        script = self._face.script(ask, tally)
        metronome = self._metronome(ask, tally)
        await metronome.wait_for_head()
        own = self._face.headers(self._arrival.id, ms=self._ms())
        await wire.head(200, {"content-type": self._face.content_type(ask), "cache-control": "no-cache", **own})
        if late := self._plan.find("slow_first"):
            await asyncio.sleep(late["s"])
            metronome.shift(late["s"])
        if self._plan.find("529"):
            self._how = "fault"
            await wire.write(script.problem(Problem("overloaded", "Overloaded")))
            await wire.end()
            return
        await wire.write(script.opening())
        for said in self._said(ask):
            for fault in self._plan.after(tally.output):
                if await self._strike(fault, wire, script, metronome):
                    return
            if isinstance(said, End):
                tally.add_silent(said.tokens)
                await wire.write(script.closing(said))
            else:
                await metronome.wait(tally.output)
                tally.add(said)
                await wire.write(script.piece(said))
            self._sent = tally.output
        await wire.end()

    async def _strike(self, fault: Fault, wire: Wire, script: Script, metronome: Metronome) -> bool:
        """Whether the answer is over with this fault."""
        match fault.name:
            case "stall":
                await asyncio.sleep(fault["s"])
                metronome.shift(fault["s"])
                return False
            case "junk":
                await wire.write(JUNK)
                return False
            case "error":
                await wire.write(script.problem(Problem("server", "The server had an error while it was answering.")))
                await wire.end()
            case "cut":
                await wire.end()
            case "drop":
                self._how = "fault"
                await wire.drop()
            case "reset":
                self._how = "fault"
                await wire.reset()
        self._how = "fault"
        return True

    def _said(self, ask: Ask) -> Iterator[Piece | End]:
        return generate(self._shelf.model(ask.entry), ask.prompt, ask.sampling)

    def _metronome(self, ask: Ask, tally: Tally) -> Metronome:
        pace = ask.pace.over(self._pace.over(ask.entry.pace))
        return Metronome(pace, start=self._arrival.at, fresh=tally.input - tally.cached, random=Random())

    def _ms(self) -> float:
        return (asyncio.get_running_loop().time() - self._arrival.at) * 1000.0
