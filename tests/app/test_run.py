"""The fold of a run: events in, one record out."""

from decimal import Decimal
from typing import Any

import pytest

from app.attempt import Attempt
from app.records import Cost, RunRecord, Tokens, plain
from app.run import RunFold, state_of
from providers.errors import ERROR_KINDS, Failure
from providers.events import (
    Discarded,
    Event,
    Failed,
    Finished,
    Notice,
    Reasoning,
    Response,
    Served,
    Spent,
    Started,
    Stop,
    Text,
    ToolCallDelta,
    Usage,
)
from providers.types import Role
from providers.usage import TokenUsage

MS = 1_000_000


def started(attempt: int = 0, at: int = 0, *, role: Role = "answer", model: str = "m") -> Started:
    return Started(attempt, at * MS, role=role, vendor="v", endpoint="http://h", model=model)


def used(output: int, **more: Any) -> TokenUsage:
    return TokenUsage(input=10, output=output, **more)


def folded(*events: Event, lane: str = "a/b", **ending: Any) -> RunRecord:
    fold = RunFold(run=3, lane_index=1, repeat=2, lane=lane)
    for event in events:
        fold.add(event)
    return fold.record(**ending)


def a_cent(attempt: Attempt) -> Cost | None:
    return Cost("0.010", "USD", "vendor list", "2026-01-01") if attempt.usage.output is not None else None


def test_a_finished_stream_is_a_run_that_is_done() -> None:
    record = folded(
        started(),
        Response(0, 5 * MS, 200, "1.1", reused=True, request_id="r"),
        Served(0, 5 * MS, "m-2026"),
        Reasoning(0, 6 * MS, "hm"),
        Text(0, 10 * MS, "one "),
        Text(0, 310 * MS, "two"),
        Stop(0, 311 * MS, "stop"),
        Usage(0, 312 * MS, used(41, raw={"n": 1})),
        Notice(0, 0, "ignored_param", "seed is ignored"),
        Finished(0, 313 * MS, "m-2026", used(41, raw={"n": 1}), "stop"),
        lag_ms=1.23456,
    )
    assert (record.run, record.lane_index, record.repeat, record.lane) == (3, 1, 2, "a/b")
    assert (record.outcome, record.text, record.reasoning, record.model) == ("done", "one two", "hm", "m-2026")
    assert (record.finish_reason, record.usage, record.usage_raw) == ("stop", Tokens(10, None, None, 41), {"n": 1})
    assert (record.timings_ms.ttft, record.timings_ms.ttfo, record.timings_ms.last) == (6.0, 10.0, 310.0)
    assert (record.timings_ms.total, record.chunks, record.reused) == (313.0, 3, True)
    assert (record.tokens_per_s, record.itl_ms, record.loop_lag_ms_max) == (131.58, 7.6, 1.235)
    assert record.attempts[0].request_id == "r"
    assert record.notices[0].text == "seed is ignored"
    assert record.error is None


def test_what_was_seen_is_kept_when_a_stream_fails() -> None:
    failure = Failure("overloaded", "too much", status=529, request_id="r9")
    record = folded(started(), Text(0, MS, "half"), Usage(0, MS, used(1)), failure=failure)
    assert (record.outcome, record.text, record.usage.output) == ("failed", "half", 1)
    assert record.error is not None
    assert (record.error.kind, record.error.status) == ("overloaded", 529)
    assert (record.attempts[0].outcome, record.attempts[0].error) == ("failed", record.error)
    assert record.attempts[0].request_id == "r9"
    assert record.timings_ms.total is None


def test_calls_that_were_cut_off_are_shown_as_they_are() -> None:
    record = folded(started(), ToolCallDelta(0, MS, 0, "a", "f", '{"x'), failure=Failure("cut_off", "gone"))
    assert record.outcome == "cut_off"
    assert [(c.arguments, c.complete) for c in record.tool_calls] == [('{"x', False)]


def test_a_run_that_never_began_names_the_model_asked_for() -> None:
    record = folded(lane="anthropic:big@http://h", failure=Failure("authentication", "no key"))
    assert (record.model, record.outcome, record.attempts) == ("big", "failed", ())
    assert record.timings_ms.ttft is None
    assert record.reused is None


