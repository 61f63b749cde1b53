"""A real keyring that is open, never answers and is locked, before the real window; and a session without any."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
SESSION = """
eval "$(printf %s test | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
exec "$@" "$(cat /proc/[0-9]*/stat 2>/dev/null | grep '(gnome-keyring-d)' | tail -n 1 | cut -d ' ' -f 1)"
"""
GAP_MS = 100.0
"""How long the window may be deaf, beside what it is on this machine when nothing is done."""


def driven(tmp_path: Path, *before: str, daemon: str = "") -> dict[str, dict[str, Any]]:
    for name in ("run", "data"):
        (tmp_path / name).mkdir(mode=0o700)
    environ = {
        **{name: value for name, value in os.environ.items() if name.startswith(("LANG", "LC_"))},
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONUTF8": "1",
    }
    words = [*before, sys.executable, "-m", "tests.keyring_states", str(tmp_path), *filter(None, [daemon])]
    done = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = json.loads((tmp_path / "told.json").read_text())
    assert isinstance(told, dict)
    usual = told.pop("idle")["gap_ms"]
    slow = {state: seen["gap_ms"] for state, seen in told.items() if seen["gap_ms"] > GAP_MS + 2 * usual}
    assert not slow, f"with {usual} ms when nothing is done"
    return told


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or any(shutil.which(tool) is None for tool in TOOLS),
    reason=f"a real keyring needs {' and '.join(TOOLS)}",
)
def test_a_keyring_in_every_state_is_told_and_never_waited_for(tmp_path: Path) -> None:
    told = driven(tmp_path, "dbus-run-session", "--", "sh", "-c", SESSION, "sh")
    assert list(told) == ["open", "silent", "past it", "open again", "locked"]
    assert told["open"]["said"] == "The key of vLLM is kept in Secret Service."
    assert told["open"]["tail"] == "…0eTn"
    assert "has not answered for 5 s" in told["silent"]["said"]
    assert told["silent"]["note"].startswith("The keyring still does not answer; it may be waiting for you")
    assert told["silent"]["tail"] == ""
    assert told["past it"]["said"] == "The key of vLLM is kept in memory, until Abreast is closed."
    assert told["open again"]["note"] == ""
    assert re.search(r"memory, until Abreast is closed · 1 more", told["open again"]["line"])
    assert told["locked"]["note"].startswith("The keyring is locked: unlock it, then try again.")
    assert told["locked"]["said"].startswith("It was not done: the keyring is locked")


def test_where_there_is_no_keyring_a_key_is_kept_in_memory_and_that_is_said(tmp_path: Path) -> None:
    told = driven(tmp_path, daemon="0")
    assert told["absent"]["note"].startswith("There is no keyring on this machine that could be reached.")
    assert told["absent"]["said"] == "The key of vLLM is kept in memory, until Abreast is closed."
    assert told["absent"]["tail"] == "…0eTn"
