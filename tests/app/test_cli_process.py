"""`abreast` as a process: signals, closed pipes, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.app.recorded import Server

ROOT = Path(__file__).resolve().parents[2]
CLI = (sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))")
ASK = (*CLI, "run", "--json", "--prompt", "hello")


@contextmanager
def started(*words: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    with subprocess.Popen(words, cwd=ROOT, start_new_session=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_runs_and_prints_them(server: Server, number: signal.Signals) -> None:
    lane = f"openai_chat:m@{server.root}/stall/v1"
    with started(*ASK, "--lane", lane, "--lane", f"openai_chat:m@{server.root}/hang", "--repeat", "2") as process:
        assert server.streaming.wait(20)
        time.sleep(0.3)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    found = lines(out)
    assert sorted(line["run"] for line in found) == [0, 1, 2, 3]
    assert {line["outcome"] for line in found} == {"stopped"}
    assert {line["error"]["kind"] for line in found} == {"cancelled"}
    by_run = {line["run"]: line for line in found}
    assert by_run[0]["text"] == "Half an answer"
    assert [len(by_run[run]["attempts"]) for run in range(4)] == [1, 1, 0, 0]
    assert by_run[2]["model"] == "m"


def test_control_c_reaches_a_run_before_its_practice_server_ends(tmp_path: Path) -> None:
    with started(*ASK, "--events", "--lane", "practice/deep", "--repeat", "50") as process:
        assert process.stdout is not None
        while b'"type":"reasoning"' not in process.stdout.readline():
            pass
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the whole group is told
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    outcomes = [line["outcome"] for line in lines(out) if "schema" in line]
    assert len(outcomes) == 50
    assert set(outcomes) <= {"done", "stopped"}


def test_a_second_signal_ends_at_once(server: Server) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    while True:  # nobody reads, and the pipe is full: an end in good order would wait for ever
        try:
            os.write(write, b"x" * 65536)
        except BlockingIOError:
            break
    os.set_blocking(write, True)
    with started(*ASK, "--lane", f"openai_chat:m@{server.root}/hang", stdout=write) as process:
        assert server.streaming.wait(20)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130
    os.close(read)
    os.close(write)


def test_a_reader_that_has_enough_ends_the_runs_quietly(server: Server) -> None:
    lane = f"openai_chat:m@{server.root}/chat-text/v1"
    with started(*ASK, "--lane", lane, "--repeat", "2000") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b'{"schema":1')
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 1
    assert len(server.requests) < 2000


def test_results_that_cannot_be_written_are_complained_about(server: Server) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        with started(*ASK, "--lane", f"openai_chat:m@{server.root}/chat-text/v1", stdout=full) as process:
            _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert err.startswith(b"abreast run: standard output cannot be written: No space")


def test_a_closed_standard_output_is_no_place_for_results(server: Server) -> None:
    words = (*ASK, "--lane", f"openai_chat:m@{server.root}/chat-text/v1")
    script = 'exec "$@" >&-'
    ended = subprocess.run(["sh", "-c", script, "sh", *words], cwd=ROOT, capture_output=True, timeout=30)
    assert ended.returncode == 1
    assert b"there is no standard output" in ended.stderr
    assert server.requests == []


def test_output_is_utf8_whatever_the_locale(server: Server) -> None:
    words = (*CLI, "run", "--prompt", "x", "--lane", f"openai_chat:m@{server.root}/chat-text/v1")
    there = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, env=there, timeout=30)
    assert ended.returncode == 0
    assert ended.stdout.decode("utf-8") == "A lighthouse né en mer 🌊\n"


def test_practice_prints_where_it_is_and_ends_with_its_standard_input() -> None:
    with started(*CLI, "practice", "--fault", "429:retry_after=7", stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        place = json.loads(process.stdout.readline())
        assert place["models"] == ["swift", "steady", "deep"]
        ended = subprocess.run(
            [*ASK, "--lane", f"openai_chat:swift@{place['openai_chat']}"], cwd=ROOT, capture_output=True, timeout=30
        )
        assert ended.returncode == 1
        error = lines(ended.stdout)[0]["error"]
        assert (error["kind"], error["status"], error["retry_after_s"]) == ("rate", 429, 7.0)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
def test_faults_of_the_practice_server_are_told_as_what_they_are(dialect: str) -> None:
    expected = {
        "cut:after=3": ("cut_off", "cut_off"),
        "drop:after=3": ("cut_off", "cut_off"),
        "reset:after=3": ("cut_off", "cut_off"),
        "error:after=3": ("failed", None),
        "529": ("failed", "overloaded"),
        "500": ("failed", "server"),
        "html": ("failed", "server"),
        "empty": ("cut_off", "cut_off"),
        "close": ("failed", "network"),
        "json": ("done", None),
    }
    with started(*CLI, "practice", stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        base = json.loads(process.stdout.readline())[dialect]
        root = base.removesuffix("/v1")
        urls = [f"{root}/fault/{spec}{base.removeprefix(root)}" for spec in expected]
        words = [word for url in urls for word in ("--lane", f"{dialect}:swift@{url}")]
        wrong = ("--lane", f"{dialect}:swift@{base}")
        ended = subprocess.run([*ASK, *words, "--param", "max_tokens=20"], cwd=ROOT, capture_output=True, timeout=60)
        refused = subprocess.run(
            [*ASK, *wrong, "--key-env", "MINE"],
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            env={**os.environ, "MINE": "wrong"},
        )
    assert ended.stderr == b""
    found = {line["lane_index"]: line for line in lines(ended.stdout)}
    for index, (spec, (outcome, kind)) in enumerate(expected.items()):
        line = found[index]
        assert line["outcome"] == outcome, (spec, line["error"])
        if kind is not None:
            assert line["error"]["kind"] == kind, (spec, line["error"])
        if spec.endswith("after=3"):
            assert line["text"], spec
    assert lines(refused.stdout)[0]["error"]["kind"] == "authentication"
