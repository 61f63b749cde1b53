"""Not more at once, nor in a minute, than a place is to be given."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from providers.errors import ProviderError
from providers.events import Decision, Event, Finished, Notice
from providers.model import Model
from providers.routes.decisions import Before, decided
from providers.routes.gate import Gate
from providers.routes.rules import rough_tokens
from providers.types import Request

TOLD_S = 0.05
"""A wait that is shorter is not worth a word."""


@dataclass(frozen=True)
class Limit:
    """Waits at `gate`, which it may share with others, before it asks."""

    model: Model
    gate: Gate
    count: Callable[[Request], int] = rough_tokens

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        waited_s = await self.gate.enter(self.count(request))
        entered_s, inside, before = self.gate.now(), True, Before(*_waited(waited_s))
        try:
            async with aclosing(self.model.stream(request)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        self.gate.succeeded()
                        self.gate.leave()
                        inside = False
                    yield event
                    if before.left:
                        for notice in before.of(event):
                            yield notice
        except ProviderError as error:
            self.gate.failed(error.failure, entered_s)
            raise
        finally:
            if inside:
                self.gate.leave()


def _waited(seconds: float) -> tuple[Notice, ...]:
    if seconds < TOLD_S:
        return ()
    return (decided(0, Decision("limit", "waited", seconds), f"Limit: waited {seconds:.1f} s for its turn"),)
