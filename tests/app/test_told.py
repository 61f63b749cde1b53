"""Figures, marks and failures as people read them."""

import msgspec
import pytest

from app.explain import explain
from app.figures import end_segments, figures, money, sentence, tokens_text
from app.marks import marks
from app.params import ParamError, has_lone_surrogate, read, shown, written
from app.records import Cost, ErrorRecord, RunRecord, Timings, Tokens
from app.run import RunFold
from app.tokens import Count
from providers.errors import ERROR_KINDS, ErrorKind, Failure
from providers.events import Finished, Started, Text
from providers.usage import TokenUsage

MS = 1_000_000


def record(*, first_ms: int = 182, output: int | None = 388, cost: str | None = "0.0021") -> RunRecord:
    fold = RunFold(run=1, lane_index=0, repeat=0, lane="practice/swift")
    usage = TokenUsage(input=412, output=output)
    for event in (
        Started(0, 0, "answer", "practice", "http://x", "swift"),
        Text(0, first_ms * MS, "a"),
        Text(0, 6_400 * MS, "b"),
        Finished(0, 6_500 * MS, "swift", usage, "stop"),
    ):
        fold.add(event)
    price = Cost(cost, "USD", "vendor list", "2026-11-23") if cost is not None else None
    return fold.record(price=lambda _: price)


def test_the_status_line_has_units_always() -> None:
    line = " · ".join(segment.text for segment in end_segments(record()))
    assert line == "TTFT 182 ms · 62 tok/s · 412 → 388 tok · $0.0021 · 6.50 s"


def test_a_run_to_which_nothing_came_has_no_figures() -> None:
    fold = RunFold(run=1, lane_index=0, repeat=0, lane="a/b")
    assert end_segments(fold.record(failure=Failure("network", "no route"))) == ()


@pytest.mark.parametrize(
    ("amount", "said"),
    [("0.0021", "$0.0021"), ("0", "$0.0000"), ("1.23456", "$1.2346"), ("0.000021", "$0.000021"), ("x", "cost –")],
)
def test_money(amount: str, said: str) -> None:
    assert money(Cost(amount, "USD", "provider", None)) == said


def test_unknown_is_unknown() -> None:
    assert money(None) == "cost –"
    assert tokens_text(Tokens()) == "– tok"
    assert tokens_text(Tokens(input=5)) == "5 → – tok"
    assert all(figure.value != "0" for figure in figures(record(cost=None)) if figure.name == "Cost")


def test_parts_of_tokens_are_told_where_they_were_reported() -> None:
    assert tokens_text(Tokens(412, 300, None, 388, 120)) == "412 (300 cached) → 388 (120 reasoning) tok"
    assert tokens_text(Tokens(412, 0, None, 388, 0)) == "412 → 388 tok"


def test_our_own_count_of_an_output_is_marked_as_an_estimate() -> None:
    estimate = Count(388, "o200k_base", rough=True)
    assert tokens_text(Tokens(412, 300), estimate) == "412 (300 cached) → ≈ 388 tok"
    assert tokens_text(Tokens(), estimate) == "– → ≈ 388 tok"
    assert tokens_text(Tokens(412, None, None, 50), estimate) == "412 → 50 tok", "the provider's own count goes first"
    uncounted = record(output=None)
    (output,) = (figure for figure in figures(uncounted, estimate) if figure.name == "Output")
    assert output.value == "≈ 388 tok"
    assert "estimate" in output.note
    (segment,) = (each for each in end_segments(uncounted, estimate) if each.text.endswith("tok"))
    assert "rough" in segment.note
    assert uncounted.usage.output is None, "the record is as the provider told it"


def test_every_figure_has_a_definition() -> None:
    assert all(figure.note for figure in figures(record()))


def test_the_sentence() -> None:
    assert sentence(record(), place=2, label="swift") == "Lane 2, swift: done, 388 tokens, 6.5 seconds"


def test_marks_go_to_the_best_alone() -> None:
    found = marks({1: record(first_ms=100, output=400), 2: record(first_ms=200, output=300, cost="0.001")})
    assert found[1] == ("first", "fastest")
    assert found[2] == ("cheapest", "shortest")


