"""Where the program keeps what is the user's own, and the least of it that the first paint needs."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

FILE = "settings.json"
PLATFORM: str = sys.platform


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings live: `ABREAST_HOME`, or where this system keeps a program's settings."""
    if home := environ.get("ABREAST_HOME"):
        return Path(home)
    if PLATFORM == "linux":  # what platformdirs says there, without the 17 ms that importing it takes
        base = environ.get("XDG_CONFIG_HOME", "").strip()
        return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "abreast"
    from platformdirs import user_config_path

    return user_config_path("abreast", appauthor=False)


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where what can be had again is kept: in `ABREAST_HOME`, or where this system keeps caches."""
    if home := environ.get("ABREAST_HOME"):
        return Path(home) / "cache"
    if PLATFORM == "linux":
        base = environ.get("XDG_CACHE_HOME", "").strip()
        return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "abreast"
    from platformdirs import user_cache_path

    return user_cache_path("abreast", appauthor=False)


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where what the user has made is kept: in `ABREAST_HOME`, or where this system keeps a program's data."""
    if home := environ.get("ABREAST_HOME"):
        return Path(home) / "data"
    if PLATFORM == "linux":
        base = environ.get("XDG_DATA_HOME", "").strip()
        return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "abreast"
    from platformdirs import user_data_path

    return user_data_path("abreast", appauthor=False)


def peek(where: Path) -> tuple[str, str]:
    """The window's geometry and theme as they were left, "" each if unknown. `app.settings` reads all of it, and
    tells of damage, a moment later: making its classes alone takes longer than this."""
    try:
        raw = json.loads((where / FILE).read_bytes())
        geometry, theme = raw.get("geometry"), raw.get("theme")
    except (OSError, ValueError, AttributeError, RecursionError):
        return "", ""
    return geometry if isinstance(geometry, str) else "", theme if isinstance(theme, str) else ""
