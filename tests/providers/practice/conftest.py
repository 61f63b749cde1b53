"""The practice server as its users meet it: a process on a free port of this machine."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from providers.practice.shelf import Shelf

FAST = ("--ttft-ms", "0", "--tokens-per-s", "0")


class Server:
    """One running server. `log` gives what it wrote so far, `close` ends its standard input."""

    def __init__(self, log: Path, *options: str) -> None:
        command = [sys.executable, "-m", "providers.practice", "--log", str(log), *options]
        self._log = log
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.root: str = self.ready["anthropic"]
        self.http = httpx.Client(base_url=self.root, trust_env=False, timeout=20)

    def log(self) -> list[dict[str, Any]]:
        """All lines that are whole: the server may be about to write another."""
        *lines, _ = self._log.read_bytes().split(b"\n")
        return [json.loads(line) for line in lines]

    def next_request(self) -> int:
        """The number that the log will give to the request that comes next."""
        return len([line for line in self.log() if line["event"] == "request"]) + 1

    def end_of(self, request: int) -> dict[str, Any]:
        """The last line of a request, once it is written."""
        ends: dict[int, dict[str, Any]] = wait_for(lambda: found if request in (found := self._ends()) else None)
        return ends[request]

    def _ends(self) -> dict[int, dict[str, Any]]:
        return {line["request"]: line for line in self.log() if line["event"] == "end"}

    def close(self) -> tuple[int, str]:
        """Its exit code, and what it said on standard error."""
        self.http.close()
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.finish()

    def finish(self) -> tuple[int, str]:
        code = self.process.wait(20)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        said = self.process.stderr.read()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        return code, said


def wait_for(look: Callable[[], Any], *, seconds: float = 10.0) -> Any:
    """What `look` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.01)
    pytest.fail("it did not happen in time")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As fast as it goes, so that tests are."""
    started = Server(tmp_path_factory.mktemp("practice") / "log.jsonl", *FAST)
    yield started
    code, said = started.close()
    assert (code, said) == (0, "")


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf()
