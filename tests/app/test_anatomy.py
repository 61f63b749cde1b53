"""How figures were made, as values: all attempts on one axis, chunks and stalls, token classes, the cost's terms; of a
run that was seen and of one that was kept."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.anatomy import of_fold, of_run
from app.cost_sheet import CostRow, cost_sheet
from app.figures import batched
from app.jitter import LEAST_MS, jitter
from app.laps import GUESSED, laps, recorded_laps, rows
from app.past_calls import of_fold as calls_of_fold
from app.past_calls import of_run as calls_of_run
from app.pricing import Prices
from app.quote import Quote
from app.records import Cost, RunRecord
from app.run import RunFold, unpriced
from app.session.document import LaneSpec, Run
from app.session.making import run_of
from app.tariff import Line
from app.token_bar import token_bars
from providers.errors import Failure
from providers.events import Event, Failed, Finished, Reasoning, Response, Started, Text, Timing, Usage
from providers.usage import TokenUsage

MS = 1_000_000
USAGE = TokenUsage(input=1000, cache_read=600, output=40)


def seen(*events: Event, lane: str = "practice/steady") -> RunFold:
    fold = RunFold(run=1, lane_index=0, repeat=0, lane=lane)
    for event in events:
        fold.add(event)
    return fold


def started(number: int, at_ms: int) -> Started:
    return Started(number, at_ms * MS, "answer", "practice", "http://x", "steady")


REFUSED: tuple[Event, ...] = (
    started(0, 0),
    Timing(0, 30 * MS, "headers"),
    Response(0, 30 * MS, 529, "1.1", False),
    Failed(0, 31 * MS, Failure("overloaded", "Too busy", status=529)),
)
ANSWERED: tuple[Event, ...] = (
    started(1, 500),
    Timing(1, 520 * MS, "headers"),
    Response(1, 520 * MS, 200, "1.1", True, "req-2"),
    Timing(1, 521 * MS, "first_byte"),
    *(Text(1, (530 + 10 * n) * MS, "word ") for n in range(20)),
    Text(1, 900 * MS, "late"),
    Finished(1, 910 * MS, "steady", USAGE, "stop"),
)
RETRIED = (*REFUSED, *ANSWERED)


def kept(fold: RunFold, record: RunRecord) -> Run:
    return run_of(Run("r", "p", 1, None, "2026-11-20T12:00:00.000Z", LaneSpec(record.lane), record), fold)


# The course


def test_all_attempts_are_on_one_axis() -> None:
    first, second = laps(seen(*RETRIED))
    assert (first.title, first.from_ms, first.to_ms, first.stands) == ("Attempt 1 · 529 failed", 0, 31, False)
    assert (second.title, second.from_ms, second.to_ms, second.stands) == ("Attempt 2 · done", 500, 910, True)
    assert second.steps[0].from_ms == 500
    assert "Too busy" in first.note


def test_what_was_kept_tells_the_same_course() -> None:
    fold = seen(*RETRIED)
    live, record = laps(fold), fold.record()
    for there, here in zip(live, recorded_laps(record), strict=True):
        assert (there.title, there.from_ms, there.stands) == (here.title, here.from_ms, here.stands)
        assert here.to_ms == pytest.approx(there.to_ms, abs=1.01)
    assert [step.name for step in recorded_laps(record)[1].steps] == [
        "Wait for headers", "Wait for first byte", "Wait for first token", "Content", "Done",
    ]  # fmt: skip


def test_where_an_attempts_begin_was_not_kept_it_says_so() -> None:
    second = (started(1, 100), Failed(1, 140 * MS, Failure("network", "gone")))
    record = seen(*REFUSED, *second, started(2, 200)).record(failure=Failure("network", "gone"))
    notes = [lap.note for lap in recorded_laps(record)]
    assert [GUESSED in note for note in notes] == [False, True, True]


def test_rows_name_attempts_only_where_there_are_several() -> None:
    both = laps(seen(*RETRIED))
    assert rows(both[1:], frozenset()) == both[1].steps
    assert [row.kind for row in rows(both, frozenset([0]))] == ["void", "waiting", "attempt"]
    assert len(rows(both, frozenset([0, 1]))) == 2 + len(both[0].steps) + len(both[1].steps)


def test_reasoning_that_was_kept_is_told_apart() -> None:
    events = (started(0, 0), Reasoning(0, 10 * MS, "hm"), Text(0, 30 * MS, "Hi"), Finished(0, 40 * MS, "m", USAGE, "x"))
    (lap,) = recorded_laps(seen(*events).record())
    assert [(s.name, s.from_ms, s.to_ms) for s in lap.steps] == [
        ("Wait for first token", 0, 10), ("Reasoning", 10, 30), ("Content", 30, 30), ("Done", 40, 40),
    ]  # fmt: skip


# Chunks


def test_a_stall_is_more_than_three_medians() -> None:
    made = jitter([0, 10, 20, 30, 60, 91])
    assert made is not None
    assert made.median_ms == 10
    assert [(s.from_ms, s.to_ms, s.times) for s in made.stalls] == [(60, 91, 3.1)]
    assert "1 stall of 31 ms" in made.told


def test_what_is_too_short_to_be_seen_is_no_stall() -> None:
    assert jitter([0, 0.1, 0.2, 0.3, 0.3 + LEAST_MS - 0.1]).stalls == ()  # type: ignore[union-attr]
    batches = jitter([0, 0, 0, 0, LEAST_MS])
    assert batches is not None
    assert [stall.times for stall in batches.stalls] == [None]


@pytest.mark.parametrize("ticks", [[], [5.0], [5.0, 9.0]])
def test_few_chunks_tell_nothing_of_evenness(ticks: list[float]) -> None:
    assert jitter(ticks) is None


def test_chunks_that_were_kept_are_the_same() -> None:
    fold = seen(*RETRIED)
    record = fold.record()
    live, saved = of_fold(fold, record, None).jitter, of_run(kept(fold, record), None).jitter
    assert live is not None
    assert saved is not None
    assert saved.ticks_ms == pytest.approx(live.ticks_ms, abs=0.001)
    assert [round(s.from_ms) for s in saved.stalls] == [round(s.from_ms) for s in live.stalls] == [720]


def test_a_chunk_of_several_tokens_is_told() -> None:
    record = seen(*RETRIED).record()  # 40 tokens in 21 chunks, and two attempts
    assert batched(record) == ("", "")
    alone = seen(started(0, 0), Text(0, MS, "a b c d"), Finished(0, 2 * MS, "m", TokenUsage(input=1, output=4), "stop"))
    short, note = batched(alone.record())
    assert short == "4.0 tok/chunk"
    assert "Chunks are not tokens" in note
    hidden = TokenUsage(input=1, output=40, reasoning=39)
    thought = seen(started(0, 0), Text(0, MS, "a"), Finished(0, 2 * MS, "m", hidden, "stop"))
    assert batched(thought.record()) == ("", "")


# Tokens


def test_classes_do_not_overlap_and_add_up() -> None:
    usage = TokenUsage(input=100, cache_read=60, cache_write=10, output=50, reasoning=20, input_audio=5, output_audio=8)
    into, out = token_bars(usage)
    assert [(p.name, p.tokens) for p in into.parts] == [
        ("uncached", 25), ("cached", 60), ("cache write", 10), ("audio", 5),
    ]  # fmt: skip
    assert [(p.name, p.tokens) for p in out.parts] == [("text", 22), ("reasoning", 20), ("audio", 8)]
    assert sum(p.tokens for p in into.parts) == into.total
    assert sum(p.tokens for p in out.parts) == out.total


def test_what_was_not_reported_is_no_bar() -> None:
    into, out = token_bars(TokenUsage(input=7))
    assert (into.total, out.total, out.parts) == (7, None, ())


def test_counts_that_contradict_each_other_are_told() -> None:
    into, _ = token_bars(TokenUsage(input=5, cache_read=9))
    assert into.parts == ()
    assert into.trouble == "The provider's counts contradict each other: 9 cached of 5"


# Cost


def priced(fold: RunFold, prices: Prices) -> tuple[RunRecord, tuple[Quote | None, ...]]:
    calls = calls_of_fold(fold)
    return fold.record(price=prices.of), tuple(prices.quote(call, call.at) for call in calls)


def test_the_terms_of_each_attempt_and_their_sum() -> None:
    record, quotes = priced(seen(*RETRIED), Prices())
    refused, paid = cost_sheet(record, quotes).parts
    assert (refused.title, refused.total, refused.rows) == ("Attempt 1", "nothing charged", ())
    assert paid.rows == (
        CostRow("input", "400", "$0.6 / M", "$0.00024"),
        CostRow("cache read", "600", "$0.15 / M", "$0.00009"),
        CostRow("output", "40", "$2.4 / M", "$0.000096"),
    )
    assert (paid.total, paid.source) == ("$0.000426", "vendor list, 2026-11-23")
    assert cost_sheet(record, quotes).total == "$0.000426"


def test_terms_of_a_run_that_was_kept() -> None:
    fold = seen(*RETRIED)
    record = fold.record(price=Prices().of)
    calls = calls_of_run(kept(fold, record))
    assert calls[1].at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    quotes = [Prices().quote(call, call.at) for call in calls]
    assert cost_sheet(record, quotes).parts[1].rows[0].amount == "$0.00024"


def test_until_the_terms_are_told_the_sum_stands_alone() -> None:
    record = seen(*RETRIED).record(price=Prices().of)
    part = cost_sheet(record, None).parts[1]
    assert (part.rows, part.total, part.note) == ((), "$0.000426", "")
    gone = cost_sheet(record, [None, None]).parts[1]
    assert "no such price is listed now" in gone.note


def test_prices_that_have_changed_are_no_terms() -> None:
    record = seen(*ANSWERED).record(price=Prices().of)
    now = Quote((Line.of("input", 1000, Decimal(1)),), "USD", "user", None)
    part = cost_sheet(record, [now]).parts[0]
    assert (part.title, part.rows, part.total) == ("", (), "$0.000426")
    assert part.note.endswith("by your own price it would be $0.001")


def test_the_providers_own_figure_stands_beside_ours() -> None:
    record = seen(*ANSWERED).record(price=lambda _: Cost("0.0005", "USD", "provider", None))
    ours = Quote((Line.of("output", 40, Decimal("2.4")),), "USD", "genai-prices 1", "2026-11-10")
    part = cost_sheet(record, [ours]).parts[0]
    assert (part.total, part.source) == ("$0.0005", "the provider's own report")
    assert part.note == "By genai-prices 1, 2026-11-10, whose terms these are, it would be $0.000096"
    assert cost_sheet(record, [None]).parts[0].note == "The provider tells no terms"


def test_unknown_is_unknown_with_its_reason() -> None:
    part = cost_sheet(seen(*ANSWERED).record(price=unpriced), [None]).parts[0]
    assert (part.total, part.note) == (
        "unknown", "The provider reported none, and no price is listed for this model",
    )  # fmt: skip
    silent = seen(started(0, 0), Text(0, MS, "a"), Usage(0, MS, TokenUsage(input=3)))
    stopped = silent.record(failure=Failure("cancelled", "stopped"))
    assert cost_sheet(stopped, [None]).parts[0].note == "The provider reported no usage for this attempt"
    both = seen(*REFUSED, *ANSWERED).record(price=unpriced)
    assert cost_sheet(both, None).total == "unknown, since the cost of an attempt is"


def test_a_run_of_nothing_has_an_anatomy() -> None:
    fold = seen()
    made = of_fold(fold, fold.record(failure=Failure("network", "no way out")), ())
    assert (made.steps, made.jitter, made.costs.parts) == ((), None, ())
