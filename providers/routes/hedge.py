"""A second model when the first takes its time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

from providers.events import Event
from providers.model import Model
from providers.routes.race import Race
from providers.types import Request


@dataclass(frozen=True)
class Hedge:
    """Asks `second` too if `first` has shown nothing after `after_s` seconds; the first to show something answers.

    The other one is cancelled, and what it used is reported. A model's failure goes no further as long as the other
    one runs; a failure before the second has started is the failure, since falling back is another policy.
    """

    first: Model
    second: Model
    after_s: float

    @property
    def name(self) -> str:
        return f"{self.first.name} ∥ {self.second.name}"

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        race = Race(request)
        race.enter(self.first)
        second = asyncio.get_running_loop().call_later(self.after_s, race.enter, self.second, "hedge")
        try:
            while race.on:
                for event in await race.next():
                    yield event
        except asyncio.CancelledError:
            second.cancel()
            with suppress(asyncio.CancelledError):  # passed on below, after what it must not lose
                await race.end()
            for event in race.held():
                yield event
            raise
        finally:
            second.cancel()
            await race.end()
        yield race.result()
