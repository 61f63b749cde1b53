"""How a run's figures were made, as values to be painted: its course in time, its chunks, its tokens, its cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import jitter as evenness
from app.cost_sheet import CostSheet, cost_sheet
from app.jitter import Jitter
from app.laps import Lap, laps, recorded_laps, rows
from app.quote import Quote
from app.records import RunRecord
from app.run import RunFold
from app.session.document import Run
from app.token_bar import TokenBar, inclusive, token_bars
from app.waterfall import Step
from providers.usage import total

MOST_OPEN = 3
"""With more attempts than that, only the one that stands is drawn step by step."""

Quotes = Sequence[Quote | None] | None


@dataclass(frozen=True)
class Anatomy:
    steps: tuple[Step, ...]
    jitter: Jitter | None
    bars: tuple[TokenBar, ...]
    costs: CostSheet


def of_fold(fold: RunFold, record: RunRecord, quotes: Quotes) -> Anatomy:
    """Of a run that this program has seen to its end."""
    usage = total([attempt.usage for attempt in fold.attempts.values()])
    return Anatomy(_rows(laps(fold)), evenness.of_fold(fold), token_bars(usage), cost_sheet(record, quotes))


def of_run(run: Run, quotes: Quotes) -> Anatomy:
    """Of a run that was kept in a session."""
    record = run.record
    bars = token_bars(inclusive(record.usage))
    return Anatomy(_rows(recorded_laps(record)), evenness.of_chunks(run.chunks), bars, cost_sheet(record, quotes))


def _rows(all_laps: tuple[Lap, ...]) -> tuple[Step, ...]:
    if len(all_laps) <= MOST_OPEN:
        return rows(all_laps, frozenset(lap.number for lap in all_laps))
    return rows(all_laps, frozenset(lap.number for lap in all_laps if lap.stands))
