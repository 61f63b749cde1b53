"""Figures, worked out by hand."""

import pytest

from app.metrics import gaps_ms, inter_chunk, inter_token, ms, percentile, tokens_per_s
from app.records import Percentiles

MS = 1_000_000


def test_a_figure_is_unknown_where_a_stamp_is() -> None:
    assert ms(None, 5) is None
    assert ms(5, None) is None
    assert ms(1_000_000, 3_456_789) == 2.457


def test_quantiles_lie_between_the_ranks() -> None:
    assert percentile([10.0], 0.99) == 10.0
    assert percentile([10.0, 20.0], 0.5) == 15.0
    assert percentile([0.0, 1.0, 2.0, 3.0, 4.0], 0.25) == 1.0
    assert percentile([0.0, 100.0], 0.99) == 99.0


def test_gaps_are_between_neighbours() -> None:
    assert gaps_ms([0, 2 * MS, 7 * MS]) == [2.0, 5.0]
    assert inter_chunk([0, 2 * MS, 7 * MS, 7 * MS]) == Percentiles(2.0, 4.94)


@pytest.mark.parametrize("stamps", [[], [7]])
def test_one_chunk_has_no_gap(stamps: list[int]) -> None:
    assert inter_chunk(stamps) is None


def test_the_first_token_is_not_among_those_that_were_waited_for() -> None:
    assert inter_token(0, 400 * MS, 41, hidden=False) == 10.0
    assert tokens_per_s(0, 400 * MS, 41, hidden=False) == 100.0


@pytest.mark.parametrize(
    ("span_ms", "output", "hidden"),
    [(199, 400, False), (400, 39, False), (400, None, False), (400, 41, True)],
)
def test_no_speed_is_better_than_a_misleading_one(span_ms: int, output: int | None, hidden: bool) -> None:
    assert tokens_per_s(0, span_ms * MS, output, hidden=hidden) is None


def test_limits_of_speed_are_inclusive() -> None:
    assert tokens_per_s(0, 200 * MS, 40, hidden=False) == 195.0


@pytest.mark.parametrize("output", [None, 0, 1])
def test_no_inter_token_latency_without_a_second_token(output: int | None) -> None:
    assert inter_token(0, 400 * MS, output, hidden=False) is None


def test_nothing_is_divided_where_nothing_was_streamed() -> None:
    assert inter_token(None, None, 50, hidden=False) is None
    assert tokens_per_s(None, None, 50, hidden=False) is None
