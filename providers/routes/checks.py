"""Rules that an answer is held to, for nothing: each check is a small value that finds a fault or none."""

import ast
import json
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from providers.events import Event
from providers.routes.judge import Answer, Verdict
from providers.types import JsonSchema, Request

BLOCK = re.compile(r"^```[ \t]*(\w*)[^\n]*\n(.*?)^```", re.M | re.S)
REFUSING = re.compile(
    r"^\W*("
    r"(i['’]?m |i am )?(so |very )?sorry|i apologi[sz]e|unfortunately|as an ai\b"
    r"|i (can['’]?t|cannot|won['’]?t|(do not|don['’]t) (know|have)|am (not able|unable))\b"
    r")",
    re.I,
)


class Check(Protocol):
    @property
    def name(self) -> str: ...

    def fault(self, request: Request, answer: Answer) -> str:
        """What is wrong, in a few words; "" for nothing."""
        ...


@dataclass(frozen=True)
class Checks:
    """Keeps an answer in which no check finds a fault. The score is the share of checks that hold."""

    checks: tuple[Check, ...]

    @property
    def name(self) -> str:
        return "rules"

    async def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        faults = [fault for check in self.checks if (fault := check.fault(request, answer))]
        score = 1 - len(faults) / len(self.checks) if self.checks else 1.0
        why = "; ".join(faults) or f"{', '.join(check.name for check in self.checks)}: no fault"
        yield Verdict(not faults, why, round(score, 4), 1.0, self.name)


@dataclass(frozen=True)
class Length:
    """So many signs at least and at most; 0 is no bound."""

    least: int = 0
    most: int = 0
    name: str = "length"

    def fault(self, request: Request, answer: Answer) -> str:
        length = len(answer.text)
        if length < self.least:
            return f"{length} signs, of {self.least} at least"
        return f"{length} signs, of {self.most} at most" if self.most and length > self.most else ""


@dataclass(frozen=True)
class NoRefusal:
    """The provider's own refusal, or words that people know for one at the answer's beginning."""

    name: str = "refusal"

    def fault(self, request: Request, answer: Answer) -> str:
        if answer.refusal:
            return "it is a refusal"
        return "it reads like a refusal" if REFUSING.match(answer.text.strip()) else ""


@dataclass(frozen=True)
class Whole:
    """It did not end for want of tokens."""

    name: str = "whole"

    def fault(self, request: Request, answer: Answer) -> str:
        return "it was cut at its token limit" if answer.stop in ("length", "max_tokens", "MAX_TOKENS") else ""


@dataclass(frozen=True)
class Found:
    """A regular expression that must be found, or must not."""

    pattern: str
    wanted: bool = True

    @property
    def name(self) -> str:
        return f"/{self.pattern}/"

    def fault(self, request: Request, answer: Answer) -> str:
        found = re.search(self.pattern, answer.text, re.I | re.M) is not None
        if found == self.wanted:
            return ""
        return f"{self.name} is not there" if self.wanted else f"{self.name} is there"


@dataclass(frozen=True)
class Fits:
    """JSON, and such as fits `schema`, or that of the request where none is given."""

    schema: dict[str, Any] = field(default_factory=dict)
    name: str = "JSON schema"

    def fault(self, request: Request, answer: Answer) -> str:
        from jsonschema import SchemaError, ValidationError  # on use: a quarter of a second
        from jsonschema.validators import validator_for
        from referencing import Registry
        from referencing.exceptions import Unresolvable

        try:
            value = json.loads(bare(answer.text))
        except (ValueError, RecursionError):
            return "it is no JSON"
        schema = self.schema or (request.output.schema if isinstance(request.output, JsonSchema) else {})
        try:
            kind = validator_for(schema)
            kind.check_schema(schema)
            kind(schema, registry=Registry()).validate(
                value
            )  # a registry of its own: no reference is fetched from afar
        except ValidationError as error:
            return f"JSON does not fit: {error.message[:80]}"
        except (SchemaError, RecursionError):
            return "the schema is none"
        except Unresolvable as error:
            return f"the schema refers to what is not in it: {str(error)[:80]}"
        return ""


@dataclass(frozen=True)
class Compiles:
    """Its blocks of Python and JSON can be parsed; nothing is run. Blocks of other languages pass."""

    name: str = "code compiles"

    def fault(self, request: Request, answer: Answer) -> str:
        return next(_broken(answer.text), "")


def bare(text: str) -> str:
    """What stands in the only block of `text`, if it is one; else the text."""
    block = BLOCK.search(text)
    return block[2] if block is not None else text


def _broken(text: str) -> Iterator[str]:
    for language, code in BLOCK.findall(text):
        try:
            if language.lower() in ("python", "py", "python3"):
                ast.parse(code)
            elif language.lower() == "json":
                json.loads(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            yield f"{language} does not parse: {getattr(error, 'msg', type(error).__name__)}"