def test_no_marks_where_nobody_is_behind_or_a_figure_is_missing() -> None:
    assert marks({1: record(), 2: record()}) == {1: (), 2: ()}
    assert marks({1: record()}) == {1: ()}
    assert "cheapest" not in marks({1: record(cost=None), 2: record()})[2]


def test_who_did_not_finish_does_not_compete() -> None:
    failed = msgspec.structs.replace(record(first_ms=1), outcome="failed", timings_ms=Timings(ttft=0.1))
    assert marks({1: failed, 2: record(), 3: record(first_ms=300)})[1] == ()


@pytest.mark.parametrize("kind", ERROR_KINDS)
def test_every_kind_of_failure_is_explained(kind: ErrorKind) -> None:
    problem = explain(ErrorRecord(kind, "their words", 500, None, None, None), model="m", vendor="")
    assert problem.what
    assert problem.what[0].isupper()
    assert problem.advice
    assert problem.quote == "their words"
    assert "{" not in problem.what + problem.advice


def test_whose_words_they_are() -> None:
    theirs = explain(ErrorRecord("rate", "slow down", 429, "rate_limit", "req_1", 7.0), model="m", vendor="OpenAI")
    assert theirs.speaker == "OpenAI"
    assert theirs.facts == ("HTTP 429", "code rate_limit", "request req_1")
    assert "7 s" in theirs.advice
    ours = explain(ErrorRecord("network", "no route", None, None, None, None), model="m", vendor="OpenAI")
    assert ours.speaker == "Abreast"


@pytest.mark.parametrize(
    ("kind", "message", "vendor_id", "endpoint", "what", "advice"),
    [
        ("network", "nothing listens at 127.0.0.1:8000 (connection refused)", "vllm", "http://127.0.0.1:8000/v1",
         "Nothing answers at 127.0.0.1:8000.", "Start the server there"),
        ("network", "nothing listens at h:1 (connection refused)", "custom", "http://h:1", "could not be reached",
         "network"),
        ("not_found", "model 'qwen3' not found", "ollama", "http://127.0.0.1:11434", "has no model m yet",
         "`ollama pull m`"),
        ("not_found", 'model "m" not found, try pulling it first', "custom", "http://box:11434", "has no model m yet",
         "`ollama pull m`"),
        ("not_found", "no such model", "openai", "https://api.openai.com/v1", "knows no model m", "Check the name"),
        ("overloaded", "Loading model", "llamacpp", "http://127.0.0.1:8080/v1", "is still loading m", "Wait"),
        ("overloaded", "busy", "llamacpp", "http://127.0.0.1:8080/v1", "is overloaded", "Wait"),
        ("authentication", "no", "openai", "https://api.openai.com/v1", "does not accept",
         "Ctrl+Shift+K), or set OPENAI_API_KEY"),
        ("authentication", "no", "custom", "http://h", "does not accept", "or set the vendor's key variable"),
    ],
)  # fmt: skip
def test_what_to_do_depends_on_whose_server_it_is(
    kind: ErrorKind, message: str, vendor_id: str, endpoint: str, what: str, advice: str
) -> None:
    error = ErrorRecord(kind, message, None, None, None, None)
    problem = explain(error, model="m", vendor="It", vendor_id=vendor_id, endpoint=endpoint)
    assert what in problem.what
    assert advice in problem.advice


def test_parameters_read_as_they_were_written() -> None:
    params = {"temperature": 0.2, "stop": ["\n"], "seed": 7, "name": "plain", "digits": "12", "on": True, "none": None}
    assert read(written(params)) == params
    assert shown("12") == '"12"'
    assert read(["", "  ", "a=1", "a=2"]) == {"a": 2}


@pytest.mark.parametrize("line", ["novalue", "=1", "two words=1", "a=1e999", "a=\ud83d", "a=" + "[" * 100_000])
def test_parameters_that_cannot_be_understood(line: str) -> None:
    with pytest.raises(ParamError):
        read([line])


def test_half_a_character() -> None:
    assert has_lone_surrogate("a\ud83d")
    assert not has_lone_surrogate("a😀")
