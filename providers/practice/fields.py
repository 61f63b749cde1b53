"""Reading fields of a request body, each with its bounds. A field that does not fit is a `Problem` that names it."""

from collections.abc import Mapping
from typing import Any

from providers.practice.problems import Problem


class Fields:
    """`at` is where this object stands in the body, for messages (`generationConfig.` or nothing)."""

    def __init__(self, values: Any, *, at: str = "") -> None:
        self.at = at
        if not isinstance(values, Mapping):
            raise Problem("bad_request", f"'{at.rstrip('.')}' must be an object.", param=at.rstrip("."))
        self._values = values

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def inner(self, name: str) -> "Fields":
        """The object called `name`; an empty one if it is not there."""
        return Fields(self._values.get(name) or {}, at=f"{self.at}{name}.")

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.unfit(name, f"expected a number, got {_kind(value)}")
        if not low <= value <= high:
            raise self.unfit(name, f"expected a number from {low:g} to {high:g}, got {value:g}")
        return float(value)

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.number(name, default, low=low, high=high)
        if value != int(value):
            raise self.unfit(name, f"expected a whole number, got {value:g}")
        return int(value)

    def optional_integer(self, name: str, *, low: int, high: int) -> int | None:
        return self.integer(name, 0, low=low, high=high) if name in self else None

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.unfit(name, f"expected true or false, got {_kind(value)}")
        return value

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.unfit(name, f"expected a string, got {_kind(value)}")
        return value

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """A string, or a list of at most `most` strings; empty ones do not count."""
        value = self._values.get(name)
        listed = [value] if isinstance(value, str) else value or []
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise self.unfit(name, "expected a list of strings")
        if len(listed) > most:
            raise self.unfit(name, f"expected at most {most} strings, got {len(listed)}")
        return tuple(each for each in listed if each)

    def objects(self, name: str) -> tuple["Fields", ...]:
        value = self._values.get(name)
        if not isinstance(value, list):
            raise self.unfit(name, f"expected a list, got {_kind(value)}")
        return tuple(Fields(each, at=f"{self.at}{name}[{at}].") for at, each in enumerate(value))

    def unfit(self, name: str, why: str) -> Problem:
        return Problem("bad_request", f"Invalid value for '{self.at}{name}': {why}.", param=f"{self.at}{name}")

    def missing(self, name: str) -> Problem:
        where = f"{self.at}{name}"
        return Problem(
            "bad_request", f"Missing required parameter: '{where}'.", param=where, code="missing_required_parameter"
        )


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
