"""Starts Abreast from a clone, and installs first what is missing.

python3 .bootstrap/abreast.py              opens the window
python3 .bootstrap/abreast.py run ...      the command line: anything else is handed to `abreast`
python3 .bootstrap/abreast.py test ...     runs the tests; what follows is handed to pytest
python3 .bootstrap/abreast.py lint         formatting, lint, types and the layers of the code
python3 .bootstrap/abreast.py check        lint, then the tests

Packages go into .venv beside this clone's pyproject.toml, by uv, or by pip where uv is not to be had
(ABREAST_INSTALLER=pip asks for pip). Both read their own settings. System libraries that Qt needs and does not find
are installed by apt-get on Debian and its kin, as root, or with sudo after a question; elsewhere they are named.
Exit codes of its own: 1 an installation failed, 3 something is missing that only you can install.
"""

import os
import sys

if os.name != "posix" or not (3, 11) <= sys.version_info < (3, 15):
    sys.exit(
        "Abreast needs Linux and Python 3.11, 3.12, 3.13 or 3.14.\n"
        f"This is Python {sys.version_info[0]}.{sys.version_info[1]} at {sys.executable}.\n"
        "Start it with one of those, for example: python3.12 .bootstrap/abreast.py"
    )

# Imports that only an installation needs stand where they are used: the second start shall cost next to nothing.
import fcntl
import hashlib
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
HALF_MADE = VENV / "half-made"

DRAWING = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
WINDOWS = DRAWING | {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

LINT = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("mypy", ".bootstrap/abreast.py"),
    ("lint-imports",),
)

# What each purpose needs: the libraries that Qt loads for it, and a dependency group of pyproject.toml.
NEEDS: dict[str, tuple[dict[str, str], str | None]] = {
    "window": (WINDOWS, None),
    "commands": ({}, None),
    "test": (DRAWING, "test"),
    "lint": ({}, "dev"),
    "check": (DRAWING, "dev"),
}


def main(arguments: list[str]) -> NoReturn:
    word = arguments[0] if arguments else ""
    if word in ("-h", "--help"):
        sys.stdout.write(f"{__doc__}")
        sys.exit(0)
    if word in ("test", "lint", "check"):
        work(word, arguments[1:])
    prepare("commands" if arguments else "window")
    execute("python", "-P", "-m", "app", *arguments)


def work(word: str, arguments: list[str]) -> NoReturn:
    prepare(word)
    os.chdir(ROOT)
    if word != "test":
        lint()
    if word == "lint":
        sys.exit(0)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    execute("python", "-m", "pytest", *arguments)


def prepare(purpose: str) -> None:
    """Makes .venv and the system fit for a purpose; returns at once where a stamp says that they are."""
    stamp, key = VENV / f"ready-for-{purpose}", fingerprint()
    if stamped(stamp, key):
        return
    with (ROOT / "pyproject.toml").open("rb") as project:
        fcntl.flock(project, fcntl.LOCK_EX)  # a second start waits for the first one's installation
        if stamped(stamp, key):
            return
        libraries, group = NEEDS[purpose]
        provide_libraries(libraries)
        provide_packages(group)
        for other, (fewer, part) in NEEDS.items():
            if fewer.keys() <= libraries.keys() and part in (None, group):
                (VENV / f"ready-for-{other}").write_text(key)


