"""An allowance for tests: so many pieces at first, so many more for each asking, until there are no more."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from providers.errors import Failure, ProviderError
from providers.events import CONTENT, Event, Finished
from providers.types import Request


@dataclass
class Granting:
    """Gives `slices` one after the other; None of them at all is a refusal."""

    slices: tuple[int, ...]
    said: str = ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    pause_s: float = 0.0
    given: "list[Given]" = field(default_factory=list)

    async def ask(self, request: Request) -> "Given":
        await self.sleep(self.pause_s)
        if not self.slices:
            raise ProviderError(Failure("quota", "nothing is left", provider_code="budget"))
        given = Given(self, list(self.slices[1:]), self.slices[0], [self.said] * bool(self.said))
        self.given.append(given)
        return given


@dataclass
class Given:
    home: Granting
    more_slices: list[int]
    granted: int
    sentences: list[str]
    pieces: int = 0
    ends: list[str] = field(default_factory=list)

    def saw(self, event: Event) -> None:
        self.pieces += isinstance(event, CONTENT)

    @property
    def covers(self) -> bool:
        return self.pieces < self.granted

    async def more(self) -> str:
        await self.home.sleep(self.home.pause_s)
        if not self.more_slices:
            return "stopped by the budget"
        self.granted += self.more_slices.pop(0)
        return "" if self.covers else "stopped by the budget"

    async def settle(self, finished: Finished) -> None:
        self.ends.append("settled")
        await self.home.sleep(self.home.pause_s)

    def end(self, failure: Failure | None) -> None:
        if not self.ends:
            self.ends.append(failure.kind if failure is not None else "left")

    def said(self) -> tuple[str, ...]:
        said, self.sentences = tuple(self.sentences), []
        return said
