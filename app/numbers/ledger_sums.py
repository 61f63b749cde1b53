"""Charts out of the sums and percentiles that the ledger keeps ready: of every row, however many there are."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar

import numpy as np

from app.ledger import questions as ledger
from app.numbers.chart import OTHERS, Axis, Chart, Line, Series, nothing
from app.numbers.columns import summed
from app.numbers.cost import drawn_course, drawn_days, drawn_sums
from app.numbers.figure import FIGURE
from app.numbers.grouping import MOST_PLACES, MOST_SERIES, apart
from app.numbers.latency import NEEDED, SHARE
from app.numbers.ledger_columns import Ask, Colors, where
from app.numbers.percentiles import Levels, drawn
from app.numbers.periods import Periods, bars, day_axis
from app.numbers.question import Question
from app.numbers.telling import runs_told
from app.numbers.token_classes import drawn_tokens

NEWEST_PAID = 2_000
Sum = TypeVar("Sum", int, Decimal)
MEASURES: dict[str, ledger.Measure] = {"ttft": "ttft_ms", "total": "total_ms", "speed": "tokens_per_s"}


def totals(ask: Ask, question: Question, *by: ledger.Dimension) -> tuple[ledger.Line, ...]:
    found = ask(ledger.AskTotals(by, where(question)))
    assert isinstance(found, ledger.Totals)
    return found.lines


def spread(ask: Ask, question: Question, *by: ledger.Dimension) -> tuple[ledger.Percentiles, ...]:
    found = ask(ledger.AskSpread(MEASURES[question.figure], by, where(question)))
    assert isinstance(found, ledger.Spread)
    return found.lines


def noon(day: str) -> float:
    """Of that day, by the local clock: where its bar stands."""
    at = date.fromisoformat(day)
    return datetime(at.year, at.month, at.day, 12).astimezone().timestamp()


def largest(
    weights: dict[str, int], most: int, colors: dict[str, int] | Colors
) -> tuple[list[str], tuple[Series, ...]]:
    """The names with the most runs, and their series; the rest, if there is one, is the last of these."""
    order = sorted(weights, key=lambda name: (-weights[name], name))
    kept = order if len(order) <= most else order[: most - 1]
    series = apart(Series(name or "unknown", _color(colors, name, n)) for n, name in enumerate(kept))
    rest = len(order) - len(kept)
    return kept, (*series, Series(f"{rest} others", OTHERS)) if rest else series


def _color(colors: dict[str, int] | Colors, name: str, usual: int) -> int:
    found = colors.get(name, usual)
    assert isinstance(found, int)
    return found


# Percentiles


def percentiles(ask: Ask, question: Question, colors: Colors) -> Chart:
    lines = spread(ask, question, question.by)
    order = sorted(lines, key=lambda line: (-line.count, line.key))[:MOST_PLACES]
    own = dict(colors.get(question.by, {}))
    levels = [
        Levels(
            Series(line.key[0] or "unknown", own.get(line.key[0], place)),
            line.count,
            {"p50": line.p50, "p90": line.p90, "p95": line.p95, "p99": line.p99},
        )
        for place, line in enumerate(order)
    ]
    return drawn(levels, question)


def lines_by_day(ask: Ask, question: Question, names: Sequence[str]) -> tuple[Line, ...]:
    """p50 and p95 of each day, of each name of `question.by`; without names, of all of them at once."""
    found = spread(ask, question, question.by, "day") if names else spread(ask, question, "day")
    lines = []
    for place, name in enumerate(names or ("",)):
        mine = [line for line in found if not names or (line.key[0] or "unknown") == name]
        for mark in ("p50", "p95"):
            there = [line for line in mine if line.count >= NEEDED[mark]]
            if len(there) >= 2:
                x = np.array([noon(line.key[-1]) for line in there])
                y = np.array([line.p50 if mark == "p50" else line.p95 for line in there])
                lines.append(Line(place, x.tobytes(), y.tobytes(), f"{mark} by day", is_dashed=SHARE[mark] > 0.5))
    return tuple(lines)


# Money and tokens


def cost(ask: Ask, question: Question, colors: Colors) -> Chart:
    by_day = question.figure != "sum"
    lines = totals(ask, question, question.by, "day") if by_day else totals(ask, question, question.by)
    currency = _currency(ask, question, lines)
    axis = Axis(f"Cost, {currency}", "money", currency=currency)
    if not currency:
        return nothing(Axis("", "names"), axis, "Not enough data: of no run here the cost is known.")
    note, runs = _uncounted(lines, currency), sum(line.attempts for line in lines)
    weights: dict[str, int] = {}
    for line in lines:
        weights[line.key[0]] = weights.get(line.key[0], 0) + line.attempts
    kept, series = largest(weights, MOST_SERIES if by_day else MOST_PLACES, dict(colors.get(question.by, {})))
    days = sorted({line.key[1] for line in lines}) if by_day else [""]
    heights = [[Decimal(0)] * len(days) for _ in series]
    for line in lines:
        row = kept.index(line.key[0]) if line.key[0] in kept else len(series) - 1
        heights[row][days.index(line.key[1]) if by_day else 0] += _in(line, currency)
    if not by_day:
        return drawn_sums(series, [row[0] for row in heights], question, axis, note, runs)
    noons = np.array([noon(day) for day in days])
    if question.figure == "day":
        shown = bars(noons)
        return drawn_days(series, shown, [_merged(row, shown) for row in heights], axis, note, runs)
    return drawn_course(series, [(noons, list(accumulate(row))) for row in heights], axis, note, runs)


def _merged(row: Sequence[Sum], shown: Periods) -> list[Sum]:
    """Days together in the periods that are shown."""
    sums = [row[0] * 0] * len(shown.starts_s)
    for amount, place in zip(row, shown.places, strict=True):
        sums[place] += amount
    return sums


def _currency(ask: Ask, question: Question, lines: tuple[ledger.Line, ...]) -> str:
    """The one in which most are paid; of several, as the newest are."""
    there = {money.currency for line in lines for money in line.costs}
    if len(there) < 2:
        return next(iter(there), "")
    found = ask(ledger.AskColumns(("cost_currency",), where(question), NEWEST_PAID))
    assert isinstance(found, ledger.Columns)
    return max(sorted(there), key=found.columns[0].count)


def _in(line: ledger.Line, currency: str) -> Decimal:
    return summed(Decimal(money.amount) for money in line.costs if money.currency == currency)


def _uncounted(lines: tuple[ledger.Line, ...], currency: str) -> str:
    unknown = sum(line.unknown for line in lines)
    others = sorted({money.currency for line in lines for money in line.costs} - {currency})
    notes = [f"{runs_told(unknown)} of unknown cost not counted."] if unknown else []
    notes += [f"What was paid in {', '.join(others)} is not counted."] if others else []
    return " ".join(notes)


def tokens(ask: Ask, question: Question) -> Chart:
    by_day = question.figure == "day"
    lines = totals(ask, question, "day" if by_day else question.by)
    if not any(line.tokens.input or line.tokens.output for line in lines):
        return nothing(Axis("", "names"), Axis("Tokens", "tokens"), "Not enough data: no run here reported its tokens.")
    if by_day:
        days = bars(np.array([noon(line.key[0]) for line in lines]))
        x_axis, x, shown = day_axis(days), days.middles_s.tolist(), list(lines)
    else:
        shown = sorted(lines, key=lambda line: (-line.attempts, line.key))[:MOST_PLACES]
        names = tuple(line.key[0] or "unknown" for line in shown)
        x_axis, x = Axis(question.by.capitalize(), "names", names=names), [float(n) for n in range(len(names))]
    sums = [line.tokens for line in shown]
    heights = [
        [each.input_uncached for each in sums],
        [each.cache_read for each in sums],
        [each.cache_write for each in sums],
        [each.output_text for each in sums],
        [each.reasoning for each in sums],
    ]
    if by_day:
        heights = [_merged(row, days) for row in heights]
    unknown, runs = sum(line.usage_unknown for line in shown), sum(line.attempts for line in shown)
    return drawn_tokens(x_axis, x, heights, unknown, runs)


def lacks_opinions(question: Question) -> Chart:
    figure = FIGURE[question.figure.partition("/")[0]]
    x, y = Axis("", "money"), Axis(f"{figure.title}, {figure.unit}", figure.kind)
    return nothing(x, y, "Opinions are kept in sessions, not in the ledger: choose “This session” to compare by them.")
