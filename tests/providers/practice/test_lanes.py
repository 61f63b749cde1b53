"""Every face read by our own dialects over a real socket: answers whole, and whatever was asked to go wrong."""

import msgspec
import pytest

from providers.dialects import DIALECTS
from providers.dialects.base import DialectName
from providers.patience import Patience
from providers.types import Echo, Message, Request
from tests.providers.folding import failure_of, finished_of
from tests.providers.practice.conftest import Server
from tests.providers.practice.lanes import QUESTION, address, ask

STOPS: dict[DialectName, tuple[str, str]] = {
    "openai_chat": ("stop", "length"),
    "openai_responses": ("completed", "incomplete"),
    "anthropic": ("end_turn", "max_tokens"),
    "gemini": ("STOP", "MAX_TOKENS"),
    "ollama": ("stop", "length"),
}
"""The word for an answer that came to its end, and for one that came to its limit."""
BEGINNING = "A **token** is the unit"
every_face = pytest.mark.parametrize("dialect", sorted(DIALECTS))


@pytest.fixture(scope="module")
def said(server: Server) -> str:
    """The whole answer to the question, as one body."""
    body = {"model": "steady", "messages": [{"role": "user", "content": "What is a token?"}], "temperature": 0}
    text: str = server.http.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    return text


@every_face
def test_the_same_text_with_its_usage_and_reason(server: Server, dialect: DialectName, said: str) -> None:
    folded = ask(server, dialect)

    end = finished_of(folded)
    assert (folded.text, end.model, end.stop) == (said, "steady", STOPS[dialect][0])
    assert end.usage.output == folded.deltas > 20, "one token a chunk"
    assert end.usage.input is not None
    assert end.usage.input > 4


@every_face
def test_thoughts_are_told_apart_and_counted(server: Server, dialect: DialectName) -> None:
    folded = ask(server, dialect, Request.of("What is a token?", temperature=0, reasoning_effort="high"), model="deep")

    usage = finished_of(folded).usage
    assert folded.reasoning.startswith('The question is "What is a token?".')
    assert folded.text.startswith(BEGINNING)
    if dialect != "ollama":  # it counts them with the answer
        assert usage.reasoning is not None
        assert 0 < usage.reasoning < folded.deltas


@every_face
def test_a_limit_of_tokens_is_no_failure(server: Server, dialect: DialectName) -> None:
    folded = ask(server, dialect, Request.of("What is a token?", temperature=0, max_tokens=16))

    end = finished_of(folded)
    assert (end.stop, end.usage.output) == (STOPS[dialect][1], 16)


@every_face
def test_a_prompt_seen_before_is_told_as_cached(server: Server, dialect: DialectName) -> None:
    request = Request.of(f"Once and once again in {dialect}.", max_tokens=16)
    ask(server, dialect, request)
    usage = finished_of(ask(server, dialect, request)).usage

    assert usage.cache_read == (None if dialect == "ollama" else (usage.input or 0) - 1)  # Ollama does not tell


@pytest.mark.parametrize("dialect", ["openai_chat", "openai_responses", "gemini", "ollama"])
def test_log_probabilities_spell_the_text_once(server: Server, dialect: DialectName) -> None:
    request = Request.of("What is a token?", temperature=0, max_tokens=16, logprobs=True, top_logprobs=2)
    folded = ask(server, dialect, request)

    assert "".join(each["token"] for each in folded.logprobs) == folded.text
    assert {len(each["top"]) for each in folded.logprobs} == {2}


def test_reasoning_is_sent_back_sealed(server: Server) -> None:
    first = ask(server, "openai_responses", Request.of("What is a token?", reasoning_effort="low"), model="deep")
    assert first.turn is not None
    (reasoning, message) = first.turn.content
    assert reasoning["encrypted_content"]
    assert message["content"][0]["text"] == first.text
    echo = Echo("openai_responses", address(server, "openai_responses"), first.turn.content)
    turns = (Message("user", "What is a token?"), Message("assistant", first.text, echo=echo), Message("user", "Why?"))

    assert finished_of(ask(server, "openai_responses", Request(turns), model="deep")).stop == "completed"


