"""Which rows a question is about, what they could be narrowed to, and what lies in a rectangle of a chart."""

from datetime import UTC, datetime

import numpy as np

from app.figures import money
from app.numbers.columns import Columns, Flags
from app.numbers.question import FILTERED, Choices, Filters, Picked
from app.records import Cost, plain

MOST_PICKED = 500


def narrowed(columns: Columns, filters: Filters) -> Columns:
    which = np.ones(len(columns), dtype=np.bool_)
    for name in FILTERED:
        if wanted := getattr(filters, name):
            which &= columns.words(name).where(wanted)
    if filters.since_s is not None:
        which &= columns.at_s >= filters.since_s
    if filters.until_s is not None:
        which &= columns.at_s < filters.until_s
    return columns if which.all() else columns.only(which)


def choices(columns: Columns) -> Choices:
    return Choices({name: columns.words(name).counted() for name in FILTERED}, len(columns))


def picked(columns: Columns, which: Flags) -> tuple[Picked, ...]:
    """The newest first, and not more than can be read."""
    rows = np.flatnonzero(which)
    newest = rows[np.argsort(-columns.at_s[rows], kind="stable")][:MOST_PICKED]
    return tuple(_line(columns, int(row)) for row in newest)


def picked_runs(columns: Columns, runs: frozenset[str]) -> tuple[Picked, ...]:
    return picked(columns, np.fromiter((run in runs for run in columns.run), np.bool_, len(columns)))


def _line(columns: Columns, row: int) -> Picked:
    cost, rating = columns.cost[row], _known(columns.rating[row])
    return Picked(
        columns.run[row],
        columns.session.at(row),
        float(columns.at_s[row]),
        columns.lane.at(row),
        columns.model.at(row),
        columns.outcome.at(row),
        _known(columns.ttft[row]),
        _known(columns.total[row]),
        _known(columns.speed[row]),
        "" if cost is None else money(Cost(plain(cost), columns.currency.at(row), "", None)),
        None if rating is None else int(rating),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def seconds(iso: str) -> float:
    """Seconds since the epoch of a time in ISO 8601; NaN where it is none."""
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return float("nan")
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
