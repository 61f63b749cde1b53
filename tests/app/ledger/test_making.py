"""Rows out of runs: every attempt has one, with what is known of it and nothing else."""

from decimal import Decimal

from app.attempt import Attempt
from app.ledger.making import rows_of
from app.pricing import ListedPrice, Prices
from app.records import Cost
from app.run import RunFold
from app.tariff import Rates, Tariff
from providers.errors import Failure
from providers.events import Discarded, Event, Failed, Finished, Response, Started, Text, Timing, Usage
from providers.usage import TokenUsage

MS = 1_000_000
PRICES = Prices(lambda *_: ListedPrice(Tariff(Rates(Decimal(1), Decimal(2))), "2026-11-20"))


def started(attempt: int, at_ms: int, **changes: str) -> Started:
    usual = {"role": "answer", "vendor": "openai", "endpoint": "https://api.openai.com/v1", "model": "m"}
    return Started(attempt, at_ms * MS, **(usual | changes))  # type: ignore[arg-type]


def folded(*events: Event) -> RunFold:
    fold = RunFold(run=3, lane_index=0, repeat=2, lane="openai/m")
    for event in events:
        fold.add(event)
    return fold


def test_a_retried_run_has_a_row_for_each_try() -> None:
    told = TokenUsage(input=10, cache_read=4, output=100, reasoning=0, cost_usd="0.5")
    fold = folded(
        started(0, 0),
        Response(0, 20 * MS, 429, "HTTP/1.1", False, "req-1"),
        Failed(0, 21 * MS, Failure("rate", "slow down", 429)),
        started(1, 1000),
        Timing(1, 1002 * MS, "sent"),
        Response(1, 1050 * MS, 200, "HTTP/2", True, "req-2"),
        *(Text(1, (1100 + n * 10) * MS, "x") for n in range(50)),
        Finished(1, 1700 * MS, "m-2026", told, "stop"),
    )
    record = fold.record(lag_ms=0.7, price=PRICES.of)
    first, second = rows_of(fold, record, user="ann", session="s", run="r9", computed=PRICES.computed)
    assert (first.outcome, first.error, first.status, first.request_id) == ("failed", "rate", 429, "req-1")
    assert (first.cost, first.computed, first.input, first.ttft_ms) == (None, None, None, None)
    assert (second.run, second.attempt, second.repeat, second.lane) == ("r9", 1, 2, "openai/m")
    assert (second.asked, second.model, second.endpoint) == ("m", "m-2026", "https://api.openai.com:443")
    assert (second.sent_ms, second.ttft_ms, second.total_ms, second.lag_ms) == (2.0, 100.0, 700.0, 0.7)
    assert (second.chunks, second.icl_p50_ms, second.tokens_per_s) == (50, 10.0, 202.04)
    assert second.cost == Cost("0.5", "USD", "provider", None)
    assert second.computed == Cost("0.00021", "USD", "vendor list", "2026-11-20")
    assert first.id < second.id
    assert abs(second.at_us - first.at_us - 1_000_000) < 50_000


def test_what_was_computed_is_not_computed_twice() -> None:
    fold = folded(started(0, 0), Finished(0, MS, "m", TokenUsage(input=10, output=100), "stop"))
    asked: list[Attempt] = []
    record = fold.record(price=PRICES.of)
    (row,) = rows_of(fold, record, user="ann", computed=lambda attempt: asked.append(attempt))
    assert (row.cost, asked) == (row.computed, [])
    assert row.cost is not None


def test_a_stopped_run_whose_usage_nobody_told_says_unknown() -> None:
    fold = folded(started(0, 0), Text(0, 5 * MS, "a"))
    record = fold.record(failure=Failure("cancelled", "stopped"), price=PRICES.of)
    (row,) = rows_of(fold, record, user="ann", reason="budget of openai")
    assert (row.outcome, row.error, row.reason) == ("stopped", "cancelled", "budget of openai")
    assert (row.input, row.output, row.cost, row.total_ms) == (None, None, None, None)


def test_a_hedge_that_lost_says_why_and_what_it_cost() -> None:
    fold = folded(
        started(0, 0),
        started(1, 50, role="hedge"),
        Usage(1, 60 * MS, TokenUsage(input=5, output=1)),
        Discarded(1, 70 * MS, "the other was first"),
        Finished(0, 90 * MS, "m", TokenUsage(input=5, output=2), "stop"),
    )
    won, lost = rows_of(
        fold, fold.record(price=PRICES.of), user="ann", reason="no reason of a run that was not stopped"
    )
    assert (won.outcome, won.reason) == ("done", None)
    assert (lost.role, lost.outcome, lost.reason) == ("hedge", "discarded", "the other was first")
    assert lost.cost is not None


def test_a_run_that_made_no_request_has_no_row() -> None:
    fold = folded()
    assert rows_of(fold, fold.record(failure=Failure("authentication", "no key")), user="ann") == ()


def test_halves_of_characters_do_not_keep_a_row_from_being_written() -> None:
    fold = folded(started(0, 0, model="m\ud83d"), Finished(0, MS, "m\ud83d", TokenUsage(), "stop"))
    (row,) = rows_of(fold, fold.record(), user="ann")
    assert row.model == row.asked == "m\N{REPLACEMENT CHARACTER}"


def test_a_route_is_known_by_its_name() -> None:
    fold = RunFold(run=0, lane_index=0, repeat=0, lane="route:fast")
    fold.add(started(0, 0))
    (row,) = rows_of(fold, fold.record(), user="ann")
    assert (row.lane, row.route) == ("route:fast", "fast")
