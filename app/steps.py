"""How a route came to its answer, step by step: who was asked, what was decided and why, what was waited for.

One order for all: the time at which each thing happened. Costs belong to attempts, so the steps' sum is the run's.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from app.attempt import Attempt
from app.records import Cost, Tokens
from app.run import Pricer, RunFold, unpriced
from app.series import duration
from providers.events import Decision, Notice
from providers.naming import model_name
from providers.types import Role

Kind = Literal["asked", "decided", "waited"]
State = Literal["open", "done", "stopped", "cut_off", "failed", "discarded", ""]


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """`at_ms` counts from the run's start. Of an attempt, `took_ms` is how long it went on and `state` how it ended;
    of a wait, `took_ms` is its length; a decision is one moment."""

    at_ms: float
    kind: Kind
    text: str
    took_ms: float | None = None
    attempt: int | None = None
    role: Role | None = None
    state: State = ""
    tokens: Tokens | None = None
    cost: Cost | None = None
    decision: Decision | None = None


class Aside(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an attempt had said that was set aside, or that failed."""

    attempt: int
    by: str
    text: str
    reasoning: str = ""
    why: str = ""


class Course(msgspec.Struct, frozen=True, omit_defaults=True):
    """Empty for a run that one attempt was enough for."""

    steps: tuple[Step, ...] = ()
    asides: tuple[Aside, ...] = ()


PLAIN = Course()


def course_of(fold: RunFold, price: Pricer = unpriced) -> Course:
    """As far as it has come. A run with one attempt and no decision has none to tell of."""
    if len(fold.attempts) < 2 and not fold.decided:
        return PLAIN
    return Course(steps(fold, price), asides(fold))


def steps(fold: RunFold, price: Pricer = unpriced) -> tuple[Step, ...]:
    start = fold.started_ns or (fold.decided[0].at_ns if fold.decided else 0)
    found = [*(_asked(each, start, price) for each in fold.attempts.values()), *_told(fold.decided, start)]
    return tuple(sorted(found, key=lambda step: step.at_ms))


def asides(fold: RunFold) -> tuple[Aside, ...]:
    """Texts that stand no more, in the order of their attempts."""
    return tuple(
        Aside(each.number, name_of(each), "".join(each.text), "".join(each.reasoning), each.reason)
        for each in fold.attempts.values()
        if each.void and (each.text or each.reasoning)
    )


def name_of(attempt: Attempt) -> str:
    return model_name(attempt.vendor, attempt.endpoint, attempt.model) if attempt.vendor else attempt.model


def _asked(attempt: Attempt, start: int, price: Pricer) -> Step:
    ends = [attempt.ended_ns, attempt.voided_ns, attempt.last_ns, *attempt.phases.values()]
    end = max((each for each in ends if each is not None), default=None)
    return Step(
        at_ms=_ms(attempt.started_ns - start),
        kind="asked",
        text=_outcome(attempt),
        took_ms=None if end is None or attempt.state == "open" else _ms(end - attempt.started_ns),
        attempt=attempt.number,
        role=attempt.role,
        state=attempt.state,
        tokens=attempt.tokens(),
        cost=None if attempt.state == "open" else price(attempt),
    )


VERBS: dict[Role, str] = {
    "answer": "answered",
    "hedge": "answered",
    "judge": "judged",
    "sample": "gave a sample",
    "embedding": "embedded the question",
    "cache": "had answered before",
}


def _outcome(attempt: Attempt) -> str:
    name = name_of(attempt) if attempt.role != "cache" else attempt.model
    match attempt.state:
        case "open":
            return f"{name} is asked"
        case "done":
            return f"{name} {VERBS[attempt.role]}"
        case "discarded":
            return f"{name}: set aside"
        case "stopped":
            return f"{name}: stopped"
        case "cut_off":
            return f"{name}: cut off"
        case "failed":
            failure = attempt.failure
            if failure is None:
                return f"{name}: failed"
            status = f"{failure.status} " if failure.status else ""
            return f"{name}: {status}{failure.kind.replace('_', ' ')}"


def _told(notices: list[Notice], start: int) -> Iterator[Step]:
    for notice in notices:
        at_ms = _ms(notice.at_ns - start)
        if notice.until_ns is not None:
            took_ms = _ms(notice.until_ns - notice.at_ns)
            yield Step(at_ms, "waited", f"waited {duration(took_ms)}", took_ms, notice.attempt)
        else:
            yield Step(at_ms, "decided", notice.text, attempt=notice.attempt, decision=notice.decision)


def _ms(ns: int) -> float:
    return round(ns / 1e6, 3)
