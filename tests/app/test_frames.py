"""Messages over a pipe, cut anywhere."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.frames import HEAD, BrokenFrameError, to_engine, to_window
from app.lanes import Lane
from app.messages import MAX_FRAME_BYTES, Ended, Quit, Ready, RunOrder, StartRuns, StopRuns, Streamed, Trouble
from app.run import RunFold
from providers.errors import Failure
from providers.events import Failed, Finished, Reasoning, Started, Text, ToolCall, Usage
from providers.types import Request
from providers.usage import TokenUsage

UP = [
    Ready(7),
    Streamed(
        1,
        (
            Started(0, 1, role="answer", vendor="v", endpoint="e", model="m"),
            Text(0, 2, "a\u2028b"),
            Reasoning(0, 2, "hm"),
            ToolCall(0, 3, 0, None, "f", "{}"),
            Usage(0, 4, TokenUsage(input=3, raw={"prompt_tokens": 3})),
            Failed(0, 5, Failure("rate", "slow down", 429, retry_after_s=1.5)),
            Finished(0, 6, "m-1", TokenUsage(output=2), "stop"),
        ),
    ),
    Ended(RunFold(run=1, lane_index=0, repeat=0, lane="a/b").record(failure=Failure("cancelled", "stopped"))),
    Trouble("what"),
]
DOWN = [
    StartRuns((RunOrder(1, 0, 0, Lane("a/b", {"stop": ["x"]}), Request.of("hi", system="s", temperature=0)),)),
    StopRuns((1, 2)),
    Quit(),
]


@given(st.lists(st.integers(1, 400)))
def test_every_message_comes_back_however_the_bytes_are_cut(sizes: list[int]) -> None:
    data = to_window().pack(UP[:2]) + to_window().pack(UP[2:])
    reader = to_window()
    got = []
    for size in sizes:
        got += reader.feed(data[:size])
        data = data[size:]
    got += reader.feed(data)

    assert got == UP


def test_wishes_go_down_the_same_way() -> None:
    assert to_engine().feed(to_engine().pack(DOWN)) == DOWN


def test_a_frame_of_another_language_is_refused() -> None:
    with pytest.raises(BrokenFrameError):
        to_window().feed(HEAD.pack(3) + b"\xc1\xc1\xc1")


def test_a_frame_of_the_wrong_message_is_refused() -> None:
    body = msgspec.msgpack.encode([{"type": "explode"}])

    with pytest.raises(BrokenFrameError):
        to_engine().feed(HEAD.pack(len(body)) + body)


def test_a_monstrous_frame_is_refused_before_it_is_gathered() -> None:
    with pytest.raises(BrokenFrameError):
        to_engine().feed(HEAD.pack(MAX_FRAME_BYTES + 1))
