"""Judges: log-probabilities, rules, agreement of samples, a model's grade."""

import asyncio
import math
import socket
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from providers.errors import ProviderError
from providers.events import Event, LogProbs, Text, ToolCall
from providers.routes.agreement import Agreement, alike
from providers.routes.checks import Check, Checks, Compiles, Fits, Found, Length, NoRefusal, Whole
from providers.routes.confidence import Confidence, score_of
from providers.routes.escalate import Escalate
from providers.routes.grading import grader
from providers.routes.judge import Answer, Judge, Verdict
from providers.routes.prompted import Prompted
from providers.types import JsonSchema, Message, Request
from tests.providers.routes.transcript import REQUEST, answers, model, transcript

SURE = ({"token": "Yes", "logprob": math.log(0.9)}, {"token": ".", "logprob": math.log(0.4)})
SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}


def verdict(judge: Judge, answer: Answer, request: Request = REQUEST) -> Verdict:
    async def last() -> Verdict:
        async with aclosing(judge.judge(request, answer)) as sayings:
            said = [each async for each in sayings]
        assert isinstance(said[-1], Verdict)
        return said[-1]

    return asyncio.run(last())


def test_the_mean_and_the_least_are_probabilities() -> None:
    assert score_of(SURE, "mean") == pytest.approx(0.6)
    assert score_of(SURE, "min") == pytest.approx(0.4)
    assert score_of((), "mean") is None


def test_entropy_is_of_the_alternatives() -> None:
    even = {"logprob": math.log(0.5), "top": [{"logprob": math.log(0.5)}, {"logprob": math.log(0.5)}]}
    certain = {"logprob": 0.0, "top": [{"logprob": 0.0}]}
    assert score_of((even, certain), "entropy") == pytest.approx(math.log(2) / 2)


def test_a_confidence_says_which_judge_it_came_from() -> None:
    said = verdict(Confidence("mean", 0.7), Answer("Yes.", logprobs=SURE))
    assert (said.keep, said.why) == (False, "mean token probability 0.60 < 0.70")
    assert (said.score, said.threshold, said.by) == (pytest.approx(0.6), 0.7, "mean token probability")
    assert verdict(Confidence("min", 0.4), Answer("Yes.", logprobs=SURE)).keep


def test_without_log_probs_nothing_is_judged() -> None:
    with pytest.raises(ProviderError, match="no log-probabilities"):
        verdict(Confidence("mean", 0.7), Answer("Yes."))


