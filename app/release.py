"""Which version this is."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DECLARED = Path(__file__).resolve().parents[1] / "pyproject.toml"


def release() -> str:
    """The installed version; in a tree that was not installed, the declared one."""
    try:
        return version("abreast")
    except PackageNotFoundError:
        if not DECLARED.exists():
            return "unknown"
        return str(tomllib.loads(DECLARED.read_text(encoding="utf-8"))["project"]["version"])
