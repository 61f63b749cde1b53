"""A model that plays a script: for demonstrations without a key, and for tests."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from providers.errors import Failure, ProviderError
from providers.events import CONTENT, Event, Finished, Started, Text, Usage
from providers.types import Request
from providers.usage import TokenUsage


class Wait(msgspec.Struct, frozen=True, tag="wait"):
    """Nothing happens for so long."""

    seconds: float


class Hang(msgspec.Struct, frozen=True, tag="hang"):
    """Nothing happens any more."""


class Fail(msgspec.Struct, frozen=True, tag="fail"):
    """The stream fails. `failure.late` is set when it is played."""

    failure: Failure


Step = Wait | Hang | Fail | Event
"""What happens next; an event is said, stamped with the moment at which it is."""

Script = tuple[Step, ...]


def answering(*pieces: str, pause_s: float = 0.0, usage: TokenUsage | None = None, model: str = "scripted") -> Script:
    """The script of a whole answer that comes in `pieces`, with a pause before each."""
    counted = usage or TokenUsage()
    said = [step for piece in pieces for step in (Wait(pause_s), Text(0, 0, piece))]
    return (*said, Usage(0, 0, counted), Finished(0, 0, model, counted, "stop"))


@dataclass(frozen=True)
class Scripted:
    """Plays `script` for every request. Attempt 0 is started before it; a script that stops short is cut off."""

    name: str
    script: Script
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock_ns: Callable[[], int] = time.perf_counter_ns

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        late = False
        yield Started(0, self.clock_ns(), role="answer", vendor="scripted", endpoint="", model=self.name)
        for step in self.script:
            match step:
                case Wait(seconds):
                    await self.sleep(seconds)
                case Hang():
                    await asyncio.get_running_loop().create_future()
                case Fail(failure):
                    raise ProviderError(replace(failure, late=late))
                case _:
                    late = late or isinstance(step, CONTENT)
                    yield replace(step, at_ns=self.clock_ns())
                    if isinstance(step, Finished):
                        return
        raise ProviderError(Failure("cut_off", "the script stopped short", late=late))