def test_no_attempt_left_standing_still_names_a_model() -> None:
    record = folded(
        started(model="tried"),
        Failed(0, MS, Failure("server", "down")),
        failure=Failure("server", "all down"),
    )
    assert (record.model, record.text) == ("tried", "")


def test_a_cancellation_after_the_end_takes_nothing_back() -> None:
    record = folded(
        started(),
        Text(0, MS, "all"),
        Finished(0, 2 * MS, "m", used(1), "stop"),
        failure=Failure("cancelled", "stopped"),
    )
    assert (record.outcome, record.error) == ("done", None)


def test_void_text_is_gone_and_its_usage_is_not() -> None:
    record = folded(
        started(0),
        Text(0, MS, "weak"),
        Usage(0, MS, used(5)),
        Discarded(0, 2 * MS, "judged weak"),
        started(1, 3),
        Text(1, 5 * MS, "strong"),
        Usage(1, 6 * MS, used(7)),
        Finished(1, 7 * MS, "m2", used(7), "stop"),
    )
    assert (record.text, record.model, record.usage) == ("strong", "m2", Tokens(20, None, None, 12))
    assert [a.outcome for a in record.attempts] == ["discarded", "done"]
    assert record.timings_ms.ttft == 5.0
    assert record.attempts[1].timings_ms.ttft == 2.0


def test_only_a_proof_of_completion_gives_a_total() -> None:
    record = folded(
        started(0),
        Failed(0, 2 * MS, Failure("rate", "slow down", 429)),
        started(1, 3),
        Finished(1, 7 * MS, "m", used(7), "stop"),
    )
    assert [a.timings_ms.total for a in record.attempts] == [None, 4.0]
    assert record.timings_ms.total == 7.0


def test_a_judge_is_paid_for_and_says_nothing() -> None:
    record = folded(
        started(0),
        Text(0, MS, "answer"),
        started(1, 2, role="judge"),
        Spent(1, 3 * MS, "judge", used(2)),
        Finished(0, 4 * MS, "m", used(5), "stop"),
        price=a_cent,
    )
    assert (record.text, record.usage.output, record.attempts[1].outcome) == ("answer", 7, "done")
    assert record.cost == Cost("0.02", "USD", "vendor list", "2026-01-01")


def test_a_cost_is_unknown_as_soon_as_a_part_of_it_is() -> None:
    record = folded(
        started(0),
        Text(0, MS, "x"),
        Discarded(0, MS, "slow"),
        started(1),
        Finished(1, 2 * MS, "m", used(5), "stop"),
        price=a_cent,
    )
    assert record.cost is None


def test_an_attempt_that_the_server_refused_costs_nothing() -> None:
    record = folded(
        started(0),
        Response(0, MS, 429, "1.1", reused=False),
        Failed(0, MS, Failure("rate", "slow down", 429)),
        started(1),
        Finished(1, 2 * MS, "m", used(5), "stop"),
        price=a_cent,
    )
    assert record.cost is not None
    assert record.cost.amount == "0.01"


def test_hidden_reasoning_has_no_speed() -> None:
    texts = [Text(0, at * MS, "x") for at in (1, 500)]
    record = folded(started(), *texts, Finished(0, 501 * MS, "m", used(50, reasoning=30), "stop"))
    assert (record.tokens_per_s, record.itl_ms) == (None, None)
    shown = folded(started(), Reasoning(0, MS, "h"), *texts, Finished(0, 501 * MS, "m", used(50, reasoning=30), "stop"))
    assert shown.tokens_per_s is not None


@pytest.mark.parametrize("kind", ERROR_KINDS)
def test_every_kind_of_failure_has_an_outcome(kind: Any) -> None:
    expected = {"cancelled": "stopped", "cut_off": "cut_off"}.get(kind, "failed")
    assert state_of(Failure(kind, "x")) == expected


@pytest.mark.parametrize(
    ("amount", "said"), [("0.0100", "0.01"), ("1E-7", "0.0000001"), ("3", "3"), ("100", "100"), ("0.000", "0")]
)
def test_amounts_are_plain_decimals(amount: str, said: str) -> None:
    assert plain(Decimal(amount)) == said