def test_log_probs_of_a_stream_reach_the_judge() -> None:
    cheap = model("cheap", (Text(0, 0, "Yes."), LogProbs(0, 0, SURE)), answers("cheap", "").script)
    lines = transcript(Escalate(cheap, answers("strong", "No."), Confidence("mean", 0.7)))
    assert "0 Answer escalated: mean token probability 0.60 < 0.70" in lines
    assert lines[-1] == "1 finished strong"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (Length(3, 10), "four", "no"),
        (Length(0, 10), "four", "far too many signs"),
        (NoRefusal(), "I can help: here it is. Sorry for the wait.", "I'm sorry, but I can't help with that."),
        (NoRefusal(), "Unfortunate events are a series.", "As an AI, I have no opinion."),
        (Found(r"\d+"), "It is 42.", "It is many."),
        (Found("lorem", wanted=False), "real words", "Lorem ipsum"),
        (Fits(SCHEMA), '{"city": "Bern"}', '{"town": "Bern"}'),
        (Fits(SCHEMA), '```json\n{"city": "Bern"}\n```', "Bern"),
        (Fits({}), "[1]", "[1"),
        (Compiles(), "```python\nx = 1\n```", "```python\nx = = 1\n```"),
        (Compiles(), "```json\n{}\n```\n```rust\nfn (\n```", "```json\n{\n```"),
        (Compiles(), "no code at all", "```py\n" + "(" * 500 + "\n```"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_check_finds_its_fault(check: Check, good: str, bad: str) -> None:
    assert check.fault(REQUEST, Answer(good)) == ""
    assert check.fault(REQUEST, Answer(bad)) != ""


def test_an_answer_cut_at_its_limit_is_not_whole() -> None:
    assert Whole().fault(REQUEST, Answer("Once upon", stop="length"))
    assert not Whole().fault(REQUEST, Answer("Once.", stop="stop"))


def test_the_requests_own_schema_is_what_must_fit() -> None:
    request = Request((Message("user", "?"),), output=JsonSchema(SCHEMA))
    assert "does not fit" in Fits().fault(request, Answer('{"town": 1}'))
    assert Fits({"type": 5}).fault(REQUEST, Answer("{}")) == "the schema is none"  # type: ignore[dict-item]


def test_faults_are_named_and_counted() -> None:
    said = verdict(Checks((Length(3), Found("x"))), Answer("no"))
    assert (said.keep, said.score, said.why) == (False, 0.0, "2 signs, of 3 at least; /x/ is not there")
    assert verdict(Checks((Length(1), Found("x"))), Answer("no")).score == 0.5


def test_nothing_of_a_hostile_answer_is_run() -> None:
    code = "```python\n__import__('os').abort()\n```"
    assert Compiles().fault(REQUEST, Answer(code)) == ""


def test_samples_that_agree_keep_the_answer() -> None:
    said = verdict(Agreement(answers("m", "It is Bern", output=3), 2, 0.6), Answer("It is Bern, on the Aare."))
    assert (said.keep, said.score) == (True, 1.0)
    assert not verdict(Agreement(answers("m", "Zurich!"), 2, 0.6), Answer("It is Bern.")).keep


def test_samples_are_paid_for_and_not_shown() -> None:
    judge = Agreement(answers("sample", "Other.", output=7), 2, 0.5)
    assert transcript(Escalate(answers("cheap", "Dunno."), answers("strong", "42."), judge))[4:10] == [
        "1 started sample as sample",
        "1 usage 7",
        "1 spent 7",
        "2 started sample as sample",
        "2 usage 7",
        "2 spent 7",
    ]


@pytest.mark.parametrize(
    ("one", "other", "share"), [("", "", 1.0), ("a b", "a c", 1 / 3), ("A, b!", "a b", 1.0), ("a", "", 0.0)]
)
def test_how_alike_two_texts_are(one: str, other: str, share: float) -> None:
    assert alike(one, other) == pytest.approx(share)


@pytest.mark.parametrize(
    ("said", "score"), [("8", 0.8), ("Grade: 7/10", 0.7), ("10", 1.0), ("0", 0.0), ("I'd say 6.", 0.6), ("8.5", 0.8)]
)
def test_a_grade_is_read(said: str, score: float) -> None:
    found = verdict(grader(answers("judge", said), 0.7), Answer("42"))
    assert found.score == score
    assert found.keep == (score >= 0.7)
    assert found.by == "judge"


def test_what_is_no_grade_judges_nothing() -> None:
    with pytest.raises(ProviderError, match="no grade"):
        verdict(grader(answers("judge", "Splendid!"), 0.7), Answer("42"))


def test_the_grader_sees_the_question_and_the_answer() -> None:
    asked: list[Request] = []

    class Curious:
        name = "curious"

        async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
            asked.append(request)
            async with aclosing(answers("judge", "9").stream(request)) as events:
                async for event in events:
                    yield event

    call = ToolCall(0, 0, 0, None, "look_up", '{"q": 1}')
    verdict(grader(Curious(), 0.7, "Be strict."), Answer("", calls=(call,)))
    assert "Say something." in asked[0].messages[0].text
    assert 'look_up({"q": 1})' in asked[0].messages[0].text
    assert asked[0].system is not None
    assert asked[0].system.endswith("Be strict.")


def test_a_prompted_model_is_asked_in_other_words() -> None:
    said = Prompted(answers("m", ""), system="B", before="A", template="<{{prompt}}>", params={"seed": 2}).worded(
        Request.of("Q", system="C", seed=1, top_p=0.5)
    )
    assert (said.system, said.messages[-1].text) == ("A\n\nB", "<Q>")
    assert said.params == {"seed": 2, "top_p": 0.5}
    assert Prompted(answers("m", "")).worded(REQUEST) == REQUEST


def test_a_schema_is_not_fetched_from_afar() -> None:
    """A schema may come from anybody; its references make no connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        afar = f"http://127.0.0.1:{listener.getsockname()[1]}/schema.json"
        said = Fits({"$ref": afar}).fault(REQUEST, Answer("{}"))
        assert said.startswith("the schema refers to what is not in it")
        with pytest.raises(TimeoutError):
            listener.accept()
    inside = {"$defs": {"city": {"type": "string"}}, "$ref": "#/$defs/city"}
    assert Fits(inside).fault(REQUEST, Answer('"Bern"')) == ""
