"""A route's course in words: one line of it all, and a row for each step with its time, tokens and cost."""

from decimal import Decimal
from typing import NamedTuple

from app.figures import money
from app.records import Cost, Tokens, plain
from app.series import duration
from app.steps import Course, Step

ARROW = " → "
QUIET = frozenset({"embedding", "judge", "sample"})
"""What they came to is told by what was decided with it."""
GOING_ON = "…"


class Row(NamedTuple):
    """One step as its columns have it. `aside` is the attempt whose text can be read."""

    at: str
    text: str
    took: str
    tokens: str
    cost: str
    aside: int | None = None
    is_trouble: bool = False


def line(course: Course) -> str:
    """`cache miss (nearest 0.81) → small → escalated (confidence 0.62 < 0.70) → 429 at a, waited 1.8 s → b answered`"""
    told: list[str] = []
    for step in course.steps:
        if step.kind == "waited" and told:
            told[-1] = f"{told[-1]}, {step.text}"
        elif word := _word(step):
            told.append(word)
    return ARROW.join(told)


def rows(course: Course) -> tuple[Row, ...]:
    there = {aside.attempt for aside in course.asides}
    return tuple(_row(step, there) for step in course.steps)


def total(course: Course) -> Row:
    """All attempts together: what the run has used, and what it has cost as far as that is known."""
    asked = [step for step in course.steps if step.kind == "asked"]
    end = max((step.at_ms + (step.took_ms or 0.0) for step in course.steps), default=0.0)
    return Row("", "In all", duration(end), _tokens(_sum([e.tokens for e in asked if e.tokens])), _all_costs(asked))


def saved(course: Course) -> str:
    """What a hit of the cache did not use again; "" where there was none."""
    for step in course.steps:
        if step.decision is not None and (found := step.decision.saved) is not None:
            used = _tokens(Tokens(found.usage.input, output=found.usage.output))
            return f"saved {used or 'an answer'}{' tok' if used else ''} of {found.vendor}/{found.model}"
    return ""


def spoken(text: str) -> str:
    """`Cache miss: nothing like it` as one phrase among others: `cache miss (nothing like it)`."""
    what, colon, why = text.partition(": ")
    first = what[:1].lower() + what[1:]
    return f"{first} ({why})" if colon else first


def _word(step: Step) -> str:
    if step.kind == "asked":
        return "" if step.role in QUIET and step.state in ("done", "open") else _asked(step)
    if step.decision is not None and step.decision.policy == "escalate":
        _, _, why = step.text.partition(": ")
        return ARROW.join(filter(None, (why, step.decision.choice)))
    said = spoken(step.text)
    if step.decision is not None and step.decision.saved is not None:
        return f"{said}, {saved(Course((step,)))}"
    return said


def _asked(step: Step) -> str:
    name, colon, came = step.text.partition(": ")
    if step.state == "discarded":
        return name
    if step.state == "failed" and colon:
        return f"{came} at {name}"
    if step.state == "open":
        return f"{step.text.removesuffix(' is asked')}{GOING_ON}"
    return step.text


def _row(step: Step, there: set[int]) -> Row:
    return Row(
        at=duration(max(0.0, step.at_ms)),
        text=step.text,
        took="" if step.took_ms is None else duration(step.took_ms),
        tokens=_tokens(step.tokens) if step.tokens else "",
        cost=money(step.cost) if step.cost else "",
        aside=step.attempt if step.kind == "asked" and step.attempt in there else None,
        is_trouble=step.state in ("failed", "cut_off"),
    )


def _tokens(tokens: Tokens) -> str:
    if tokens.input is None and tokens.output is None:
        return ""
    given, made = ("–" if each is None else f"{each:,}" for each in (tokens.input, tokens.output))
    return f"{given} → {made}"


def _sum(parts: list[Tokens]) -> Tokens:
    def of(name: str) -> int | None:
        known = [value for each in parts if (value := getattr(each, name)) is not None]
        return sum(known) if known else None

    return Tokens(input=of("input"), output=of("output"))


def _all_costs(asked: list[Step]) -> str:
    """The sum of those that are known, told as the least it was where one is not."""
    known = [step.cost for step in asked if step.cost is not None]
    if not known or len({cost.currency for cost in known}) > 1:
        return ""
    amount = sum((Decimal(cost.amount) for cost in known), Decimal(0))
    unknown = any(step.cost is None and step.state not in ("failed", "open") for step in asked)
    said = money(Cost(plain(amount), known[0].currency, known[0].source, None))
    return f"≥ {said}" if unknown else said
