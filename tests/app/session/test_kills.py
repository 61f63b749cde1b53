"""Killed at any moment, nothing that was acknowledged is lost. The long form: `pytest -m long tests/app/session`."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.session.codec import from_bytes
from app.session.store import SessionStore


def nothing() -> None: ...


def killed(folder: Path, after_s: float, cut: Callable[[], None] = nothing) -> dict[str, int]:
    """The last number of each kind that the writer had said before it was stopped, and `cut` took its power."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.app.session.writer", str(folder)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(after_s)
        writer.send_signal(signal.SIGSTOP)
        cut()
        writer.kill()
        said = writer.stdout.read().splitlines()
    whole = (line.split() for line in said if len(line.split()) == 2)
    return {"kept": 0, "saved": 0} | {kind: int(number) for kind, number in whole}


def kill_and_look(folder: Path, seed: int, cut: Callable[[], None] = nothing) -> None:
    last = killed(folder, random.Random(seed).uniform(0.0, 0.3), cut)
    store = SessionStore(folder / "data")
    began = time.perf_counter()
    (left,) = store.left()
    opened = store.resume(left.id)
    assert time.perf_counter() - began < 3
    text = opened.session.draft.text
    number = int(text.split()[1]) if text.startswith("draft ") else 0
    assert number >= last["kept"], f"seed {seed}: {last}, found {text!r}"
    run = opened.session.run("live")
    if last["kept"]:
        assert run is not None, f"seed {seed}"
        assert run.record.outcome == "cut_off"
        assert run.record.text.split()[: last["kept"]] == [str(n) for n in range(1, last["kept"] + 1)], f"seed {seed}"
    if (folder / "mine.abreast").exists():
        saved = from_bytes((folder / "mine.abreast").read_bytes())
        assert int(saved.draft.text.split()[1]) >= last["saved"], f"seed {seed}: {last}"
    else:
        assert last["saved"] == 0
    store.end_all()


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_when_it_is_killed(tmp_path: Path, seed: int) -> None:
    kill_and_look(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 205))
def test_nothing_is_lost_in_two_hundred_kills(tmp_path: Path, seed: int) -> None:
    kill_and_look(tmp_path, seed)
