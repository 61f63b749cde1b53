"""Small marks for lanes that ran against each other: first, fastest, cheapest, shortest."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.faulted import fault_of
from app.records import RunRecord
from app.shown import Mark

Measure = Callable[[RunRecord], Decimal | float | None]


def marks(records: Mapping[int, RunRecord]) -> dict[int, tuple[Mark, ...]]:
    """The marks of each key. Only runs that are done compete, without an injected fault, and only where two have the
    figure; ties share a mark unless nobody is behind."""
    done = {key: record for key, record in records.items() if record.outcome == "done" and not fault_of(record)}
    found: dict[int, list[Mark]] = {key: [] for key in records}
    for mark, measure in _MEASURES.items():
        for key in _best(done, measure):
            found[key].append(mark)
    return {key: tuple(names) for key, names in found.items()}


def _best(records: Mapping[int, RunRecord], measure: Measure) -> list[int]:
    known = {key: value for key, record in records.items() if (value := measure(record)) is not None}
    if len(known) < 2 or len(known) < len(records):
        return []
    least = min(known.values())
    best = [key for key, value in known.items() if value == least]
    return best if len(best) < len(known) else []


def _cost(record: RunRecord) -> Decimal | None:
    return Decimal(record.cost.amount) if record.cost and record.cost.currency == "USD" else None


def _slowness(record: RunRecord) -> float | None:
    return -record.tokens_per_s if record.tokens_per_s is not None else None


def _ttft(record: RunRecord) -> float | None:
    return record.timings_ms.ttft


def _output(record: RunRecord) -> float | None:
    return record.usage.output


_MEASURES: dict[Mark, Measure] = {"first": _ttft, "fastest": _slowness, "cheapest": _cost, "shortest": _output}
