"""Recorded streams of real providers, where the folder that holds them is present: exact, however they are cut."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from providers.dialects.base import DialectName
from tests.providers.folding import Fold, cut, fold

SHARED = Path(os.environ.get("ABREAST_SHARED") or Path(__file__).parents[3] / "shared")
STREAMS = SHARED / "streams"
DIALECT_OF: dict[str, DialectName] = {
    "chat": "openai_chat",
    "responses": "openai_responses",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "ollama": "ollama",
    "completions": "openai_chat",
}
EVENT_EDGE = re.compile(rb"(\r?\n){1,2}")
CUTS = 120
"""Cuts of a stream that are tried at most, edges of events and places between them."""


@cache
def expected_of(case: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(case.with_suffix(".expected.json").read_bytes())
    return said


def _cases() -> list[Any]:
    found = sorted(path.with_suffix("").with_suffix("") for path in STREAMS.glob("*/*.expected.json"))
    ours = [case for case in found if expected_of(case)["api"] in DIALECT_OF]
    if not ours:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no recorded streams at {STREAMS.name}/"))]
    return [pytest.param(case, id=f"{case.parent.name}/{case.name}") for case in ours]


every_case = pytest.mark.parametrize("case", _cases())


def body_of(case: Path) -> bytes:
    return case.with_suffix(".raw").read_bytes()


def folded(case: Path, body: bytes, size: int) -> Fold:
    expected = expected_of(case)
    return fold(DIALECT_OF[expected["api"]], cut(body, size), content_type=expected["content_type"])


def counted(expected: dict[str, Any], raw: dict[str, Any]) -> dict[str, int]:
    """The recorded usage, which is by the provider's own definition, in our inclusive one, as far as it goes."""
    usage = expected["usage"] or {}
    given, read, written = usage.get("input"), usage.get("cached"), usage.get("cache_write")
    produced, thought = usage.get("output"), usage.get("reasoning")
    if expected["api"] == "anthropic" and given is not None:
        given += (read or 0) + (written or 0)
    if expected["api"] == "gemini" and given is not None:
        given += raw.get("toolUsePromptTokenCount", 0)
    if (
        expected["api"] == "gemini" or (expected["api"], expected["provider"]) == ("chat", "xai")
    ) and thought is not None:
        produced = (produced or 0) + thought
    said = {"input": given, "cache_read": read, "cache_write": written, "output": produced, "reasoning": thought}
    return {name: count for name, count in said.items() if count is not None}


@every_case
@pytest.mark.parametrize("size", [1 << 30, 7, 1])
def test_says_what_was_meant(case: Path, size: int) -> None:
    expected = expected_of(case)

    answer = folded(case, body_of(case), size)

    assert answer.text == expected["text"]
    assert answer.reasoning == expected["reasoning"]
    assert answer.refusal == expected["refusal"]
    calls = [(call["id"], call["name"], call["arguments"]) for call in expected["tool_calls"]]
    assert [(id_, name, arguments) for id_, name, arguments in answer.tools] == calls
    assert answer.stop == expected["finish_reason"]
    assert bool(answer.usage.raw) == (expected["usage"] is not None)
    counts = counted(expected, answer.usage.raw)
    assert {name: getattr(answer.usage, name) for name in counts} == counts
    assert (answer.finished is not None) == expected["complete"]
    if expected["error"] is not None:
        assert answer.failure is not None
        assert answer.failure.kind not in ("cut_off", "protocol")
        said = expected["error"]
        assert (said if isinstance(said, str) else said.get("message")) in (None, answer.failure.message)
    if answer.finished is not None:
        assert answer.finished.stop == expected["finish_reason"]
        assert answer.finished.usage == answer.usage
        assert all(call.arguments in (answer.pieces[n], answer.pieces[n] or "{}") for n, call in answer.calls.items())


@every_case
def test_is_cut_off_wherever_it_is_cut(case: Path) -> None:
    expected, body = expected_of(case), body_of(case)
    edges = [match.end() for match in EVENT_EDGE.finditer(body)]
    places = sorted({*edges, *range(1, len(body), max(1, len(body) // CUTS)), *(edge - 1 for edge in edges[-6:])})
    proof = _proof(expected["api"], body)
    tried = [place for place in places if place < proof]
    for place in tried[:: max(1, len(tried) // CUTS)]:
        answer = folded(case, body[:place], 1 << 30)

        assert answer.finished is None, f"cut at byte {place} of {len(body)} it passes for whole"
        assert answer.failure is not None
        assert answer.failure.kind == "cut_off", answer.failure
        for said, meant in ((answer.text, expected["text"]), (answer.reasoning, expected["reasoning"])):
            assert meant.startswith(said)


def _proof(api: str, body: bytes) -> int:
    """Where the line starts without which the answer is not known to be whole."""
    if api == "anthropic":
        return body.rindex(b"event: message_stop")
    if api == "gemini":
        return body.index(b'"finishReason"')
    if api == "responses":
        ends = [m.start() for m in re.finditer(rb'"type": ?"(error"|response\.(completed|incomplete|failed)")', body)]
        return ends[0]
    if api == "ollama":
        return max(body.find(b'"done":true'), body.find(b'{"error"'))
    reasons = [m.start() for m in re.finditer(rb'"finish_reason": ?"', body)]
    error = body.find(b'"error"')
    return reasons[-1] if reasons else error
