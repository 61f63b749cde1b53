import numpy as np
import pytest
from msgspec.structs import replace

from app.records import CallRecord, Cost
from app.repeats.plan import Plan
from app.repeats.report import Report, labels
from app.repeats.sample import METRIC, One, Sample, sample
from app.repeats.sentences import alike_told, changed, floor_told
from app.statistics.compare import contrast
from app.statistics.determinism import Determinism, determinism
from app.statistics.noise import noise_floor
from tests.app.repeats.samples import record


def _lane(label: str, lane: int, ttfts: list[float], warmup: int = 0) -> Sample:
    runs = [One(lane, n, n < warmup, record(ttft)) for n, ttft in enumerate(ttfts)]
    return sample(label, lane, runs)


def _report(*lanes: list[float], at_once: int = 0) -> Report:
    samples = tuple(_lane(label, n, ttfts) for n, (label, ttfts) in enumerate(zip("ABCD", lanes, strict=False)))
    return Report(Plan(len(lanes[0]), at_once=at_once), samples)


CHANCE = np.random.default_rng(1)
SLOW = CHANCE.lognormal(6, 0.1, 20).tolist()
FAST = (CHANCE.lognormal(6, 0.1, 20) * 0.8).tolist()


def test_a_sentence_tells_effect_interval_and_number() -> None:
    [said] = [each.sentence for each in _report(SLOW, FAST, at_once=4).comparisons(METRIC["ttft"])]
    assert said == "B is 21 % faster than A in TTFT (95 %: 16 to 25 %), 20 runs each"


def test_rounds_in_common_are_compared_in_pairs() -> None:
    """Rounds differ much more than lanes do: pairs show what two heaps cannot."""
    chance = np.random.default_rng(2)
    rounds = chance.lognormal(6, 1.0, 12)
    a, b = (rounds * 1.05).tolist(), (rounds * chance.lognormal(0, 0.01, 12)).tolist()
    [paired] = _report(a, b).comparisons(METRIC["ttft"])
    [apart] = _report(a, b, at_once=4).comparisons(METRIC["ttft"])
    assert paired.found is not None
    assert paired.found.is_shown
    assert paired.sentence.startswith("B is 4.")
    assert paired.sentence.endswith(", 12 rounds")
    assert apart.found is not None
    assert not apart.found.is_shown
    assert apart.sentence.startswith("TTFT: no difference between B and A that 12 runs each can show (less than ")


def test_from_twice_on_it_is_told_as_times() -> None:
    [said] = _report([x * 3 for x in SLOW], SLOW, at_once=4).comparisons(METRIC["ttft"])
    assert said.sentence == "B is 3.0 times as fast as A in TTFT (95 %: 2.9 to 3.1), 20 runs each"


def test_a_rate_is_faster_where_it_is_more() -> None:
    [said] = _report(SLOW, FAST, at_once=4).comparisons(METRIC["tokens_per_s"])
    assert said.sentence == "B is 26 % faster than A in output rate (95 %: 19 to 33 %), 20 runs each"


def test_three_runs_are_too_few() -> None:
    [said] = _report(SLOW[:3], FAST[:3], at_once=4).comparisons(METRIC["ttft"])
    assert said.sentence == "TTFT: 3 runs each are too few to compare B and A; 4 are needed"
    [said] = _report(SLOW[:5], FAST[:5]).comparisons(METRIC["ttft"])
    assert said.sentence == "TTFT: 5 rounds are too few to compare B and A; 6 are needed"


def test_the_best_is_compared_with_each_other_lane() -> None:
    found = _report(SLOW, FAST, [x * 2 for x in SLOW])
    assert [(each.a, each.b) for each in found.comparisons(METRIC["ttft"])] == [(1, 0), (1, 2)]


