"""What tests share: Qt without a screen, and both loops that the program runs on."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no test reads or writes anybody's real keys
from hypothesis import settings

# A change is judged by the same examples each time; new ones are drawn wherever people work.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(params=["asyncio", "window"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Runs a coroutine to its end: on asyncio's own loop, and on the window's."""
    return asyncio.run if request.param == "asyncio" else _run_on_the_windows_loop(request)


def _run_on_the_windows_loop(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    from widgets.loop import run  # Qt is loaded only where it is needed

    app = request.getfixturevalue("qapp")
    return lambda main: run(lambda: main, app)