def test_ollama_tells_how_long_everything_took(server: Server) -> None:
    pace = {"ttft_ms": 60, "tokens_per_s": 200, "jitter": 0}
    times = ask(server, "ollama", Request.of("What is a token?", max_tokens=11, practice=pace)).server_ms

    load, prompt, answer = (times[f"{name}_duration"] for name in ("load", "prompt_eval", "eval"))
    assert load >= 0
    assert load + prompt >= 60 * 0.99
    assert answer >= 10 / 200 * 1000 * 0.9
    assert times["total_duration"] == pytest.approx(load + prompt + answer)


@every_face
@pytest.mark.parametrize(
    ("fault", "kind", "status"),
    [
        ("401", "authentication", 401),
        ("429:retry_after=4", "rate", 429),
        ("500", "server", 500),
        ("503", "overloaded", 503),
        ("html", "server", 502),
        ("close", "network", None),
    ],
)
def test_faults_before_the_answer(
    server: Server, dialect: DialectName, fault: str, kind: str, status: int | None
) -> None:
    folded = ask(server, dialect, fault=fault)

    failure = failure_of(folded)
    assert (failure.kind, failure.status, folded.text, failure.late) == (kind, status, "", False)
    assert failure.retry_after_s == (4.0 if fault.startswith("429") else None)


@every_face
@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        ("error:after=8", {"server"}),
        ("cut:after=8", {"cut_off"}),
        ("drop:after=8", {"cut_off"}),
        ("reset:after=8", {"cut_off", "network"}),
    ],
)
def test_faults_within_the_answer(server: Server, dialect: DialectName, fault: str, kinds: set[str], said: str) -> None:
    folded = ask(server, dialect, fault=fault)

    failure = failure_of(folded)
    assert failure.kind in kinds
    assert failure.late
    assert folded.text
    assert said.startswith(folded.text)


@every_face
def test_an_overload_as_the_first_event_of_a_200(server: Server, dialect: DialectName) -> None:
    folded = ask(server, dialect, fault="529")

    failure = failure_of(folded)
    assert (failure.kind, failure.late, folded.text) == ("overloaded", False, "")


@every_face
def test_an_empty_body_and_a_whole_one(server: Server, dialect: DialectName, said: str) -> None:
    assert failure_of(ask(server, dialect, fault="empty")).kind == "cut_off"
    whole = ask(server, dialect, fault="json")
    assert (whole.text, finished_of(whole).stop) == (said, STOPS[dialect][0])


@every_face
def test_junk_between_events(server: Server, dialect: DialectName, said: str) -> None:
    """What is not understood may have been part of the answer, so the answer is not called whole."""
    folded = ask(server, dialect, fault="junk:after=8")

    assert failure_of(folded).kind == "protocol"
    assert folded.text
    assert said.startswith(folded.text)


@every_face
@pytest.mark.parametrize(
    ("fault", "patience", "kind"),
    [
        ("slow_head:s=30", Patience(first_s=0.3), "timeout_first"),
        ("slow_first:s=30", Patience(first_s=0.3), "timeout_first"),
        ("stall:after=8", Patience(idle_s=0.3), "timeout_idle"),
    ],
)
def test_silence(server: Server, dialect: DialectName, fault: str, patience: Patience, kind: str) -> None:
    number = server.next_request()
    folded = ask(server, dialect, fault=fault, patience=patience)

    assert failure_of(folded).kind == kind
    assert bool(folded.text) == (kind == "timeout_idle")
    assert server.end_of(number)["how"] == "client_closed"


@every_face
def test_what_the_models_cannot_do_is_refused(server: Server, dialect: DialectName) -> None:
    request = msgspec.structs.replace(QUESTION, params={"temperature": 3})

    failure = failure_of(ask(server, dialect, request))
    assert (failure.kind, failure.status) == ("bad_request", 400)
    assert "temperature" in failure.message
    missing = failure_of(ask(server, dialect, model="colossus"))
    assert (missing.kind, missing.status) == ("not_found", 404)
