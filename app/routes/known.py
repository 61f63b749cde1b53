"""What the ledger knows of models that routes choose among: how soon they answer, and what an answer costs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from app.ledger import place
from app.ledger.drain import drain_dead, drain_living
from app.ledger.questions import DAY_US, Answer, AskSpread, AskTotals, Dimension, Money, Question, Spread, Totals, Where
from providers.naming import model_name

DAYS = 14
"""Older figures are of other servers and other loads."""
BY: tuple[Dimension, ...] = ("vendor", "endpoint", "model")


class Known(NamedTuple):
    ttft_p95_ms: float | None = None
    ttft_p50_ms: float | None = None
    price: float | None = None
    """What an answer cost at the mean; None where costs are unknown or in several currencies."""


def known(ask: Callable[[Question], Answer]) -> dict[str, Known]:
    """By the names that routes know models by, as those that served are called."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    since = int(today.timestamp()) * 1_000_000 // DAY_US * DAY_US
    where = Where(since_us=since, practice=True)
    spread, totals = ask(AskSpread("ttft_ms", BY, where)), ask(AskTotals(BY, where))
    assert isinstance(spread, Spread)
    assert isinstance(totals, Totals)
    costs = {model_name(*line.key): _price(line.attempts, line.unknown, line.costs) for line in totals.lines}
    times: dict[str, tuple[float | None, float | None]] = {
        model_name(*line.key): (line.p95, line.p50) for line in spread.lines
    }
    names = costs.keys() | times.keys()
    return {name: Known(*times.get(name, (None, None)), price=costs.get(name)) for name in names}


def of_ledger(data: Path, settings: Path) -> dict[str, Known]:
    """Where none is open: with what other runs have left for it. Raises `LedgerError`, `OSError`."""
    from app.ledger.store import Store  # only now: it takes a third of a second to import

    store = Store(data, place.address(settings))
    try:
        for drain in (drain_dead, drain_living):
            drain(data / place.SPOOL, "", store.keep)
        return known(store.answer)
    finally:
        store.close()


def _price(attempts: int, unknown: int, costs: tuple[Money, ...]) -> float | None:
    if len(costs) != 1 or attempts <= unknown:
        return None
    return float(Decimal(costs[0].amount) / (attempts - unknown))
