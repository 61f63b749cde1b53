"""`abreast` as a process: the window where there is a display, a sentence where there is none."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.display import missing_library, obstacle

ROOT = Path(__file__).parents[2]


def environment(home: Path, **changes: str | None) -> dict[str, str]:
    merged = {
        **os.environ,
        "ABREAST_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONWARNINGS": "error",
        **changes,
    }
    return {name: value for name, value in merged.items() if value is not None}


@contextmanager
def started(env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    child = subprocess.Popen(
        [sys.executable, "-m", "app"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Qt finds its display otherwise elsewhere")


@on_linux
@pytest.mark.parametrize(
    "display",
    [
        {"DISPLAY": None},
        {"DISPLAY": ":9731"},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": "127.0.0.1:1.0"},
        {"DISPLAY": None, "WAYLAND_DISPLAY": "wayland-none"},
        {"DISPLAY": None, "QT_QPA_PLATFORM": "xcb"},
        {"DISPLAY": None, "QT_QPA_PLATFORM": "wayland"},
        {"QT_QPA_PLATFORM": "no-such-platform"},
    ],
    ids=str,
)
def test_without_a_display_it_says_so(tmp_path: Path, display: dict[str, str | None]) -> None:
    env = environment(tmp_path, **{"QT_QPA_PLATFORM": None, "WAYLAND_DISPLAY": None, **display})
    done = subprocess.run(
        [sys.executable, "-m", "app"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("abreast: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_missing_library_is_named_with_its_package() -> None:
    said = missing_library(ImportError("libEGL.so.1: cannot open shared object file: No such file or directory"))
    assert "libEGL.so.1" in said
    assert "apt install libegl1" in said


def test_platforms_without_a_screen_are_not_asked_for_one() -> None:
    assert obstacle({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None
    assert obstacle({}, "darwin") is None


def python(code: str, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_line_loads_no_window(tmp_path: Path) -> None:
    done = python(
        "import sys; from app.__main__ import main; main(['--version']);"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert done.returncode == 0
    assert done.stdout.startswith("abreast ")


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_it_opens_closes_and_remembers(tmp_path: Path) -> None:
    """Asked to end by a signal, it closes the window as a person would: saved, quiet, exit code 0."""
    with started(environment(tmp_path)) as child:
        until = time.monotonic() + 30
        while time.monotonic() < until and not _has_children(child.pid):
            time.sleep(0.05)
        time.sleep(0.5)
        child.send_signal(signal.SIGTERM)
        _, stderr = child.communicate(timeout=30)
    assert child.returncode == 0, stderr
    assert [line for line in stderr.splitlines() if "propagateSizeHints" not in line] == []
    assert (tmp_path / "settings.json").exists()


def _has_children(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return bool(tasks.read_text().strip()) if tasks.exists() else True


def test_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    done = python(
        "import sys, widgets.application, widgets.desktop;"
        "print([m for m in ('asyncio', 'qasync', 'httpx', 'pyqtgraph', 'numpy', 'pygments', 'msgspec', 'markdown_it', "
        "'platformdirs', 'sqlalchemy') if m in sys.modules])"
    )
    assert done.stdout.strip() == "[]"


CLOSES_IN_MID_STREAM = """
import sys
from PySide6.QtCore import QTimer
import widgets.application as application
from widgets.desktop import Desktop

class Script(QTimer):
    def __init__(self, desktop):
        super().__init__(desktop)
        self.desktop, self.sent = desktop, False
        self.timeout.connect(self.step)
        self.start(50)

    def step(self):
        window = self.desktop.window
        if not self.sent:
            self.sent = True
            QTimer.singleShot(1000, window.send_asked.emit)
        elif any(pane.body.text() for pane in window.grid.panes):
            print("streaming", flush=True)
            self.stop()
            self.desktop.frame.close()

def scripted(self, show=Desktop.show):
    show(self)
    Script(self)

Desktop.show = scripted
sys.exit(application.main([]))
"""


def test_closing_in_mid_stream_is_clean(tmp_path: Path) -> None:
    done = python(CLOSES_IN_MID_STREAM, env=environment(tmp_path))
    assert done.stdout == "streaming\n"
    assert [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line] == []
    assert done.returncode == 0
