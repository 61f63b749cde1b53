"""Parameters as people write them: one `name=value` a line, the value read as JSON where it is any, else as text."""

import json
import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Never


class ParamError(ValueError):
    """A parameter that cannot be understood; the message says why."""


def read(lines: Iterable[str]) -> dict[str, Any]:
    """The parameters of those lines; empty ones are skipped, a name that comes again overrides. Raises `ParamError`."""
    found: dict[str, Any] = {}
    for line in lines:
        if not line.strip():
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name or any(c.isspace() for c in name):
            raise ParamError(f"{line.strip()!r} is not name=value")
        found[name] = _value(name, value.strip())
    return found


def read_text(text: str) -> dict[str, Any]:
    """The parameters of lines, or of a JSON object that was pasted whole. Raises `ParamError`."""
    if not text.lstrip().startswith("{"):
        return read(text.splitlines())
    try:
        found = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise ParamError("that begins as a JSON object and is none") from None
    return {str(name): _sendable(str(name), value) for name, value in found.items()}


def variants(fields: Mapping[str, str], text: str) -> list[dict[str, Any]]:
    """The parameters of `text` with each combination of what the fields hold: one value, or several apart by `/`.

    Empty fields set nothing. Raises `ParamError`.
    """
    rest = read_text(text)
    given = {name: [each.strip() for each in text.split("/")] for name, text in fields.items() if text.strip()}
    if empty := next((name for name, values in given.items() if not all(values)), None):
        raise ParamError(f"{empty}: a value is missing before or behind a /")
    chosen = (zip(given, values, strict=True) for values in product(*given.values()))
    return [read(f"{name}={value}" for name, value in each) | rest for each in chosen]


def written(params: Mapping[str, Any]) -> list[str]:
    """The lines that read as `params`."""
    return [f"{name}={shown(value)}" for name, value in params.items()]


def shown(value: Any) -> str:
    """Text that reads as `value`."""
    return value if isinstance(value, str) and _stays_text(value) else json.dumps(value, ensure_ascii=False)


def _stays_text(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text == text.strip() and "\n" not in text
    return False


def _value(name: str, text: str) -> Any:
    if has_lone_surrogate(text):
        raise ParamError(f"{name}: the value holds half a character (a lone surrogate)")
    try:
        value = json.loads(text, parse_constant=_refused)
    except ValueError:
        return text
    except RecursionError:
        raise ParamError(f"{name}: the value is nested too deeply") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ParamError(f"{name}: the number is too large")
    return value


def _sendable(name: str, value: Any) -> Any:
    """Raises `ParamError` for what JSON cannot carry."""
    match value:
        case float() if not math.isfinite(value):
            raise ParamError(f"{name}: the number is too large")
        case str() if has_lone_surrogate(value):
            raise ParamError(f"{name}: the value holds half a character (a lone surrogate)")
        case list():
            return [_sendable(name, item) for item in value]
        case dict():
            return {key: _sendable(name, item) for key, item in value.items()}
    return value


def _refused(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


def has_lone_surrogate(text: str) -> bool:
    """Whether `text` holds half a character, which UTF-8 cannot carry."""
    return any("\ud800" <= character <= "\udfff" for character in text)
