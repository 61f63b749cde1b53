"""A model that may use no more than it is granted."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from providers.errors import ProviderError
from providers.events import Event, Started, Text
from providers.routes.budgeted import Budgeted
from providers.routes.retry import Retry
from providers.scripted import Fail, Script
from providers.types import Request
from tests.providers.granting import Granting
from tests.providers.routes.transcript import RATE, REFUSED, SLOW, answers, model, transcript

PIECES: Script = tuple(Text(0, 0, text) for text in ("one", "two", "three", "four"))


def test_what_is_granted_is_not_touched() -> None:
    granting = Granting((9,))
    assert transcript(Budgeted(answers("m", "yes", output=3), granting)) == [
        "0 started m as answer",
        "0 yes",
        "0 usage 3",
        "0 finished m",
    ]
    assert [given.ends for given in granting.given] == [["settled"]]


def test_nothing_is_sent_where_nothing_is_left() -> None:
    assert transcript(Budgeted(model("m", PIECES), Granting(()))) == ["raised quota at 0 s"]


def test_nor_is_it_tried_again() -> None:
    assert transcript(Retry(Budgeted(model("m", PIECES), Granting(())))) == ["raised quota at 0 s"]


def test_each_try_asks_for_itself() -> None:
    granting = Granting((9,))
    transcript(Retry(Budgeted(model("m", (RATE,)), granting), tries=3, random=lambda: 0.1))
    assert [given.ends for given in granting.given] == [["rate"]] * 3


def test_a_stream_takes_more_while_there_is_any_and_is_stopped_then() -> None:
    granting = Granting((1, 1, 1))
    assert transcript(Budgeted(model("m", PIECES), granting)) == [
        "0 started m as answer",
        "0 one",
        "0 two",
        "0 three",
        "raised cancelled at 0 s",
    ]
    assert granting.given[0].ends == ["left"]


def test_the_reason_is_told_and_what_came_stands() -> None:
    async def main() -> ProviderError | None:
        try:
            async for _ in Budgeted(model("m", PIECES), Granting((2,))).stream(Request.of("x")):
                pass
        except ProviderError as error:
            return error
        return None

    error = asyncio.run(main())
    assert error is not None
    assert (error.failure.message, error.failure.late) == ("stopped by the budget", True)
    assert error.failure.provider_code == "budget"


def test_what_the_user_should_know_is_said_once_and_never_before_the_start() -> None:
    lines = transcript(Budgeted(answers("m", "yes"), Granting((9,), said="80 % are used")))
    assert lines == ["0 started m as answer", "0 80 % are used", "0 yes", "0 usage None", "0 finished m"]


def test_a_failure_is_its_own_and_ends_the_lease() -> None:
    granting = Granting((9,))
    assert transcript(Budgeted(model("m", (REFUSED,)), granting))[-1] == "raised bad_request at 0 s"
    assert granting.given[0].ends == ["bad_request"]


def test_a_stop_ends_the_lease() -> None:
    granting = Granting((9,))
    assert transcript(Budgeted(model("m", SLOW), granting), stop_at_s=3.0)[-1] == "stopped at 3 s"
    assert granting.given[0].ends == ["left"]


def test_a_stop_while_more_is_asked_for_ends_it_too() -> None:
    granting = Granting((1, 5), pause_s=10.0)
    lines = transcript(Budgeted(model("m", PIECES), granting), stop_at_s=15.0)
    assert lines[-2:] == ["0 one", "stopped at 15 s"]
    assert granting.given[0].ends == ["left"]


@dataclass
class Watched:
    """Tells when its stream is closed."""

    name: str = "watched"
    closed: list[str] = field(default_factory=list)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        try:
            yield Started(0, 0, role="answer", vendor="v", endpoint="", model="m")
            for number in range(100):
                yield Text(0, 0, str(number))
        finally:
            self.closed.append("closed")


def test_the_stream_is_closed_before_the_reason_is_told() -> None:
    watched = Watched()
    lines = transcript(Budgeted(watched, Granting((3,))))
    assert lines[1:] == ["0 0", "0 1", "0 2", "raised cancelled at 0 s"]
    assert watched.closed == ["closed"]


def test_where_several_attempts_are_open_all_but_one_are_reported() -> None:
    two = model("m", (Started(1, 0, role="hedge", vendor="v", endpoint="", model="n"), *PIECES, Fail(RATE.failure)))
    assert transcript(Budgeted(two, Granting((1,))))[-2:] == ["0 failed cancelled", "raised cancelled at 0 s"]
