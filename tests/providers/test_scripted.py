"""The model that plays a script."""

import asyncio
from contextlib import aclosing

import pytest

from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Started, Text, Usage
from providers.scripted import Fail, Hang, Script, Scripted, Wait, answering
from providers.types import Request
from providers.usage import TokenUsage
from tests.providers.virtual_loop import NothingToDo, VirtualLoop


def play(scripted: Scripted) -> list[Event]:
    async def main() -> list[Event]:
        async with aclosing(scripted.stream(Request.of("Hello."))) as events:
            return [event async for event in events]

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def failure_of(*script: object) -> Failure:
    with pytest.raises(ProviderError) as raised:
        play(Scripted("m", script))  # type: ignore[arg-type]
    return raised.value.failure


def test_an_answer_has_its_attempt_and_its_usage() -> None:
    usage = TokenUsage(input=3, output=2)

    events = play(Scripted("m", answering("Hel", "lo", usage=usage), clock_ns=lambda: 7))

    assert events == [
        Started(0, 7, role="answer", vendor="scripted", endpoint="", model="m"),
        Text(0, 7, "Hel"),
        Text(0, 7, "lo"),
        Usage(0, 7, usage),
        Finished(0, 7, "scripted", usage, "stop"),
    ]


def test_events_are_stamped_when_they_are_said() -> None:
    now = 0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += int(seconds * 1000)

    events = play(Scripted("m", answering("a", "b", pause_s=0.5), sleep=sleep, clock_ns=lambda: now))

    assert [event.at_ns for event in events] == [0, 500, 1000, 1000, 1000]


@pytest.mark.parametrize("script", [(), (Text(0, 0, "Hel"),)])
def test_a_script_that_stops_short_is_cut_off(script: Script) -> None:
    failure = failure_of(*script)

    assert failure.kind == "cut_off"
    assert failure.late == bool(script)


def test_a_failure_after_content_is_late() -> None:
    fail = Fail(Failure("server", "broken"))

    assert not failure_of(Wait(1.0), fail).late
    assert failure_of(Text(0, 0, "a"), fail).late


def test_nothing_is_said_after_the_end() -> None:
    events = play(Scripted("m", (*answering("a"), Text(0, 0, "b"))))

    assert isinstance(events[-1], Finished)


def test_a_hang_lasts() -> None:
    with pytest.raises(NothingToDo):
        play(Scripted("m", (Hang(),)))
