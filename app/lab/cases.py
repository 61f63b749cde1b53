"""The cases of a sweep: prompts that both a cheap and a strong lane have answered, with what speaks for each answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from app.faulted import fault_of
from app.session.document import Opinion, Prompt, Run, Session
from providers.routes.agreement import alike
from providers.routes.confidence import Measure

Quality = Literal["agreement", "rating", "grade"]
"""Of what quality an answer is: by how much it agrees with the strong model's, the user's rating, a judge's grade."""
Score = Measure | Literal["grade"]
"""By what is decided whether a cheap answer may stand."""
THUMBS = {"up": 1.0, "down": 0.0}


class Grade(NamedTuple):
    """What a model as judge thought of an answer, from 0 to 1, and what it cost to ask."""

    score: float
    cost: Decimal | None = None
    took_ms: float = 0.0


class Answered(msgspec.Struct, frozen=True):
    cost: Decimal
    total_ms: float
    quality: float | None


class Case(msgspec.Struct, frozen=True):
    """One prompt. `judged` is what it cost to judge the cheap answer, and how long it took."""

    question: str
    score: float
    cheap: Answered
    strong: Answered
    judged: Decimal = Decimal(0)
    judged_ms: float = 0.0


class Gathered(NamedTuple):
    """What could be had of a session, and what is missing: prompts that a lane has not answered in the way that is
    needed, and runs that a judge has not graded."""

    cases: tuple[Case, ...]
    currency: str = "USD"
    no_cheap: tuple[Prompt, ...] = ()
    no_strong: tuple[Prompt, ...] = ()
    ungraded: tuple[Run, ...] = ()
    unrated: int = 0

    @property
    def missing(self) -> int:
        return len(self.no_cheap) + len(self.no_strong) + len(self.ungraded)


def models(session: Session) -> tuple[str, ...]:
    """What has answered in it, or could: as lanes are written down, each once."""
    return tuple(dict.fromkeys((*(e.spec.model for e in session.lanes), *(e.spec.model for e in session.runs))))


def gathered(
    session: Session,
    cheap: str,
    strong: str,
    *,
    score: Score = "mean",
    quality: Quality = "agreement",
    grades: Mapping[str, Grade] | None = None,
) -> Gathered:
    """`grades` are by the ids of runs. Only first turns count, since what follows depends on what came before."""
    sought = _Sought(session, cheap, strong, score, quality, grades or {})
    for prompt in session.prompts:
        if _is_first(session, prompt.id):
            sought.look_at(prompt)
    currency = next(iter(sought.currencies)) if len(sought.currencies) == 1 else ""
    unrated = sum(case.cheap.quality is None for case in sought.cases)
    return Gathered(
        tuple(sought.cases),
        currency,
        tuple(sought.no_cheap),
        tuple(sought.no_strong),
        tuple(sought.ungraded.values()),
        unrated,
    )


@dataclass
class _Sought:
    """What is found and what is missing, prompt by prompt."""

    session: Session
    cheap: str
    strong: str
    score: Score
    quality: Quality
    grades: Mapping[str, Grade]
    cases: list[Case] = field(default_factory=list)
    no_cheap: list[Prompt] = field(default_factory=list)
    no_strong: list[Prompt] = field(default_factory=list)
    ungraded: dict[str, Run] = field(default_factory=dict)
    currencies: set[str] = field(default_factory=set)

    def look_at(self, prompt: Prompt) -> None:
        weak = _best(self.session, prompt.id, self.cheap, needs_score=self.score != "grade")
        good = _best(self.session, prompt.id, self.strong, needs_score=False)
        if weak is None:
            self.no_cheap.append(prompt)
        if good is None:
            self.no_strong.append(prompt)
        if weak is not None and good is not None:
            self._take(prompt, weak, good)

    def _take(self, prompt: Prompt, weak: Run, good: Run) -> None:
        wanted = (weak, good) if self.quality == "grade" else (weak,) if self.score == "grade" else ()
        lacking = {run.id: run for run in wanted if run.id not in self.grades}
        self.ungraded |= lacking
        if lacking or (case := _case(prompt, weak, good, self.score, self.quality, self.grades)) is None:
            return
        self.currencies |= {cost.currency for run in (weak, good) if (cost := run.record.cost) is not None}
        self.cases.append(case)


def _is_first(session: Session, prompt: str) -> bool:
    """Whether it began a conversation."""
    runs = [run for run in session.runs if run.prompt == prompt]
    return not runs or any(run.after is None for run in runs)


def _best(session: Session, prompt: str, model: str, *, needs_score: bool) -> Run | None:
    """The latest run that is done, real and paid for, with log-probabilities where they are needed."""
    return next((run for run in _runs(session, prompt, model) if run.sureness is not None or not needs_score), None)


def _runs(session: Session, prompt: str, model: str) -> Iterator[Run]:
    for run in reversed(session.runs):
        record = run.record
        is_that = run.prompt == prompt and run.spec.model == model and run.after is None and not run.warmup
        if is_that and record.outcome == "done" and record.cost is not None and not fault_of(record):
            yield run


def _case(
    prompt: Prompt, weak: Run, good: Run, score: Score, quality: Quality, grades: Mapping[str, Grade]
) -> Case | None:
    grade = grades.get(weak.id)
    if score == "grade":
        decided = grade.score if grade is not None else None
    else:
        decided = weak.sureness.of(score) if weak.sureness is not None else None
    if decided is None:
        return None
    one, other = _qualities(weak, good, quality, grades)
    judged = grade if score == "grade" and grade is not None else Grade(0.0, Decimal(0))
    return Case(
        prompt.text,
        decided,
        _answered(weak, one),
        _answered(good, other),
        judged.cost or Decimal(0),
        judged.took_ms,
    )


def _answered(run: Run, quality: float | None) -> Answered:
    cost = run.record.cost
    return Answered(Decimal(cost.amount if cost else 0), run.record.timings_ms.total or 0.0, quality)


def _qualities(
    weak: Run, good: Run, quality: Quality, grades: Mapping[str, Grade]
) -> tuple[float | None, float | None]:
    """Both, or none."""
    match quality:
        case "agreement":
            return alike(weak.record.text, good.record.text), 1.0
        case "rating":
            one, other = rated(weak.opinion), rated(good.opinion)
        case "grade":
            one, other = (grades[run.id].score if run.id in grades else None for run in (weak, good))
    return (one, other) if one is not None and other is not None else (None, None)


def rated(opinion: Opinion) -> float | None:
    """From 0 to 1: by stars, else by the thumb."""
    if opinion.rating is not None:
        return (opinion.rating - 1) / 4
    return THUMBS[opinion.thumb] if opinion.thumb is not None else None
