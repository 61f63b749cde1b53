"""A run as the history keeps it, and what may be asked of the history."""

import msgspec

from app.bench import split
from app.session.document import Run, Session


class Entry(msgspec.Struct, frozen=True):
    run: str
    session: str
    title: str
    path: str
    at: str
    """ISO 8601, UTC."""
    vendor: str
    model: str
    """As it was asked for; `served` is what the provider says."""
    served: str
    prompt: str
    system: str
    answer: str
    reasoning: str
    note: str
    outcome: str
    cost: float | None
    """For finding; the exact amount stands in the session."""
    currency: str
    ttft_ms: float | None
    input: int | None
    output: int | None
    rating: int | None

    @classmethod
    def of(cls, session: Session, run: Run, path: str = "") -> "Entry":
        record, prompt = run.record, session.prompt(run.prompt)
        model, vendor = split(run.spec.model)
        return cls(
            run=run.id,
            session=session.id,
            title=session.title,
            path=path,
            at=run.at,
            vendor=vendor,
            model=model,
            served=record.model,
            prompt=prompt.text if prompt else "",
            system=prompt.system if prompt else "",
            answer=record.text or record.refusal,
            reasoning=record.reasoning,
            note=run.opinion.note,
            outcome=record.outcome,
            cost=float(record.cost.amount) if record.cost else None,
            currency=record.cost.currency if record.cost else "",
            ttft_ms=record.timings_ms.ttft,
            input=record.usage.input,
            output=record.usage.output,
            rating=run.opinion.rating,
        )


class Query(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is looked for. Words and phrases must all be there; the last word may go on."""

    words: tuple[str, ...] = ()
    vendor: str = ""
    model: str = ""
    """Part of a model's name."""
    session: str = ""
    """Part of a session's title, or its id."""
    outcome: str = ""
    after: str = ""
    before: str = ""
    """Both as the beginning of an ISO 8601 time: 2026, 2026-11 or 2026-11-24."""
    least_cost: float | None = None
    most_cost: float | None = None
    least_rating: int | None = None
    most_rating: int | None = None
    """Neither finds what is not rated."""


class Hit(msgspec.Struct, frozen=True):
    """An entry that was found. `snippet` is a piece of it; `marks` are where, in it, what was looked for begins and
    ends."""

    number: int
    entry: Entry
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


class Page(msgspec.Struct, frozen=True):
    """Hits, the newest first. `next` is where the next page begins, None at the end."""

    hits: tuple[Hit, ...]
    next: int | None = None
