"""`abreast serve` as programs meet it: a process, with routes of a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.routes import spec
from app.routes.shelf import RouteShelf
from app.routes.spec import Node, Route
from providers.vendors import VENDORS
from tests.app.recorded import Server, serving


@contextmanager
def gateway(home: Path, *options: str, **environ: str) -> Iterator[dict[str, Any]]:
    """What it said when it was ready, while it runs."""
    keys = {name for row in VENDORS for name in row.key_env}
    env = {name: value for name, value in os.environ.items() if name not in keys}
    env |= {"ABREAST_HOME": str(home), **environ}
    command = [sys.executable, "-m", "app", "serve", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.stderr.read())
        yield json.loads(line)
        process.stdin.close()
        assert process.wait(20) == 0
        assert "fault" not in process.stderr.read()


def keep(home: Path, routes: dict[str, Node]) -> list[str]:
    """Keeps the routes there; the words that serve them all."""
    for name, root in routes.items():
        RouteShelf(home).keep(Route(name, root))
    return [word for name in routes for word in ("--route", name)]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def said(upstream: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A gateway of several routes, before the practice models and before a server with answers of ours."""
    home = tmp_path_factory.mktemp("home")
    routes: dict[str, Node] = {
        "swift": "practice/swift",
        "deep": "practice/deep",
        "steady": "practice/steady",
        "weak": spec.Escalate("practice/swift", "practice/steady", spec.Ruled(found="^no such text$")),
        "failing over": spec.Fallback(tuple(leaf(upstream, name) for name in ("status-401", "close", "chat-text"))),
        **{name: leaf(upstream, name) for name in ("chat-calls", "chat-text", "chat-cut", "status-401", "stall")},
    }
    with gateway(home, *keep(home, routes)) as said:
        yield said


def leaf(server: Server, name: str) -> str:
    return f"openai_chat:m@{server.root}/{name}"
