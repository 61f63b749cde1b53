"""Which runs are due, under every plan, until all have ended."""

from collections import Counter

import pytest
from msgspec.structs import replace

from app.repeats.course import Course, Pool, course
from app.repeats.pace import Pace, was_limited
from app.repeats.plan import Plan, Slot, as_lanes_are, shuffled, slots, told
from tests.app.repeats.samples import record


def _made(plan: Plan, vendors: list[str]) -> Course[Slot]:
    """Each letter of a lane's word is a vendor that it may ask."""
    each = [tuple(letters) for letters in vendors]
    return course(plan, shuffled(plan, slots(plan, len(vendors))), each, lambda slot: slot)


def _batches(plan: Plan, vendors: list[str]) -> list[tuple[Slot, ...]]:
    """What is sent together, if each batch ends before the next is asked for."""
    made, found = _made(plan, vendors), []
    while batch := made.due():
        found.append(batch)
        for slot in batch:
            made.ended(slot)
    return found


@pytest.mark.parametrize("at_once", [0, 1, 2, 5])
@pytest.mark.parametrize("is_shuffled", [True, False])
@pytest.mark.parametrize("warmup", [0, 2])
def test_every_run_is_sent_once_and_warm_ups_first(at_once: int, is_shuffled: bool, warmup: int) -> None:
    plan = Plan(6, warmup, is_shuffled, at_once, seed=1)
    sent = [slot for batch in _batches(plan, ["a", "a", "b"]) for slot in batch]
    assert Counter(sent) == Counter(slot for each in slots(plan, 3) for slot in each)
    flags = [slot.warmup for slot in sent]
    assert flags == sorted(flags, reverse=True)
    assert sum(flags) == 3 * warmup


def test_a_round_is_sent_together_and_waits_for_the_one_before() -> None:
    made = _made(Plan(2, shuffled=False), ["a", "b"])
    first = made.due()
    assert [slot.lane for slot in first] == [0, 1]
    made.ended(first[0])
    assert made.due() == ()
    made.ended(first[1])
    assert [slot.repeat for slot in made.due()] == [1, 1]


def test_one_after_the_other() -> None:
    assert [len(batch) for batch in _batches(Plan(3, at_once=1), ["a", "b"])] == [1] * 6


def test_a_seed_draws_the_same_order_and_each_round_its_own() -> None:
    plan = Plan(20, at_once=1, seed=7)
    orders = [tuple(batch[0].lane for batch in _batches(plan, ["a"] * 4)) for _ in range(2)]
    assert orders[0] == orders[1]
    rounds = {orders[0][n : n + 4] for n in range(0, 80, 4)}
    assert len(rounds) > 5
    assert all(sorted(each) == [0, 1, 2, 3] for each in rounds)
    assert orders[0] != tuple(b[0].lane for b in _batches(replace(plan, seed=8), ["a"] * 4))


def test_each_vendor_has_its_own_limit() -> None:
    made = _made(Plan(9, at_once=3), ["a", "b"])
    assert Counter(slot.lane for slot in made.due()) == {0: 3, 1: 3}


def test_a_route_counts_at_every_vendor_that_it_may_ask() -> None:
    made = _made(Plan(9, at_once=3, shuffled=False), ["a", "ab"])
    assert isinstance(made, Pool)
    live = list(made.due())
    assert len(live) == 3, "one vendor's limit, whoever asks it"
    assert made.paces["a"].live == 3
    route = next(slot for slot in live if slot.lane == 1)
    made.ended(route, limited=True)
    assert [made.paces[vendor].limit for vendor in "ab"] == [1, 1]
    for slot in live:
        if slot != route:
            made.ended(slot)
    assert [len(made.due()), made.paces["a"].live] == [1, 1]


def test_a_refusal_counts_while_its_run_still_tries() -> None:
    made = _made(Plan(40, at_once=8, shuffled=False), ["a"])
    assert isinstance(made, Pool)
    pace, live = made.paces["a"], list(made.due())
    for slot in live[:3]:
        made.refused(slot)
    assert pace.limit == 4
    made.ended(live[0], limited=True)  # what was known is no news
    assert pace.limit == 4
    for slot in live[1:5]:
        made.ended(slot)
    assert len(made.due()) == 1
    made.refused(Slot(0, 99, warmup=False))  # one that has ended
    assert pace.limit == 4


def test_a_429_halves_and_clean_windows_add_one() -> None:
    made = _made(Plan(400, at_once=8, shuffled=False), ["a"])
    assert isinstance(made, Pool)
    pace, live = made.paces["a"], list(made.due())
    for slot in live[:3]:
        made.ended(slot, limited=True)  # three refusals of one window are one piece of news
    assert pace.limit == 4
    live = live[3:]
    assert made.due() == ()  # five still run, one more than may
    made.ended(live.pop(0))
    assert made.due() == ()
    assert pace.limit == 4
    limits = []
    while len(limits) < 60:
        live += made.due()
        assert pace.live <= pace.limit
        made.ended(live.pop(0))
        limits.append(pace.limit)
    assert limits == sorted(limits)
    assert limits[-1] == 8
    assert limits.index(5) >= 4  # the window is as long as the limit


def test_a_pace_never_falls_below_one() -> None:
    pace = Pace(2)
    for _ in range(5):
        pace.end(pace.begin(), limited=True)
    assert pace.limit == 1
    assert pace.has_room


@pytest.mark.parametrize(
    ("status", "is_limited"), [(200, False), (429, True), (529, True), (500, False), (None, False)]
)
def test_what_counts_as_too_many(status: int | None, is_limited: bool) -> None:
    assert was_limited(record(status=status)) == is_limited


def test_a_plan_says_how_it_was_run() -> None:
    assert told(Plan(20, 2, seed=5)) == (
        "20 runs per lane · after 2 to warm up, which do not count · in rounds, all lanes of one sent in the same "
        "moment · order drawn (seed 5) · connecting is part of the times"
    )
    assert told(Plan(1, shuffled=False, at_once=4, warm=True)) == (
        "1 run per lane · up to 4 at once to each vendor, fewer after a 429 · always in the order of the lanes · "
        "connections opened before the start"
    )


def test_a_plan_says_what_its_lanes_make_of_it() -> None:
    plan = Plan(6)
    assert as_lanes_are(plan, [True, True]) == Plan(6, warm=True)
    assert as_lanes_are(plan, [False, False]) == plan
    assert as_lanes_are(Plan(6, warm=True), [False, True]) == Plan(6, warm=True)
    mixed = as_lanes_are(plan, [False, True])
    assert (mixed.warm, mixed.warm_in_part) == (False, True)
    assert "connections opened before the start in some lanes" in told(mixed)
