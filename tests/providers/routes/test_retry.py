"""The same model again."""

import pytest

from providers.errors import Failure
from providers.events import Text
from providers.routes.retry import Retry
from providers.scripted import Fail
from tests.providers.routes.transcript import RATE, REFUSED, model, transcript


def failing(kind: str, **more: object) -> Retry:
    fail = Fail(Failure(kind, "no", **more))  # type: ignore[arg-type]
    return Retry(model("m", (fail,)), random=lambda: 1.0)


def test_each_failure_is_reported_with_what_is_done_about_it() -> None:
    assert transcript(Retry(model("m", (RATE,)), tries=2, random=lambda: 0.5)) == [
        "0 started m as answer",
        "0 failed rate",
        "0 Try 2 of 2 after 0.5 s: slow down",
        "1 started m as answer",
        "raised rate at 0.5 s",
    ]


@pytest.mark.parametrize(("kind", "seconds"), [("server", 0.5 + 1.0), ("rate", 1.0 + 2.0), ("overloaded", 1.0 + 2.0)])
def test_pauses_double(kind: str, seconds: float) -> None:
    assert transcript(failing(kind))[-1] == f"raised {kind} at {seconds:g} s"


def test_pauses_have_a_longest() -> None:
    retry = Retry(model("m", (RATE,)), tries=4, longest_s=1.5, random=lambda: 1.0)

    assert transcript(retry)[-1] == f"raised rate at {1 + 2 * 1.5:g} s"


def test_a_server_that_says_how_long_is_given_that_long() -> None:
    assert transcript(failing("rate", retry_after_s=7.0))[-1] == "raised rate at 14 s"


def test_but_not_for_ever() -> None:
    assert transcript(failing("rate", retry_after_s=61.0)) == ["0 started m as answer", "raised rate at 0 s"]


def test_what_will_not_pass_is_not_tried_again() -> None:
    assert transcript(Retry(model("m", (REFUSED,))))[-1] == "raised bad_request at 0 s"


def test_nor_what_was_shown() -> None:
    assert transcript(Retry(model("m", (Text(0, 0, "Hal"), RATE))))[-1] == "raised rate at 0 s"


def test_a_pause_can_be_stopped() -> None:
    assert transcript(failing("rate", retry_after_s=50.0), stop_at_s=3.0)[-1] == "stopped at 3 s"
