"""What the window remembers from one start to the next: one versioned JSON file of the user's own.

Only the standard library is used: the file is read before the first paint.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app import limits, network, whole_file
from app.home import FILE
from app.limits import USUAL, Limits
from app.merged import merged
from app.network import USUAL as NETWORK_USUAL
from app.network import NetworkSetting

VERSION = 1
PRACTICE_LANES = ("practice/swift", "practice/steady", "practice/deep")
SAMPLE_PROMPT = (
    "Explain what time to first token is and why it matters. Give a short list of what makes it longer, "
    "and a small Python example that measures it."
)


@dataclass(frozen=True)
class LaneSetting:
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    color: int | None = None
    limits: Limits = USUAL


@dataclass(frozen=True)
class Settings:
    """`geometry` and `docks` are Qt's own states in base64; `extra` is what a later version wrote, kept as it was."""

    lanes: tuple[LaneSetting, ...] = tuple(LaneSetting(text) for text in PRACTICE_LANES)
    lane_sets: dict[str, tuple[LaneSetting, ...]] = field(default_factory=dict)
    """Lanes that were saved under a name."""
    recent: tuple[str, ...] = ()
    favourites: tuple[str, ...] = ()
    """Lanes that the picker lists first."""
    prompt: str = SAMPLE_PROMPT
    system: str = ""
    system_open: bool = False
    sessions: tuple[str, ...] = ()
    """Session files of lately, the newest first."""
    history_days: int | None = None
    """How long runs are kept in the history; None for ever."""
    layout: str = "grid"
    theme: str = "system"
    zoom: int = 0
    geometry: str = ""
    docks: str = ""
    own_prices: dict[str, Any] = field(default_factory=dict)
    """As `app.own_prices` reads them."""
    network: NetworkSetting = NETWORK_USUAL
    ledger: str = ""
    """The address of the ledger's database; "" for the file on this machine."""
    user: str = ""
    """In whose name runs are written down; "" is the account's on this machine."""
    version: int = VERSION
    extra: dict[str, Any] = field(default_factory=dict)


class SettingsFile:
    """The one home of settings."""

    def __init__(self, where: Path) -> None:
        self._path = where / FILE
        self._known = _plain(Settings())
        """What the file says, as far as this window knows; what it does not say is as usual."""

    def load(self) -> tuple[Settings, str | None]:
        """The settings, and a sentence for the user if not all of them could be read. Never raises."""
        try:
            raw = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return Settings(), None
        except OSError as error:
            return Settings(), f"The settings could not be read ({error.strerror}); defaults are used."
        except (ValueError, RecursionError):
            return Settings(), self._set_aside("The settings were damaged")
        if not isinstance(raw, dict):
            return Settings(), self._set_aside("The settings were damaged")
        settings, wrong = from_json(raw)
        self._known |= raw
        return settings, self._set_aside(f"Some settings were damaged ({', '.join(wrong)})") if wrong else None

    def save(self, settings: Settings) -> str | None:
        """Writes all or nothing; a sentence for the user if it could not. What another window has written meanwhile
        stays, as far as it was not changed here."""
        ours = _plain(settings)
        try:
            with whole_file.locked(self._path):
                both = merged(self._known, ours, self._theirs())
                whole_file.write(self._path, json.dumps(both, indent=1).encode())
        except OSError as error:
            return f"The settings could not be saved: {error.strerror or error}."
        self._known = ours
        return None

    def _theirs(self) -> dict[str, Any]:
        try:
            raw = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return raw if isinstance(raw, dict) else {}

    def _set_aside(self, what: str) -> str:
        aside = whole_file.set_aside(self._path)
        if aside is None:
            return f"{what}; defaults are used in their place."
        return f"{what}; the file was kept as {aside.name}, and defaults are used in their place."


def to_json(settings: Settings) -> dict[str, Any]:
    names = [each.name for each in fields(Settings) if each.name != "extra"]
    known: dict[str, Any] = {name: getattr(settings, name) for name in names}
    lanes = [_lane_to_json(lane) for lane in settings.lanes]
    sets = {name: [_lane_to_json(lane) for lane in saved] for name, saved in settings.lane_sets.items()}
    return {**settings.extra, **known, "lanes": lanes, "lane_sets": sets, "network": network.to_json(settings.network)}


def _plain(settings: Settings) -> dict[str, Any]:
    """As it would be read from a file."""
    plain: dict[str, Any] = json.loads(json.dumps(to_json(settings)))
    return plain


def from_json(raw: dict[str, Any]) -> tuple[Settings, list[str]]:
    """The settings, with defaults for the fields that are wrong, and those fields' names."""
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for name, read in _READERS.items():
        if name not in raw:
            continue
        try:
            found[name] = read(raw[name])
        except (TypeError, ValueError, KeyError):
            wrong.append(name)
    extra = {name: value for name, value in raw.items() if name not in _READERS}
    return Settings(**found, extra=extra), wrong


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value


def _choice(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(value)
        return str(value)

    return read


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_text(item) for item in value)


def _lanes(value: Any) -> tuple[LaneSetting, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_lane(item) for item in value[:16])


def _lane_sets(value: Any) -> dict[str, tuple[LaneSetting, ...]]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return {_text(name): _lanes(lanes) for name, lanes in value.items()}


def _lane(value: Any) -> LaneSetting:
    if not isinstance(value, dict) or not isinstance(value.get("params", {}), dict):
        raise TypeError(value)
    color = value.get("color")
    return LaneSetting(
        _text(value["text"]),
        value.get("params", {}),
        None if color is None else _whole(color) % 16,
        limits.from_json(value.get("limits", {})),
    )


def _lane_to_json(lane: LaneSetting) -> dict[str, Any]:
    said = {"text": lane.text, "params": lane.params, "color": lane.color}
    given = limits.to_json(lane.limits)
    return {**said, "limits": given} if given else said


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _days(value: Any) -> int | None:
    return None if value is None else max(1, _whole(value))


def _zoom(value: Any) -> int:
    return max(-4, min(10, _whole(value)))


_READERS: dict[str, Callable[[Any], Any]] = {
    "lanes": _lanes,
    "lane_sets": _lane_sets,
    "recent": _texts,
    "favourites": _texts,
    "sessions": _texts,
    "history_days": _days,
    "prompt": _text,
    "system": _text,
    "system_open": _flag,
    "layout": _choice("grid", "columns"),
    "theme": _choice("system", "light", "dark"),
    "zoom": _zoom,
    "geometry": _text,
    "docks": _text,
    "own_prices": _object,
    "network": network.from_json,
    "ledger": _text,
    "user": _text,
    "version": _whole,
}
