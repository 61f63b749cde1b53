"""What two windows have made of the same settings: a field of entries is merged entry by entry. Only values of JSON."""

from typing import Any

BY_ENTRY = ("lane_sets", "favourites", "sessions")
"""Fields of which each entry is somebody's wish of its own; of any other, the last word on the whole field holds."""


def merged(known: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """`theirs` with what has become different between `known` and `ours`; a field that is not there is ours."""
    changed = {name: value for name, value in ours.items() if name not in known or known[name] != value}
    entries = {
        name: _field(known.get(name), changed[name], theirs[name])
        for name in BY_ENTRY
        if name in changed and name in theirs
    }
    return {**ours, **theirs, **changed, **entries}


def _field(known: Any, ours: Any, theirs: Any) -> Any:
    """What was damaged in the file counts for nothing."""
    if isinstance(ours, dict):
        return _named(known if isinstance(known, dict) else {}, ours, theirs if isinstance(theirs, dict) else {})
    return _listed(known if isinstance(known, list) else [], ours, theirs if isinstance(theirs, list) else [])


def _named(known: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in theirs.items() if name in ours or name not in known}
    return kept | {name: value for name, value in ours.items() if name not in known or known[name] != value}


def _listed(known: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    """In our order, theirs behind: what was just opened here is the newest. What either has taken out is out."""
    kept = [each for each in ours if each not in known or each in theirs]
    return kept + [each for each in theirs if each not in ours and each not in known]
