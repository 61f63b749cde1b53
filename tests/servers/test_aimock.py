"""aimock, a mock of many vendors by other hands, in all five dialects, with its chaos switches."""

import json
import urllib.request
from pathlib import Path

import pytest

from tests.app.conftest import Call, Said
from tests.servers.fixtures import SENTENCE

LANES = {
    "openai_chat": "openai_chat:gpt-5.1@{root}/v1",
    "openai_responses": "openai_responses:gpt-5.1@{root}/v1",
    "anthropic": "anthropic:claude-sonnet-4-5@{root}",
    "gemini": "gemini:gemini-2.5-flash@{root}",
    "ollama": "ollama:qwen3:8b@{root}",
}


def ask(call: Call, aimock: str, dialect: str, prompt: str, *more: str) -> Said:
    return call("run", "--json", "--prompt", prompt, "--lane", LANES[dialect].format(root=aimock), *more)


every_dialect = pytest.mark.parametrize("dialect", LANES)


@every_dialect
def test_text_with_usage(call: Call, aimock: str, dialect: str) -> None:
    said = ask(call, aimock, dialect, "say it").only

    assert (said["outcome"], said["text"]) == ("done", SENTENCE)
    assert said["chunks"] > 5
    assert said["timings_ms"]["ttft"] <= said["timings_ms"]["last"] <= said["timings_ms"]["total"]
    assert said["usage"]["output"] is not None


@every_dialect
def test_a_tool_call(call: Call, aimock: str, dialect: str, tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text('[{"name": "tide", "parameters": {"type": "object", "properties": {"port": {"type": "string"}}}}]')

    said = ask(call, aimock, dialect, "call it", "--tools", str(tools)).only

    assert said["outcome"] == "done"
    (made,) = said["tool_calls"]
    assert (made["name"], made["complete"]) == ("tide", True)
    assert json.loads(made["arguments"]) == {"port": "Brest", "hours": [6, 18]}


@every_dialect
def test_reasoning(call: Call, aimock: str, dialect: str) -> None:
    """In Ollama's lines aimock calls it `reasoning_content`. Ollama's own name is `thinking`, and we read no other."""
    said = ask(call, aimock, dialect, "think first").only

    thought = "" if dialect == "ollama" else "Two and two."
    assert (said["outcome"], said["text"], said["reasoning"]) == ("done", "Four.", thought)


@every_dialect
@pytest.mark.parametrize(("prompt", "kind", "status"), [("too often", "rate", 429), ("too busy", "overloaded", 529)])
def test_errors_before_the_stream(call: Call, aimock: str, dialect: str, prompt: str, kind: str, status: int) -> None:
    said = ask(call, aimock, dialect, prompt).only

    assert (said["outcome"], said["error"]["kind"], said["error"]["status"]) == ("failed", kind, status)


@every_dialect
def test_a_stream_that_breaks_off(call: Call, aimock: str, dialect: str) -> None:
    said = ask(call, aimock, dialect, "break off").only

    assert said["outcome"] == "cut_off"
    assert SENTENCE.startswith(said["text"])


@every_dialect
def test_chaos(call: Call, aimock: str, dialect: str) -> None:
    """The malformed body is no JSON and has no line end: to Ollama's lines, one that was cut off in the middle."""
    malformed = {"cut_off"} if dialect == "ollama" else {"failed"}
    for chaos, outcomes in (
        ({"disconnectRate": 1}, {"cut_off", "failed"}),
        ({"malformedRate": 1}, malformed),
        ({"dropRate": 1}, {"failed"}),
        ({"rateLimitRate": 1}, {"failed"}),
    ):
        _chaos(aimock, chaos)
        try:
            said = ask(call, aimock, dialect, "say it").only
        finally:
            _chaos(aimock, None)
        assert said["outcome"] in outcomes, (chaos, said)
        assert said["error"] is not None


def _chaos(root: str, config: dict[str, float] | None) -> None:
    request = urllib.request.Request(
        f"{root}/__aimock/chaos",
        method="POST" if config else "DELETE",
        data=json.dumps(config).encode() if config else None,
        headers={"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()