def fingerprint() -> str:
    return hashlib.sha256(f"{ROOT} {sys.version} ".encode() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


def stamped(stamp: Path, key: str) -> bool:
    return stamp.is_file() and stamp.read_text() == key and not HALF_MADE.exists()


# Packages


def provide_packages(group: str | None) -> None:
    if whole():
        say(f"Bringing {VENV} up to date ...")
    else:
        say(f"Installing PySide6 and some 50 other packages into {VENV} (about 400 MB) ...")
        make_venv()
    HALF_MADE.touch()
    wanted = requirements(group) if group else []
    if not (install_with_uv(wanted) or install_with_pip(wanted)):
        stop(
            1,
            "The packages could not be installed; the lines above say why.\n"
            "If the network was away, or a proxy or mirror is needed that pip and uv do not know of yet "
            "(HTTPS_PROXY, `pip config`, uv.toml), mend that and start again.",
        )
    HALF_MADE.unlink()


def whole() -> bool:
    """Whether .venv is this Python's, was finished, and stands where it was made: its scripts hold its path."""
    library, activate = VENV / "lib" / "python{}.{}".format(*sys.version_info), BIN / "activate"
    if HALF_MADE.exists() or not (library.is_dir() and (BIN / "python").exists() and activate.is_file()):
        return False
    return str(VENV) in activate.read_text()


def make_venv() -> None:
    """Makes .venv anew over whatever is there."""
    import venv

    # Without pip, because Debian keeps ensurepip in a package of its own; uv and `pip --python` work from outside.
    venv.create(VENV, clear=True, symlinks=True, with_pip=False)


def requirements(group: str) -> list[str]:
    """The requirement strings of a dependency group, which pip learned to read only in version 25.1."""
    import tomllib

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    found: list[str] = []
    for entry in groups[group]:
        found += requirements(entry["include-group"]) if isinstance(entry, dict) else [entry]
    return found


def install_with_uv(wanted: list[str]) -> bool:
    import shutil

    if os.environ.get("ABREAST_INSTALLER") == "pip":
        return False
    own = str(BIN / "uv")
    uv = next((uv for uv in (shutil.which("uv"), own) if uv and answers(uv, "--version")), None)
    if uv is None and run(*pip(), "install", "--quiet", "uv"):
        uv = own
    return uv is not None and run(
        uv, "pip", "install", "--python", str(BIN / "python"), "--editable", str(ROOT), *wanted
    )


def install_with_pip(wanted: list[str]) -> bool:
    return run(*pip(), "install", "--editable", str(ROOT), *wanted)


def pip() -> list[str]:
    """A pip that installs into .venv: this Python's, or one unpacked into .venv."""
    from importlib.util import find_spec

    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(BIN / "python")]
    if not (find_spec("ensurepip") and run(str(BIN / "python"), "-m", "ensurepip")):
        stop(3, "Neither uv nor pip is here. Install one, for example: apt-get install python3-pip")
    return [str(BIN / "python"), "-m", "pip"]


# System libraries


def provide_libraries(wanted: dict[str, str]) -> None:
    import shutil

    if not wanted or sys.platform != "linux":
        return
    lacking = {soname: package for soname, package in wanted.items() if not loads(soname)}
    if not has_font():
        lacking["a font"] = "fonts-dejavu-core"
    if not lacking:
        return
    say("Qt needs what this system does not have: " + ", ".join(lacking) + ".")
    if shutil.which("apt-get"):
        install_with_apt(list(lacking.values()))
    else:
        say("Install these with your system's package manager if Abreast does not start.")


def loads(soname: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_font() -> bool:
    folders = (os.walk(os.path.expanduser(folder)) for folder in FONTS)
    return any(
        name.endswith((".ttf", ".otf", ".ttc")) for folder in folders for _, _, names in folder for name in names
    )


def install_with_apt(names: list[str]) -> None:
    import shlex

    sudo = [] if os.geteuid() == 0 else ["sudo"]
    update = ["apt-get", "update", "-qq"]
    if not sudo:
        run(*update)  # a fresh system has no lists yet; should this fail, the installation says so
    install = ["apt-get", "install", "-y", "--no-install-recommends", *current_names(names)]
    say(f"Debian has {'it' if len(names) == 1 else 'them'} in: {' '.join(install[4:])}")
    advice = f"Run this as root, then start Abreast again:\n  {shlex.join(update)} && {shlex.join(install)}"
    if sudo:
        if not agreed():
            stop(3, advice)
        run(*sudo, *update)
    if not run(*sudo, *install):
        stop(3, advice)


def current_names(packages: list[str]) -> list[str]:
    """The packages as this system names them: Debian 13 renamed some when their time_t grew to 64 bits."""
    import subprocess

    asked = ["apt-cache", "show", *(package + "t64" for package in packages)]
    known = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    return [package + "t64" if f"Package: {package}t64" in known else package for package in packages]


def agreed() -> bool:
    import shutil

    if not (sys.stdin.isatty() and shutil.which("sudo")):
        return False
    sys.stderr.write("Install with sudo apt-get now? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


# Processes


def lint() -> None:
    for tool, *options in LINT:
        say(f"{tool} {' '.join(options)}".strip())
        if not run(str(BIN / tool), *options):
            sys.exit(1)


def run(*command: str) -> bool:
    """Runs a command. What it prints goes to stderr: stdout belongs to what Abreast is asked for."""
    import subprocess

    quiet = {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    try:
        return subprocess.run(command, stdout=sys.stderr, env=os.environ | quiet, check=False).returncode == 0
    except OSError as error:
        say(f"{command[0]}: {error.strerror}")
        return False


def answers(*command: str) -> bool:
    """Whether a command is there and works; a shim that names a program may stand for one that is not installed."""
    import subprocess

    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def execute(tool: str, *arguments: str) -> NoReturn:
    sys.stderr.flush()
    os.execv(BIN / tool, [str(BIN / tool), *arguments])


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(code: int, text: str) -> NoReturn:
    say(text)
    sys.exit(code)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop(130, "\nInterrupted. The next start takes it up again.")
    except OSError as error:
        stop(1, f"Abreast could not be prepared: {error}")
