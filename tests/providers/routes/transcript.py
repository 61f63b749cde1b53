"""What a model says, as lines that a test can be read from."""

import asyncio
from contextlib import aclosing

from providers.errors import Failure, ProviderError
from providers.events import Discarded, Event, Failed, Finished, Notice, Spent, Started, Text, Usage
from providers.model import Model
from providers.scripted import Fail, Script, Scripted, Wait, answering
from providers.types import Request
from providers.usage import TokenUsage
from tests.providers.virtual_loop import VirtualLoop

REQUEST = Request.of("Say something.")
SLOW = (Wait(100.0),)
RATE = Fail(Failure("rate", "slow down"))
REFUSED = Fail(Failure("bad_request", "no"))


def model(name: str, *steps: Script) -> Scripted:
    """A model whose script is the `steps` joined."""
    return Scripted(name, tuple(step for script in steps for step in script))


def answers(name: str, text: str, *, after_s: float = 0.0, output: int | None = None) -> Scripted:
    return Scripted(name, answering(text, pause_s=after_s, usage=TokenUsage(output=output), model=name))


def transcript(of: Model, *, stop_at_s: float | None = None) -> list[str]:
    """A line for each event, with its attempt and what it is about; then how it ended, and when, if by an error."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_transcript(of, stop_at_s))


async def _transcript(of: Model, stop_at_s: float | None) -> list[str]:
    lines: list[str] = []
    loop = asyncio.get_running_loop()
    reader = loop.create_task(_read(of, lines), name="reader")
    if stop_at_s is not None:
        loop.call_later(stop_at_s, reader.cancel)
    await reader
    return lines


async def _read(of: Model, lines: list[str]) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with aclosing(of.stream(REQUEST)) as events:
            async for event in events:
                lines.append(f"{event.attempt} {_line(event)}")
    except ProviderError as error:
        lines.append(f"raised {error.failure.kind} at {loop.time():g} s")
    except asyncio.CancelledError:
        lines.append(f"stopped at {loop.time():g} s")


def _line(event: Event) -> str:
    match event:
        case Started():
            return f"started {event.model} as {event.role}"
        case Text():
            return event.text
        case Usage() | Spent():
            return f"{type(event).__name__.lower()} {event.usage.output}"
        case Notice():
            return event.text
        case Failed():
            return f"failed {event.error.kind}"
        case Discarded():
            return f"discarded: {event.why}"
        case Finished():
            return f"finished {event.model}"
    return type(event).__name__
