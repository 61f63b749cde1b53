"""The command line against a real llama.cpp server with a tiny random model, where one can be had."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Call

TOOLS = Path(os.environ.get("ABREAST_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "tools"
PYTHON = os.environ.get("ABREAST_LLAMA_PYTHON", sys.executable)
"""An interpreter that has xllamacpp, gguf, tokenizers and numpy: they are no part of this project."""
ORDER = ("dns", "connect", "tls", "sent", "headers", "ttfb", "ttft", "last", "total")
REPEAT = 20


def missing() -> str:
    if not (TOOLS / "llama_server.py").exists():
        return "the scripts that make a model and serve it are not here"
    if sys.executable == PYTHON and importlib.util.find_spec("xllamacpp") is None:
        return "xllamacpp is not installed, and ABREAST_LLAMA_PYTHON names no interpreter that has it"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("llama")
    model = folder / "tiny.gguf"
    subprocess.run([PYTHON, TOOLS / "tiny_gguf.py", model], check=True, capture_output=True, timeout=120)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PYTHON, TOOLS / "llama_server.py", model, str(port)], stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except OSError:  # it does not listen yet, or answers 503 while it loads
            time.sleep(0.1)
    pytest.fail("llama.cpp did not start")


def test_two_dialects_side_by_side_never_fail(call: Call, llama: str) -> None:
    """The server closes connections that it has just advertised as kept: that must cost no run."""
    lanes = ("--lane", f"openai_chat:tiny@{llama}/v1", "--lane", f"anthropic:tiny@{llama}")
    words = ("--param", "max_tokens=48", "--param", "seed=7", "--repeat", str(REPEAT))
    said = call("run", "--json", "--prompt", "def main():", *lanes, *words)
    failed = [(line["lane"], line["error"]) for line in said.lines if line["outcome"] != "done"]
    assert failed == []
    assert said.code == 0
    assert len(said.lines) == 2 * REPEAT
    for line in said.lines:
        moments = [line["timings_ms"][name] for name in ORDER if line["timings_ms"][name] is not None]
        assert moments == sorted(moments), line["timings_ms"]
        assert {"sent", "headers", "ttfb", "ttft", "last", "total"} <= {
            name for name, at in line["timings_ms"].items() if at is not None
        }
        assert 0 < line["usage"]["output"] <= 48
        assert line["chunks"] <= line["usage"]["output"]
        assert line["finish_reason"] in ("stop", "length", "end_turn", "max_tokens")
        assert line["reused"] == (line["timings_ms"]["connect"] is None)
