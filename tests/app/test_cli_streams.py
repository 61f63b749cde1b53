"""Recorded streams of real providers through the command line, over real sockets and with faults.

They are not part of this project: they are read from where they lie, if they are there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Call

SHARED = Path(os.environ.get("ABREAST_SHARED", Path(__file__).resolve().parents[3] / "shared"))
STREAMS = SHARED / "streams"
pytestmark = pytest.mark.skipif(not STREAMS.is_dir(), reason="the recorded streams are not here")

CASES = [
    ("openai_chat", "openai_chat/sdk-text", "/v1"),
    ("openai_chat", "openai_chat/parallel-tool-calls", "/v1"),
    ("openai_chat", "groq/think-tags-in-content", "/v1"),
    ("openai_chat", "openai_chat/sdk-refusal", "/v1"),
    ("openai_responses", "openai_responses/text", "/v1"),
    ("openai_responses", "openai_responses/vercel-reasoning-encrypted", "/v1"),
    ("openai_responses", "openrouter/responses-raw-cot", "/v1"),
    ("anthropic", "anthropic/thinking", ""),
    ("anthropic", "anthropic/tool-search-then-tool", ""),
    ("gemini", "gemini/thinking", ""),
    ("gemini", "gemini/huge-thought-signature", ""),
]
PLANS = ["", ";split=1", ";split=rand:7", ";crlf=1;bom=1", ";gzip=1"]


@pytest.fixture(scope="module")
def replay() -> Iterator[str]:
    words = [sys.executable, str(SHARED / "tools" / "replay_server.py"), str(STREAMS)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STREAMS / f"{case}.expected.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(("dialect", "case", "rest"), CASES, ids=[case for _, case, _ in CASES])
def test_a_recorded_stream_means_the_same_however_it_is_cut(
    call: Call, replay: str, dialect: str, case: str, rest: str
) -> None:
    meant = expected(case)
    lanes = [word for plan in PLANS for word in ("--lane", f"{dialect}:m@{replay}/{case}{plan}{rest}")]
    said = call("run", "--json", "--prompt", "x", *lanes)
    assert len(said.lines) == len(PLANS)
    for line in said.lines:
        assert line["outcome"] == ("done" if meant["complete"] else "failed"), (line["lane"], line["error"])
        assert (line["text"], line["reasoning"], line["refusal"]) == (
            meant["text"], meant["reasoning"] or "", meant["refusal"] or "",
        )  # fmt: skip
        calls = [(each["name"], each["arguments"]) for each in line["tool_calls"]]
        assert calls == [(each["name"], each["arguments"]) for each in meant["tool_calls"]]
        assert line["finish_reason"] == meant["finish_reason"]


@pytest.mark.parametrize(("dialect", "case", "rest"), CASES, ids=[case for _, case, _ in CASES])
@pytest.mark.parametrize("fault", ["cut", "rst"])
def test_half_a_recorded_stream_is_cut_off(
    call: Call, replay: str, dialect: str, case: str, rest: str, fault: str
) -> None:
    half = (STREAMS / f"{case}.raw").stat().st_size // 2
    said = call("run", "--json", "--prompt", "x", "--lane", f"{dialect}:m@{replay}/{case};{fault}={half}{rest}")
    line = said.only
    assert (said.code, line["outcome"], line["error"]["kind"]) == (1, "cut_off", "cut_off")
    assert expected(case)["text"].startswith(line["text"])
    assert line["timings_ms"]["total"] is None
