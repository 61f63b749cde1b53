"""Child processes of ours: how they are started so that the right code runs, and nothing outlives its parent."""

import ctypes
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PASSED_ON = (
    "SSL_CERT_FILE", "SSL_CERT_DIR",
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT",
    "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONHASHSEED", "PYTHONFAULTHANDLER", "COVERAGE_PROCESS_START", "ABREAST_HOME",
    "XDG_CACHE_HOME",
)  # fmt: skip
"""A child gets these variables alone: the rest of the environment may hold keys."""
KEYRING = (
    "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CURRENT_DESKTOP",
    "KDE_FULL_SESSION", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "PYTHON_KEYRING_BACKEND",
)  # fmt: skip
"""By which the system's keyring is found, and may ask to be unlocked."""


def command(module: str, *args: str) -> list[str]:
    """The command line that runs `module`. `-P` keeps a stranger's folder named `app` out of the path."""
    return [sys.executable, "-P", "-m", module, *args]


def environment(*, also: tuple[str, ...] = ()) -> dict[str, str]:
    """The variables for a child: what it needs to run, and those named in `also`."""
    kept = {name: os.environ[name] for name in (*PASSED_ON, *also) if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def die_with_parent() -> None:
    """Asks the system to end this process when its parent ends, where the system can (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent ended before this process began")
