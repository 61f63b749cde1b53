"""What was answered to a question that means the same: found by embeddings, let pass by a guard, or by who is asked."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from providers.errors import Failure, ProviderError
from providers.events import Decision, Event
from providers.model import Model
from providers.routes.attempts import Attempts
from providers.routes.guard import reason_against
from providers.routes.judge import Heard
from providers.types import Request

if TYPE_CHECKING:
    from providers.routes.cached import Entry

SAME = (
    "Do these two questions ask for exactly the same thing, so that one answer is right for both? "
    "Reply with yes or no only.\n\n1: {one}\n2: {other}"
)


class Vector(NamedTuple):
    """Of length 1."""

    values: tuple[float, ...]


class Embedder(Protocol):
    @property
    def name(self) -> str: ...

    def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        """An attempt of the role embedding, closed by `Spent`; then the vector, once and last. May raise
        `ProviderError` like a stream."""
        ...


class Near(NamedTuple):
    """An entry under an equal fingerprint of everything else, and the cosine of both questions."""

    entry: "Entry"
    cosine: float


class Shelf(Protocol):
    """Never raises."""

    async def near(self, rest: str, vector: Sequence[float]) -> Sequence[Near]:
        """The nearest first."""
        ...

    async def forbidden(self, one: str, other: str) -> bool:
        """Whether the user has said that these two are never to match."""
        ...

    async def looked(self, one: str, other: str, cosine: float, why: str, *, is_hit: bool) -> None:
        """Notes a pair near the threshold, for whoever wants to see what the cache decides."""
        ...


@dataclass
class Likeness:
    """What came of looking: with an `entry`, a hit."""

    entry: "Entry | None" = None
    said: str = ""
    score: float | None = None
    threshold: float | None = None
    by: str = ""
    vector: Sequence[float] = field(default=())
    failure: Failure | None = None

    @property
    def hit(self) -> Decision:
        saved = self.entry.saved if self.entry is not None else None
        return Decision("cache", "hit", self.score, self.threshold, self.by, saved)


@dataclass(frozen=True)
class Similarity:
    """`ask` is a cheap model that is asked for a yes or no, after the guard; None: the guard alone decides."""

    embedder: Embedder
    shelf: Shelf
    threshold: float = 0.9
    guard: Callable[[str, str], str] = reason_against
    ask: Model | None = None
    margin: float = 0.15
    """So far below the threshold a pair is still noted."""

    async def nearest(self, rest: str, question: str, found: Likeness) -> AsyncGenerator[Event, None]:
        """What it takes to look; what comes of it is entered in `found`. A failure is entered, too: it is a miss."""
        attempts = Attempts()
        child = attempts.child()
        found.threshold, found.by = self.threshold, f"cosine by {self.embedder.name}"
        try:
            async with aclosing(self.embedder.embed(question)) as sayings:
                async for said in sayings:
                    if isinstance(said, Vector):
                        found.vector = said.values
                    else:
                        yield child.own(said)
        except ProviderError as error:
            found.failure, found.said = error.failure, f"the question was not embedded: {error.failure.message}"
            return
        for near in await self.shelf.near(rest, found.vector):
            if near.cosine < self.threshold - self.margin:
                break
            why = await self._against(near, question)
            is_hit = not why
            if is_hit and self.ask is not None:
                heard, child = Heard("judge"), attempts.child()
                try:
                    async with aclosing(self.ask.stream(_asked(question, near.entry.question))) as events:
                        async for event in events:
                            if (passed := heard.passed_on(child.own(event))) is not None:
                                yield passed
                    is_hit = heard.text.strip().lower().startswith("yes")
                    why = "" if is_hit else f"{self.ask.name} says that they differ"
                except ProviderError as error:
                    is_hit, why = False, f"{self.ask.name} failed"
                    for event in child.failed(error.failure):
                        yield event
            await self.shelf.looked(question, near.entry.question, near.cosine, why, is_hit=is_hit)
            if found.score is None or is_hit:
                found.score, found.said = near.cosine, f"nearest {near.cosine:.2f}, {why}"
            if is_hit:
                found.entry, found.said = near.entry, f"Cache hit: a question like it ({near.cosine:.2f})"
                return

    async def _against(self, near: Near, question: str) -> str:
        """Why it is no hit; "" if nothing speaks against it."""
        if near.cosine < self.threshold:
            return f"below {self.threshold:.2f}"
        if against := self.guard(question, near.entry.question):
            return f"guard: {against}"
        return "you said that they never match" if await self.shelf.forbidden(question, near.entry.question) else ""


def _asked(one: str, other: str) -> Request:
    return Request.of(SAME.format(one=one, other=other), max_tokens=4, temperature=0)
