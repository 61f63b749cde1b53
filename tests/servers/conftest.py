"""Real servers of other people, started where they can be had: an environment variable says where each one is.

ABREAST_LLAMA_PYTHON         an interpreter with xllamacpp, gguf, tokenizers and numpy
ABREAST_NODE_MODULES         a folder with @copilotkit/aimock and @portkey-ai/gateway
ABREAST_LITELLM              the command `litellm` (marked heavy)
ABREAST_TRANSFORMERS         the command `transformers` (marked heavy)
"""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.conftest import call
from tests.servers.fixtures import FIXTURES

__all__ = ["call"]

TOOLS = Path(os.environ.get("ABREAST_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "tools"
LLAMA_PYTHON = os.environ.get("ABREAST_LLAMA_PYTHON", "")
START_S = 150


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def place(variable: str) -> Path:
    """Where a server lies. Skips the test where nothing is named."""
    named = os.environ.get(variable, "")
    if not named:
        pytest.skip(f"{variable} names no place where this server could be")
    return Path(named)


@contextmanager
def running(
    words: list[str | Path], health: str, log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server from its start, when `health` answers at all, to its end."""
    with log.open("wb") as told:
        process = subprocess.Popen(words, stdout=told, stderr=told, env={**os.environ, **(environ or {})})
    try:
        _wait_for(health, process, log)
        yield
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 503:  # it loads its model
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_bytes()[-2000:].decode(errors='replace')}")


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real llama.cpp with a tiny random model: its root."""
    if not (TOOLS / "llama_server.py").exists():
        pytest.skip("the scripts that make a model and serve it are not here")
    if not LLAMA_PYTHON:
        pytest.skip("ABREAST_LLAMA_PYTHON names no interpreter with xllamacpp")
    folder = tmp_path_factory.mktemp("llama")
    model = folder / "tiny.gguf"
    subprocess.run([LLAMA_PYTHON, TOOLS / "tiny_gguf.py", model], check=True, capture_output=True, timeout=120)
    port = free_port()
    words: list[str | Path] = [LLAMA_PYTHON, TOOLS / "llama_server.py", model, str(port)]
    with running(words, f"http://127.0.0.1:{port}/health", folder / "log"):
        yield f"http://127.0.0.1:{port}"


def node(script: str) -> list[str | Path]:
    """A server that is a script of a package for Node. Skips the test where it is not installed."""
    path = place("ABREAST_NODE_MODULES") / script
    if not path.exists():
        pytest.skip(f"{script} is not installed")
    return ["node", path]


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A mock of many vendors by other hands: its root."""
    folder = tmp_path_factory.mktemp("aimock")
    (folder / "fixtures").mkdir()
    (folder / "fixtures" / "all.json").write_text(json.dumps({"fixtures": FIXTURES}))
    port = free_port()
    words = [*node("@copilotkit/aimock/dist/cli.js"), "-p", str(port), "-f", folder / "fixtures"]
    with running(words, f"http://127.0.0.1:{port}/health", folder / "log"):
        yield f"http://127.0.0.1:{port}"
