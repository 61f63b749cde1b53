"""The laws of providers/model.py, as checks of what a reader heard against what the leaves really did."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from providers.errors import Failure, ProviderError
from providers.events import CONTENT, Discarded, Event, Failed, Finished, Notice, Spent, Started, Text, Usage
from providers.types import Request
from providers.usage import TokenUsage
from tests.providers.trees import Played, Stage, Tree, build

LONG_TICKS = 400
"""A tree that has not ended by then hangs, and is stopped."""


@dataclass(frozen=True)
class Stop:
    """When the reader is cancelled: having heard so many events, or after so many ticks; perhaps twice."""

    events: int | None = None
    ticks: float = LONG_TICKS
    twice: bool = False


@dataclass
class Hearing:
    """What a reader heard, and how its stream ended: with a failure, by being stopped, or else by itself."""

    heard: list[Event] = field(default_factory=list)
    failure: Failure | None = None
    stopped: bool = False
    lost_a_stop: bool = False
    """The reader was cancelled, and the stream made something else of it."""
    left: list[str] = field(default_factory=list)
    """What was still going on when the stream ended."""


def hear(tree: Tree, stop: Stop, *, loop_factory: Callable[[], asyncio.AbstractEventLoop], tick_s: float) -> None:
    """Reads `tree`'s stream to its end, or to where it is stopped, and checks all laws."""
    stage, hearing = Stage(tick_s), Hearing()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_hear(tree, stop, stage, hearing))
    check(hearing, stage.played)


async def _hear(tree: Tree, stop: Stop, stage: Stage, hearing: Hearing) -> None:
    loop = asyncio.get_running_loop()
    reader = loop.create_task(_read(tree, stop, stage, hearing), name="reader")
    timers = [loop.call_later(stop.ticks * stage.tick_s, reader.cancel)]
    if stop.twice:
        timers.append(loop.call_later((stop.ticks + 0.5) * stage.tick_s, reader.cancel))
    await asyncio.wait([reader])
    for timer in timers:
        timer.cancel()
    if not reader.cancelled():
        reader.result()


async def _read(tree: Tree, stop: Stop, stage: Stage, hearing: Hearing) -> None:
    reader = asyncio.current_task()
    assert reader is not None
    main = {task for task in asyncio.all_tasks() if task is not reader}
    try:
        async with aclosing(build(tree, stage).stream(Request.of("Say something."))) as events:
            async for event in events:
                hearing.heard.append(event)
                if len(hearing.heard) == stop.events:
                    reader.cancel()
    except ProviderError as error:
        hearing.failure = error.failure
    except asyncio.CancelledError:
        hearing.stopped = True
        assert reader.cancelling(), "a stream was cancelled that nobody stopped"
    hearing.left = [task.get_name() for task in asyncio.all_tasks() - main - {reader}]
    hearing.left += [f"leaf {played.serial} is open" for played in stage.played if not played.closed]
    hearing.lost_a_stop = not hearing.stopped and await _was_told(reader)


async def _was_told(reader: asyncio.Task[None]) -> bool:
    """Whether `reader` was cancelled and has been told so."""
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        return False
    return reader.cancelling() > 0


def check(hearing: Hearing, played: Sequence[Played]) -> None:
    """All that can be told of one stream from outside. Laws 4 and 5 have a lint of their own too."""
    assert hearing.left == []
    assert not hearing.lost_a_stop
    the_end_is_one_of_three(hearing)
    attempts_open_and_close_in_order(hearing)
    keys = keys_of(hearing.heard)
    assert sorted(keys.values()) == sorted(e.model for p in played for e in p.events if isinstance(e, Started))
    usage_is_accounted_for(hearing.heard, keys, played)
    text_stands_or_is_void(hearing.heard, keys, played)
    errors_are_reported(hearing, keys, played)


def the_end_is_one_of_three(hearing: Hearing) -> None:
    ends = [event for event in hearing.heard if isinstance(event, Finished)]
    if hearing.failure is not None or hearing.stopped:
        assert ends == []
    else:
        assert ends == hearing.heard[-1:]
        assert len(ends) == 1


def attempts_open_and_close_in_order(hearing: Hearing) -> None:
    known = 0
    still_open: set[int] = set()
    for event in hearing.heard:
        if isinstance(event, Started):
            assert event.attempt == known
            still_open.add(known)
            known += 1
        elif isinstance(event, Notice):
            assert event.attempt < max(known, 1), "one before all attempts tells of a model that would not begin"
        else:
            assert event.attempt in still_open
            if isinstance(event, Failed | Discarded | Spent | Finished):
                still_open.discard(event.attempt)
    if hearing.failure is not None:
        assert len(still_open) <= 1
    elif not hearing.stopped:
        assert not still_open


def keys_of(events: Sequence[Event]) -> dict[int, str]:
    """Which leaf's attempt each attempt is."""
    return {event.attempt: event.model for event in events if isinstance(event, Started)}


def usage_is_accounted_for(heard: Sequence[Event], keys: dict[int, str], played: Sequence[Played]) -> None:
    spent: dict[str, TokenUsage] = {}
    for one in played:
        own_keys = keys_of(one.events)
        spent |= {own_keys[number]: usage for number, usage in last_usages(one.events).items()}
    assert {keys[number]: usage for number, usage in last_usages(heard).items()} == spent


def last_usages(events: Sequence[Event]) -> dict[int, TokenUsage]:
    return {event.attempt: event.usage for event in events if isinstance(event, Usage | Spent | Finished)}


def text_stands_or_is_void(heard: Sequence[Event], keys: dict[int, str], played: Sequence[Played]) -> None:
    void = {event.attempt for event in heard if isinstance(event, Failed | Discarded)}
    roles = {event.attempt: event.role for event in heard if isinstance(event, Started)}
    written = {key: text for one in played for key, text in texts(one.events, keys_of(one.events)).items()}
    shown = texts(heard, keys)
    for number, key in keys.items():
        if roles[number] in ("judge", "sample"):
            assert key not in shown
        elif number not in void:
            assert shown.get(key) == written.get(key)
    if heard and isinstance(heard[-1], Finished):
        standing = {number for number in keys if number not in void and keys[number] in shown}
        assert standing <= {heard[-1].attempt}


def texts(events: Sequence[Event], keys: dict[int, str]) -> dict[str, str]:
    """What each attempt said, by its key."""
    said: dict[str, str] = {}
    for event in events:
        if isinstance(event, CONTENT):
            piece = event.text if isinstance(event, Text) else "…"
            said[keys[event.attempt]] = said.get(keys[event.attempt], "") + piece
    return said


def errors_are_reported(hearing: Hearing, keys: dict[int, str], played: Sequence[Played]) -> None:
    reported = {keys[event.attempt]: event.error for event in hearing.heard if isinstance(event, Failed)}
    for one in played:
        if one.error is not None:
            last = [event.model for event in one.events if isinstance(event, Started)][-1]
            assert reported.get(last, hearing.failure) == one.error
