"""What a file holds and this version does not know. It survives: it is taken aside on opening, put back on saving."""

from collections.abc import Iterable, Mapping
from typing import Any

Tree = Mapping[str, Any]


def unknown(found: Any, known: Any) -> Tree:
    """The fields of `found` that `known` lacks, at any depth; elements of lists go by their ids, or else by their
    places. Both are JSON as Python has it."""
    left: dict[str, Any] = {}
    for name, each, beside in _pairs(found, known):
        if beside is _ABSENT:
            left[name] = each
        elif below := unknown(each, beside):
            left[name] = _Below(below)
    return left


def restored(known: Any, left: Tree) -> Any:
    """`known` with what was taken aside, as far as its places are still there."""
    if not left:
        return known
    if isinstance(known, list):
        return [restored(each, _below(left, name)) for name, each in _named(known)]
    if not isinstance(known, dict):
        return known
    kept = {name: restored(each, _below(left, name)) for name, each in known.items()}
    return kept | {name: each for name, each in left.items() if name not in kept and not isinstance(each, _Below)}


class _Below(dict[str, Any]):
    """Not itself unknown: unknown fields are somewhere below."""


_ABSENT = object()


def _below(left: Tree, name: str) -> Tree:
    below = left.get(name)
    return below if isinstance(below, _Below) else {}


def _pairs(found: Any, known: Any) -> Iterable[tuple[str, Any, Any]]:
    if isinstance(found, dict) and isinstance(known, dict):
        return ((name, each, known.get(name, _ABSENT)) for name, each in found.items())
    if isinstance(found, list) and isinstance(known, list) and found and isinstance(found[0], dict):
        beside = dict(_named(known))
        return ((name, each, beside[name]) for name, each in _named(found) if name in beside)
    return ()


def _named(elements: list[Any]) -> Iterable[tuple[str, Any]]:
    for place, each in enumerate(elements):
        id_ = each.get("id") if isinstance(each, dict) else None
        yield f"#{place if id_ is None else id_}", each
