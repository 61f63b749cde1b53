"""A strong model when a cheap one's answer is judged too weak."""

from providers.routes.escalate import Escalate
from providers.routes.judge import Answer, Asked, Rule, Verdict
from providers.types import Request
from tests.providers.routes.transcript import RATE, SLOW, answers, model, transcript

CHEAP, STRONG = answers("cheap", "Dunno.", output=1), answers("strong", "42.", output=5)
LONG_ENOUGH = Rule("length", lambda request, answer: Verdict(len(answer.text) > 8, "too short"))


def asking(judge: object) -> Asked:
    def question(request: Request, answer: Answer) -> Request:
        return Request.of(f"{request.messages[0].text} Is this good: {answer.text}")

    return Asked(judge, question, lambda said: Verdict(said == "good", f"it was called {said}"))  # type: ignore[arg-type]


def test_a_good_answer_stands() -> None:
    assert transcript(Escalate(answers("cheap", "I do not know."), STRONG, LONG_ENOUGH)) == [
        "0 started cheap as answer",
        "0 I do not know.",
        "0 usage None",
        "0 usage None",
        "0 Answer kept: too short",
        "0 finished cheap",
    ]


def test_a_weak_one_is_set_aside() -> None:
    assert transcript(Escalate(CHEAP, STRONG, LONG_ENOUGH))[-6:] == [
        "0 Answer escalated: too short",
        "0 discarded: too short",
        "1 started strong as answer",
        "1 42.",
        "1 usage 5",
        "1 finished strong",
    ]


def test_a_judge_that_is_asked_is_paid_and_not_shown() -> None:
    judge = asking(answers("judge", "poor", output=3))

    assert transcript(Escalate(CHEAP, STRONG, judge))[4:10] == [
        "1 started judge as judge",
        "1 usage 3",
        "1 spent 3",
        "0 Answer escalated: it was called poor",
        "0 discarded: it was called poor",
        "2 started strong as answer",
    ]


def test_the_judge_is_shown_the_request_and_the_answer() -> None:
    asked = []

    class Curious:
        name = "curious"

        async def stream(self, request: Request):  # type: ignore[no-untyped-def]
            asked.append(request.messages[0].text)
            async for event in answers("judge", "good").stream(request):
                yield event

    assert transcript(Escalate(CHEAP, STRONG, asking(Curious())))[-1] == "0 finished cheap"
    assert asked == ["Say something. Is this good: Dunno."]


def test_when_the_judge_fails_the_answer_stands() -> None:
    assert transcript(Escalate(CHEAP, STRONG, asking(model("judge", (RATE,)))))[4:] == [
        "1 started judge as judge",
        "1 failed rate",
        "0 The answer was not judged: slow down",
        "0 finished cheap",
    ]


def test_a_cheap_model_that_fails_is_not_the_judges_business() -> None:
    assert transcript(Escalate(model("cheap", (RATE,)), STRONG, LONG_ENOUGH))[-1] == "raised rate at 0 s"


def test_stopped_while_it_is_judged() -> None:
    assert transcript(Escalate(CHEAP, STRONG, asking(model("judge", SLOW))), stop_at_s=1.0)[2:] == [
        "0 usage 1",
        "0 usage 1",
        "1 started judge as judge",
        "stopped at 1 s",
    ]
