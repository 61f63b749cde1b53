"""What failed is left alone for a while; in which order the rest is asked."""

import pytest

from providers.errors import ErrorKind, Failure
from providers.routes.fallback import Fallback
from providers.routes.health import LONGEST_S, Health
from providers.routes.order import AsListed, Least, Order, Sticky, Weighted
from tests.providers.routes.transcript import RATE, answers, model, transcript

A, B, C = answers("a", "A."), answers("b", "B."), answers("c", "C.")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def names(order: Order) -> str:
    return "".join(each.name for each in order.order((A, B, C)))


def test_a_failure_is_followed_by_a_rest_that_doubles() -> None:
    clock = Clock()
    health = Health(10, clock)
    for rest_s in (10, 20, 40):
        for _ in range(5):  # those that fail together count once
            health.failed("a", Failure("server", "oops"))
        assert health.rest_s("a") == rest_s
        clock.now += rest_s
    assert health.succeeded("a")
    assert health.rest_s("a") == 0
    assert not health.succeeded("a")


@pytest.mark.parametrize(("kind", "rest_s"), [("quota", LONGEST_S), ("bad_request", 0), ("too_long", 0), ("rate", 10)])
def test_how_long_depends_on_the_kind(kind: ErrorKind, rest_s: float) -> None:
    health = Health(10, Clock())
    health.failed("a", Failure(kind, "no"))
    assert health.rest_s("a") == rest_s


def test_a_servers_own_wish_counts() -> None:
    health = Health(10, Clock())
    health.failed("a", Failure("rate", "slow down", retry_after_s=45))
    assert health.rest_s("a") == 45


def test_orders() -> None:
    health = Health()
    assert names(AsListed()) == "abc"
    assert names(Sticky(health)) == "abc"
    health.succeeded("b")
    assert names(Sticky(health)) == "bac"
    assert names(Weighted((0.0, 1.0, 0.0), random=lambda: 0.5)) == "bac"
    assert names(Weighted((1.0, 9.0, 1.0), random=lambda: 0.5))[0] == "b"
    assert names(Least("fastest first", {"a": 3.0, "c": 1.0}.get)) == "cab"


def test_the_heavier_are_drawn_first_as_often_as_they_weigh() -> None:
    import random

    drawn = random.Random(7)
    order = Weighted((1.0, 2.0, 1.0), random=drawn.random)
    first = [names(order)[0] for _ in range(4000)]
    assert first.count("b") / 4000 == pytest.approx(0.5, abs=0.03)


def test_who_failed_lately_is_asked_last_and_that_is_told() -> None:
    clock = Clock()
    health = Health(30, clock)
    route = Fallback((model("a", (RATE,)), B), health=health)

    assert transcript(route)[-1] == "1 finished b"
    assert transcript(route)[:2] == ["0 started b as answer", "0 a failed lately and rests for 30 s more"]
    clock.now = 31.0
    assert transcript(route)[0] == "0 started a as answer"


def test_a_recovery_is_told() -> None:
    clock = Clock()
    health = Health(30, clock)
    transcript(Fallback((model("a", (RATE,)), B), health=health))
    clock.now = 31.0
    assert transcript(Fallback((A, B), health=health))[-2:] == ["0 a answers again", "0 finished a"]


def test_where_all_rest_they_are_asked_all_the_same() -> None:
    health = Health(30, Clock())
    health.failed("a", Failure("server", "x"))
    health.failed("b", Failure("server", "x"))
    assert transcript(Fallback((A, B), health=health))[-1] == "0 finished a"


def test_an_order_is_told() -> None:
    route = Fallback((A, B), order=Least("cheapest first", {"b": 1.0}.get))
    assert transcript(route)[:2] == ["0 started b as answer", "0 Fallback: b first, cheapest first"]
