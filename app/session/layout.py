"""JSON laid out for people and their diffs: what is short stands on one line, what is long on many."""

from collections.abc import Iterator
from typing import Any

import msgspec

WIDTH = 100
"""As many characters as an object or a list may have to stand on one line."""
STEP = "  "

_encode = msgspec.json.encode


def laid_out(value: Any) -> bytes:
    """`value` as JSON in UTF-8, with a line break at its end. The same value always gives the same bytes."""
    return "".join((*_pieces(value, "\n"), "\n")).encode()


def _pieces(value: Any, margin: str) -> Iterator[str]:
    """`margin` is a line break and the spaces that the lines of `value` begin with."""
    if not isinstance(value, dict | list) or _is_short(value, outermost=margin == "\n"):
        yield _encode(value).decode()
        return
    inner = margin + STEP
    begin, end = "{}" if isinstance(value, dict) else "[]"
    yield begin
    comma = ""
    for key, each in _elements(value):
        yield f"{comma}{inner}{key}"
        yield from _pieces(each, inner)
        comma = ","
    yield f"{margin}{end}"


def _elements(value: "dict[str, Any] | list[Any]") -> Iterator[tuple[str, Any]]:
    """Each with what stands before it."""
    if isinstance(value, dict):
        return ((f"{_encode(name).decode()}: ", each) for name, each in value.items())
    return (("", each) for each in value)


def _is_short(value: "dict[str, Any] | list[Any]", *, outermost: bool) -> bool:
    if not value:
        return True
    if outermost:
        return False
    if isinstance(value, list) and isinstance(value[0], int | float | str):
        return not str(value[0]).endswith("\n")  # rows of figures or names, but not the lines of a text
    return _width(value, WIDTH) >= 0


def _width(value: Any, room: int) -> int:
    """What is left of `room` characters, negative if they do not do."""
    if isinstance(value, dict):
        room -= 2
        for key, each in value.items():
            if (room := _width(each, room - len(key) - 4)) < 0:
                break
        return room
    if isinstance(value, list):
        room -= 2
        for each in value:
            if (room := _width(each, room - 1)) < 0:
                break
        return room
    return room - (len(value) + 2 if isinstance(value, str) else len(str(value)))
