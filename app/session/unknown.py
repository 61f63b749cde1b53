"""What a file holds and this version does not know. It survives: it is taken aside on opening, put back on saving."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec


class Unknown(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one object or list: its own unknown fields, and what is unknown further down, by the field's name; elements
    of lists go by their ids, or else by their places."""

    here: dict[str, Any] = {}
    below: "dict[str, Unknown]" = {}

    def __bool__(self) -> bool:
        return bool(self.here or self.below)


NOTHING = Unknown()
_ABSENT = object()


def unknown(found: Any, known: Any) -> Unknown:
    """The fields of `found` that `known` lacks, at any depth. Both are JSON as Python has it."""
    here: dict[str, Any] = {}
    below: dict[str, Unknown] = {}
    for name, each, beside in _pairs(found, known):
        if beside is _ABSENT:
            here[name] = each
        elif left := unknown(each, beside):
            below[name] = left
    return Unknown(here, below) if here or below else NOTHING


def restored(known: Any, left: Unknown) -> Any:
    """`known` with what was taken aside, as far as its places are still there."""
    if not left:
        return known
    if isinstance(known, list):
        return [restored(each, left.below.get(name, NOTHING)) for name, each in _named(known)]
    if not isinstance(known, dict):
        return known
    kept = {name: restored(each, left.below.get(name, NOTHING)) for name, each in known.items()}
    return kept | {name: each for name, each in left.here.items() if name not in kept}


def _pairs(found: Any, known: Any) -> Iterable[tuple[str, Any, Any]]:
    if isinstance(found, dict) and isinstance(known, dict):
        return ((name, each, known.get(name, _ABSENT)) for name, each in found.items())
    if isinstance(found, list) and isinstance(known, list | tuple) and found and isinstance(found[0], dict):
        beside = dict(_named(known))
        return ((name, each, beside[name]) for name, each in _named(found) if name in beside)
    return ()


def _named(elements: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    for place, each in enumerate(elements):
        id_ = each.get("id") if isinstance(each, dict) else None
        yield f"#{place if id_ is None else id_}", each