def test_what_warms_up_or_fails_does_not_count() -> None:
    runs = [One(0, 0, True, record(9000)), One(0, 1, False, record(10)), One(0, 2, False, record(outcome="failed"))]
    found = sample("A", 0, [*runs, One(1, 0, False, record(1))])
    assert (found.values(METRIC["ttft"]), found.warmups, found.failed) == ((10.0,), 1, 1)


def test_a_figure_that_nobody_has_is_no_row() -> None:
    runs = tuple(One(0, n, False, record(None)) for n in range(3))
    found = Report(Plan(3), (sample("A", 0, runs), sample("B", 1, ())))
    row = found.row(0, METRIC["ttft"])
    assert (row.values, row.median, row.p95) == ((), None, None)
    assert found.best(METRIC["ttft"]) is None
    assert list(found.comparisons(METRIC["ttft"])) == []
    assert found.contrast(0, 1, METRIC["cost"]) is None


def test_several_currencies_are_not_compared() -> None:
    runs = [One(lane, n, False, record(100 + n)) for lane in (0, 1) for n in range(8)]
    euros = [One(1, each.repeat, False, replace(each.record, cost=Cost("1", "EUR", "user", None))) for each in runs[8:]]
    found = Report(Plan(8), (sample("A", 0, runs), sample("B", 1, euros)))
    assert list(found.comparisons(METRIC["cost"])) == []
    assert not found.is_comparable(METRIC["cost"])
    assert found.is_comparable(METRIC["ttft"])


def test_determinism_of_a_lane() -> None:
    runs = [One(0, n, False, record(text=text)) for n, text in enumerate(("a", "a", "b"))]
    found = Report(Plan(3), (sample("A", 0, runs),)).determinism(0)
    assert found is not None
    assert found.identical == pytest.approx(2 / 3)


def test_a_change_in_few_words() -> None:
    assert changed(contrast(SLOW, SLOW), 2.0, 2.0).startswith("no difference that 20 runs each can show (-")
    assert changed(contrast([2.0] * 5, [2.0] * 5), 2.0, 2.0) == "the same"
    assert changed(contrast(SLOW, FAST), 1.0, 1.3) == "+26 % (95 %: +19 % to +33 %)"
    assert changed(contrast([2.0], [1.0]), 1.0, 2.0) == "+100 %; 4 runs of each are needed for an interval"
    assert changed(contrast([0.0], [1.0]), 1.0, 0.0) == "values of zero have no ratio"


def test_how_alike_answers_are_in_words() -> None:
    texts = {
        "a": "all 2 answers are the same to the letter",
        "b": "no two of 2 answers are the same to the letter; two",
    }
    for other, said in texts.items():
        found = determinism(["a", other])
        assert found is not None
        assert alike_told(found).startswith(said)
    assert alike_told(Determinism(4, 0.75, 2, 0.5)) == (
        "75% of 4 answers are the same to the letter, 2 are different; two of them differ in 50% of their length"
    )


def test_calls_of_tools_are_answers_too() -> None:
    calls = [CallRecord(None, "look", arguments, True) for arguments in ('{"at":1}', '{"at":2}')]
    runs = [One(0, n, False, replace(record(text=""), tool_calls=(call,))) for n, call in enumerate(calls)]
    found = Report(Plan(2), (sample("A", 0, runs),)).determinism(0)
    assert found is not None
    assert found.distinct == 2


def test_same_lanes_are_told_apart() -> None:
    assert labels(["v/m", "v/n", "v/m"]) == ("v/m (1)", "v/n", "v/m (2)")


def test_a_noise_floor_in_words() -> None:
    metric = METRIC["ttft"]
    said = floor_told(metric, noise_floor(SLOW[:10], SLOW[10:]))
    assert said.startswith("TTFT: with 10 runs each, a difference under ")
    assert said.endswith(" % is noise")
    assert floor_told(metric, noise_floor([1.0], [1.0])) == (
        "TTFT: 1 run each is too few for a noise floor; 4 are needed"
    )
    assert "something changed between them" in floor_told(metric, noise_floor(SLOW, FAST))
