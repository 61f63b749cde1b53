"""The calls of a run that is over, as their price is asked for."""

from datetime import UTC, datetime, timedelta
from time import perf_counter_ns

from app.lanes import asked_model
from app.quote import PastCall
from app.run import RunFold
from app.session.document import Run
from app.token_bar import inclusive


def of_fold(fold: RunFold) -> tuple[PastCall, ...]:
    """Of a run that this program has seen."""
    now, now_ns = datetime.now(UTC), perf_counter_ns()
    return tuple(
        PastCall(
            a.vendor,
            a.endpoint,
            a.asked,
            a.model,
            a.usage,
            now - timedelta(microseconds=(now_ns - a.started_ns) // 1000),
        )
        for a in fold.attempts.values()
    )


def of_run(run: Run) -> tuple[PastCall, ...]:
    """Of a run that was kept, sent when its session says."""
    at, record = _moment(run.at), run.record
    asked = asked_model(record.lane)
    return tuple(
        PastCall(a.vendor, a.endpoint, asked or a.model, a.model, inclusive(a.usage), at) for a in record.attempts
    )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
