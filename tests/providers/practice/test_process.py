"""The server as a process, from outside: how it starts, what it notes, how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.providers.practice.conftest import FAST, Server, wait_for

ASK = {"model": "swift", "messages": [{"role": "user", "content": "What is streaming?"}], "stream": True}
SLOW = {"practice": {"ttft_ms": 0, "tokens_per_s": 50, "jitter": 0}}
COMMAND = (sys.executable, "-m", "providers.practice")


def test_it_says_where_it_is(server: Server) -> None:
    root = server.ready["anthropic"]
    assert root.startswith("http://127.0.0.1:")
    assert server.ready == {
        "schema": 1,
        "openai_chat": f"{root}/v1",
        "openai_responses": f"{root}/v1",
        "anthropic": root,
        "gemini": root,
        "ollama": root,
        "models": ["swift", "steady", "deep"],
        "pid": server.process.pid,
        "practice": True,
    }


def test_it_listens_on_the_loopback_only(server: Server) -> None:
    port = int(server.root.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(OSError):
        other.settimeout(1)
        other.connect(("127.0.0.2", port))


def test_the_log_tells_a_request_its_first_byte_and_its_end_but_no_secret(server: Server) -> None:
    number = server.next_request()
    headers = {"authorization": "Bearer sk-very-secret", "x-other": "also-secret"}
    before = time.monotonic_ns()
    server.http.post("/v1/chat/completions?key=third-secret", json=ASK, headers=headers)
    end = server.end_of(number)
    lines = [line for line in server.log() if line["request"] == end["request"]]
    assert [line["event"] for line in lines] == ["request", "first_byte", "end"]
    assert (lines[0]["dialect"], lines[0]["model"], lines[0]["path"]) == (
        *("openai_chat", "swift"),
        "/v1/chat/completions",
    )
    assert {"authorization", "x-other"} <= set(lines[0]["headers"])
    assert end["how"] == "done"
    stamps = [line["at_ns"] for line in lines]
    assert before < stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] < time.monotonic_ns()
    assert "secret" not in json.dumps(server.log())


def test_a_client_that_leaves_ends_the_answer_at_once(server: Server) -> None:
    number = server.next_request()
    with server.http.stream("POST", "/v1/chat/completions", json={**ASK, **SLOW}) as answer:
        stream = answer.iter_raw()
        for _ in range(4):
            next(stream)
    left = time.monotonic_ns()
    end = server.end_of(number)
    assert end["how"] == "client_closed"
    assert 1 <= end["tokens"] <= 20
    assert end["at_ns"] - left < 200e6


def test_a_client_that_leaves_a_whole_answer_ends_it_too(server: Server) -> None:
    number = server.next_request()
    with pytest.raises(httpx.ReadTimeout):
        server.http.post("/v1/chat/completions", json={**ASK, **SLOW, "stream": False}, timeout=0.2)
    assert server.end_of(number)["how"] == "client_closed"


def test_tokens_come_at_the_pace_that_was_asked_for(server: Server) -> None:
    pace = {"practice": {"ttft_ms": 150, "tokens_per_s": 200, "jitter": 0.2}, "max_tokens": 60, "temperature": 0}
    start = time.monotonic()
    stamps = []
    with server.http.stream("POST", "/v1/chat/completions", json={**ASK, **pace}) as answer:
        for line in answer.iter_lines():
            if '"content":"' in line and '"role"' not in line:
                stamps.append(time.monotonic() - start)
    # Never early: a deadline that moved with each token would not hold. How late is the machine's affair.
    gap = 1 / 200
    assert stamps[0] >= 0.15 * 0.9 - 0.002
    assert stamps[-1] >= 0.15 * 0.9 + (len(stamps) - 1.2) * gap - 0.002


def test_it_ends_with_its_standard_input(tmp_path: Path) -> None:
    started = Server(tmp_path / "log", *FAST)
    assert started.close() == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly_even_in_the_middle_of_answers(tmp_path: Path, number: signal.Signals) -> None:
    started = Server(tmp_path / "log")
    assert started.process.stdin is not None
    with started.http.stream("POST", "/v1/chat/completions", json={**ASK, **SLOW}) as answer:
        next(answer.iter_raw())
        began = time.monotonic()
        started.process.send_signal(number)
        code, said = started.finish()
    assert (code, said) == (0, "")
    assert time.monotonic() - began < 5
    started.process.stdin.close()
    started.http.close()


def test_a_job_in_the_background_does_not_end_with_an_empty_input(tmp_path: Path) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    root = json.loads(process.stdout.readline())["anthropic"]
    time.sleep(0.2)
    try:
        assert httpx.get(f"{root}/v1/models", trust_env=False).status_code == 200
    finally:
        process.terminate()
        process.stdout.close()
        assert process.wait(10) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="parent-death signals are Linux's")
def test_it_dies_with_its_parent_if_told_to() -> None:
    """A shell starts it, says its own id, and is killed; the server's input stays open all the while."""
    script = (
        f"import subprocess, sys, time\nchild = subprocess.Popen({[*COMMAND, '--die-with-parent']!r})\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdin is not None
    pid = json.loads(parent.stdout.readline())["pid"]
    parent.kill()
    parent.wait()
    wait_for(lambda: True if not Path(f"/proc/{pid}").exists() else None)
    parent.stdin.close()
    parent.stdout.close()


def test_a_port_that_is_taken_is_told_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        tried = subprocess.run([*COMMAND, "--port", str(port)], capture_output=True, text=True, input="")
    assert (tried.returncode, tried.stdout) == (1, "")
    assert tried.stderr.count("\n") == 1
    assert f"port {port} of 127.0.0.1 cannot be used" in tried.stderr


def test_a_bad_fault_is_told_with_the_grammar() -> None:
    tried = subprocess.run([*COMMAND, "--fault", "teapot"], capture_output=True, text=True, input="")
    assert (tried.returncode, tried.stdout) == (2, "")
    assert "there is no fault 'teapot'" in tried.stderr
    assert "SPEC is one or several faults" in tried.stderr


def test_a_fault_for_all_requests(tmp_path: Path) -> None:
    started = Server(tmp_path / "log", *FAST, "--fault", "500:times=1")
    statuses = [started.http.post("/v1/chat/completions", json=ASK).status_code for _ in range(2)]
    assert statuses == [500, 200]
    assert started.close() == (0, "")


def test_what_the_app_imports_is_light() -> None:
    code = (
        "import sys, providers.practice, providers.practice.catalog\n"
        "heavy = {'starlette', 'uvicorn', 'numpy', 'asyncio', 'providers.practice.model'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
