"""JSON of strangers, made such that everything behind it can rely on its texts, numbers and depth."""

import json
from typing import Any, TypeVar

from app.imports.errors import ForeignError
from providers.dialects.documents import tame

T = TypeVar("T")

MOST_BYTES = 256 * 1024 * 1024
DEEPEST = 200


def text_of(data: bytes | str) -> str:
    """Raises `ForeignError` for what is too large or no UTF-8."""
    if len(data) > MOST_BYTES:
        raise ForeignError(f"is larger than {MOST_BYTES >> 20} MiB, which is more than can be imported")
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ForeignError(f"is not UTF-8 at byte {error.start:,}") from None


def parsed(data: bytes | str) -> Any:
    """The JSON in it, with whole characters and finite numbers. Raises `ForeignError`."""
    try:
        tree = json.loads(text_of(data))
    except RecursionError:
        raise ForeignError("is nested too deeply") from None
    except ForeignError:
        raise
    except ValueError as error:
        raise ForeignError(f"is no JSON: {str(error)[:120]}") from None
    _judge_depth(tree)
    return tame(tree)


def _judge_depth(tree: Any) -> None:
    level, depth = [tree], 0
    while level:
        if depth > DEEPEST:
            raise ForeignError("is nested too deeply")
        level = [each for holder in level for each in _inner(holder) if isinstance(each, dict | list)]
        depth += 1


def _inner(holder: Any) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder.values())
    return holder if isinstance(holder, list) else []


def of_type(value: Any, kind: type[T], what: str) -> T:
    """`value`, if it is of that type. Raises `ForeignError`."""
    if not isinstance(value, kind):
        raise ForeignError(f"holds {what} of another form than is known")
    return value


def text(value: Any) -> str:
    """`value` if it is text, else nothing."""
    return value if isinstance(value, str) else ""
