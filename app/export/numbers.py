"""The figures of a run as words, for tables that people read. What is not known is a dash."""

from app.export.selection import params_of, worse_than
from app.params import shown
from app.records import Cost, RunRecord
from app.session.document import Run, Session
from app.session.making import whole

DASH = "–"
HEADINGS = ("TTFT", "Tokens/s", "In", "Cached", "Reasoning", "Out", "Total", "Cost", "Outcome")
OUTCOMES = {"done": "done", "stopped": "stopped", "cut_off": "cut off", "failed": "failed"}


def row(record: RunRecord) -> tuple[str, ...]:
    """One cell for each of `HEADINGS`."""
    usage, timings = record.usage, record.timings_ms
    return (
        _time(timings.ttft),
        DASH if record.tokens_per_s is None else f"{record.tokens_per_s:.1f}",
        *(_count(each) for each in (usage.input, usage.cache_read, usage.reasoning, usage.output)),
        _time(timings.total),
        DASH if record.cost is None else f"{record.cost.amount} {record.cost.currency}",
        OUTCOMES[record.outcome],
    )


def told(run: Run) -> tuple[tuple[str, str], ...]:
    """All that is said of a run besides its answer, each with its name; only what is known."""
    record = run.record
    found = [(name, cell) for name, cell in zip(HEADINGS, row(record), strict=True) if cell != DASH]
    found += [("Price from", _source(record.cost))] if record.cost is not None else []
    found += [("Model served", whole(record.model))] if record.model else []
    found += [("Finish reason", whole(record.finish_reason))] if record.finish_reason else []
    found += [("Parameters", parameters(run))] if run.spec.params else []
    found += [("Error", whole(record.error.message))] if record.error is not None else []
    found += [("Note of the program", whole(each.text)) for each in record.notices]
    return tuple(found)


def parameters(run: Run) -> str:
    return whole(", ".join(f"{name}={shown(value)}" for name, value in params_of(run).items()))


def opinion(session: Session, run: Run) -> tuple[tuple[str, str], ...]:
    """What the user thinks of a run; nothing, if nothing was said."""
    said, worse = run.opinion, [session.run(id_) for id_ in worse_than(session, run)]
    found = [("Rating", f"{said.rating} of 5")] if said.rating is not None else []
    found += [("Thumb", said.thumb)] if said.thumb is not None else []
    found += [("Better than", whole(", ".join(each.spec.model for each in worse if each is not None)))] if worse else []
    return (*found, *((("Note", whole(said.note)),) if said.note else ()))


def _source(cost: Cost) -> str:
    return f"{cost.source}, {cost.as_of}" if cost.as_of else cost.source


def _time(ms: float | None) -> str:
    if ms is None:
        return DASH
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.2f} s"


def _count(tokens: int | None) -> str:
    return DASH if tokens is None else f"{tokens:,}"
