"""What goes into a body under names that are not ours."""

from typing import Any


def joined(body: dict[str, Any], extra: dict[str, Any], *names: str) -> dict[str, Any]:
    """`body` with all of `extra`. Under one of `names` an object joins an object and a list follows a list; otherwise
    what `extra` says stands."""
    both = {name: _join(body[name], extra[name]) for name in names if name in body and name in extra}
    return body | extra | both


def _join(ours: Any, theirs: Any) -> Any:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours | theirs
    if isinstance(ours, list) and isinstance(theirs, list):
        return [*ours, *theirs]
    return theirs
