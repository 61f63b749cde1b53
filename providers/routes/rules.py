"""What can be told of a request before anybody is asked: for choosing a tier by it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from providers.routes.language import language_of
from providers.types import Image, Request

CODE = re.compile(
    r"```|^\s*(def |class |import |from \w+ import|#include|function |const |let |SELECT )|[;{}]\s*$", re.M
)
PART = Literal["image", "file", "tools", "code", "form"]


class Rule(Protocol):
    """Whether a request is of some kind; `name` says of which, in a few words."""

    @property
    def name(self) -> str: ...

    def holds(self, request: Request) -> bool: ...


def rough_tokens(request: Request) -> int:
    """About as many tokens as the request's text has: four characters each, a usual figure for English."""
    return sum(len(text) for text in _texts(request)) // 4


@dataclass(frozen=True)
class Longer:
    """More than so many tokens, as `count` counts them."""

    tokens: int
    count: Callable[[Request], int] = rough_tokens

    @property
    def name(self) -> str:
        return f"over {self.tokens:,} tokens"

    def holds(self, request: Request) -> bool:
        return self.count(request) > self.tokens


@dataclass(frozen=True)
class Has:
    """An image, a file, tools, code in the last turn, or a form that the answer must have."""

    part: PART

    @property
    def name(self) -> str:
        return f"has {self.part}"

    def holds(self, request: Request) -> bool:
        match self.part:
            case "image":
                return any(isinstance(each, Image) for turn in request.messages for each in turn.attachments)
            case "file":
                return any(not isinstance(each, Image) for turn in request.messages for each in turn.attachments)
            case "tools":
                return bool(request.tools)
            case "code":
                return CODE.search(last_text(request)) is not None
            case "form":
                return request.output is not None


@dataclass(frozen=True)
class Matches:
    """A regular expression is found in the last turn, whatever the case of its letters."""

    pattern: str

    @property
    def name(self) -> str:
        return f"matches /{self.pattern}/"

    def holds(self, request: Request) -> bool:
        return re.search(self.pattern, last_text(request), re.IGNORECASE) is not None


@dataclass(frozen=True)
class InLanguage:
    """The last turn is in one of these languages, by their codes of ISO 639-1. What cannot be told is in none."""

    codes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"in {' or '.join(self.codes)}"

    def holds(self, request: Request) -> bool:
        return language_of(last_text(request)) in self.codes


@dataclass(frozen=True)
class VariableIs:
    """The user's variable `variable` holds one of `values`."""

    variable: str
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.variable} is {' or '.join(self.values)}"

    def holds(self, request: Request) -> bool:
        return request.labels.get(self.variable) in self.values


def last_text(request: Request) -> str:
    """What the user said last."""
    return next((turn.text for turn in reversed(request.messages) if turn.role == "user"), "")


def _texts(request: Request) -> Iterable[str]:
    yield request.system or ""
    for turn in request.messages:
        yield turn.text
        yield from (result.text for result in turn.results)
