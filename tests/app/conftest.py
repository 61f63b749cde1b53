"""What tests of the program share: the command line called as a function, and servers to call."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import cli
from providers.vendors import VENDORS
from tests.app import recorded


@dataclass
class Said:
    """What a call of the command line came to."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def only(self) -> dict[str, Any]:
        (line,) = self.lines
        return line


Call = Callable[..., Said]


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """The command line in this process, with nobody's keys and nobody's settings."""
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    for row in VENDORS:
        for name in row.key_env:
            monkeypatch.delenv(name, raising=False)

    def carry_out(*words: str, stdin: bytes = b"", **environ: str) -> Said:
        with monkeypatch.context() as here:
            here.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            for name, value in environ.items():
                here.setenv(name, value)
            capfdbinary.readouterr()
            code = cli.main(list(words))
        out, err = capfdbinary.readouterr()
        return Said(code, out, err.decode())

    return carry_out


@pytest.fixture(scope="session")
def _server() -> Iterator[recorded.Server]:
    with recorded.serving() as server:
        yield server


@pytest.fixture
def server(_server: recorded.Server) -> recorded.Server:
    """The server of cassettes, with nothing asked of it so far."""
    _server.requests.clear()
    _server.streaming.clear()
    _server.refuse = False
    return _server
