"""A model that may use no more than it is granted."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from providers.errors import Failure, ProviderError
from providers.events import Event, Failed, Finished, Notice, Spent, Started
from providers.model import Model
from providers.routes.attempts import Attempts
from providers.routes.similarity import Embedder, Vector
from providers.types import Request


class Grant(Protocol):
    """What one stream may use. It is shown every event, and takes more ahead of need."""

    def saw(self, event: Event) -> None:
        """Counts it. Costs next to nothing."""

    @property
    def covers(self) -> bool:
        """Whether the next piece of an answer is paid for."""

    async def more(self) -> str:
        """Asks for more, and waits for it; why there is none, else nothing."""

    async def settle(self, finished: Finished) -> None:
        """The answer stands; this is what it has used."""

    def end(self, failure: Failure | None) -> None:
        """The stream is over, by `failure` if it was one: what was not used is given back. Does nothing once it is
        settled. Waits for nobody."""

    def said(self) -> tuple[str, ...]:
        """What the user should know, each sentence once."""


class Allowance(Protocol):
    async def ask(self, request: Request) -> Grant:
        """Raises `ProviderError` if it may not be sent."""


@dataclass(frozen=True)
class Budgeted:
    """Asks the allowance before anything is sent, and closes the stream when no more is granted: it then fails as
    `cancelled`, with the reason, and what has come is kept.

    It stands around a leaf, where the money is spent, and never around a route: it leaves its stream at once, which of
    several streams that run together would lose what they have yet to report.
    """

    model: Model
    allowance: Allowance

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        grant = await self.allowance.ask(request)
        child = Attempts().child()
        latest, why, failure = 0, "", None
        try:
            async with aclosing(self.model.stream(request)) as events:
                async for event in events:
                    grant.saw(event)
                    if isinstance(event, Finished):
                        await grant.settle(event)
                    own = child.own(event)
                    latest = own.attempt if isinstance(own, Started) else latest
                    if not isinstance(event, Started):
                        for sentence in grant.said():
                            yield Notice(latest, time.perf_counter_ns(), "limit", sentence)
                    yield own
                    if not isinstance(event, Finished) and not grant.covers and (why := await grant.more()):
                        break
        except ProviderError as error:
            failure = error.failure
            raise
        finally:
            grant.end(failure)
        if why:
            for sentence in grant.said():
                yield Notice(latest, time.perf_counter_ns(), "limit", sentence)
            stopped = Failure("cancelled", why, provider_code="budget", late=True)
            for number in child.open[:-1]:
                yield Failed(number, time.perf_counter_ns(), stopped)
            raise ProviderError(stopped)


@dataclass(frozen=True)
class BudgetedEmbedder:
    """The same before whoever embeds, whose whole answer is one piece: it is asked or it is not."""

    embedder: Embedder
    allowance: Allowance

    @property
    def name(self) -> str:
        return self.embedder.name

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        grant = await self.allowance.ask(Request.of(text, max_tokens=1))
        failure = None
        try:
            async with aclosing(self.embedder.embed(text)) as sayings:
                async for said in sayings:
                    if isinstance(said, Vector):
                        yield said
                        continue
                    grant.saw(said)
                    if isinstance(said, Spent):
                        await grant.settle(Finished(said.attempt, said.at_ns, self.name, said.usage, None))
                    if not isinstance(said, Started):
                        for sentence in grant.said():
                            yield Notice(said.attempt, time.perf_counter_ns(), "limit", sentence)
                    yield said
        except ProviderError as error:
            failure = error.failure
            raise
        finally:
            grant.end(failure)
