"""Questions answered out of the ledger, in the engine: charts that are no larger than their picture.

Where all rows that are meant are few, they are drawn like those of a session. Where they are many, the newest are
drawn one by one or as a crowd, and sums, percentiles and lines come from what the ledger keeps ready of all of them.
"""

from msgspec.structs import replace

from app.ledger import questions as ledger
from app.ledger.answers import is_kept_ready
from app.numbers import ledger_sums
from app.numbers.answering import DRAWN
from app.numbers.brushing import brushed
from app.numbers.chart import Chart, Line
from app.numbers.columns import Columns
from app.numbers.figure import OPINIONS
from app.numbers.latency import FEW
from app.numbers.ledger_columns import ALL, MOST_ROWS, Ask, Colors, left_out, names, newest, where
from app.numbers.question import NO_FILTERS, Box, Choices, Picked, Question

EVERY = ledger.Where(practice=True)


def choices(ask: Ask) -> Choices:
    """Of vendors, models, roles and outcomes; of lanes and sessions, which nobody keeps ready, the newest."""
    found = ask(ledger.AskTotals(("vendor", "model", "role", "outcome"), EVERY))
    assert isinstance(found, ledger.Totals)
    counts: dict[str, dict[str, int]] = {name: {} for name in ("vendor", "model", "role", "outcome")}
    for line in found.lines:
        for name, word in zip(counts, line.key, strict=True):
            counts[name][word] = counts[name].get(word, 0) + line.attempts
    words = {name: _ordered(each) for name, each in counts.items()}
    recent = ask(ledger.AskColumns(("lane", "session"), EVERY, NEWEST_NAMES))
    assert isinstance(recent, ledger.Columns)
    for name, column in zip(recent.names, recent.columns, strict=True):
        words[name] = _ordered({word: column.count(word) for word in set(column)})[:MOST_NAMES]
    return Choices(words, sum(line.attempts for line in found.lines))


NEWEST_NAMES, MOST_NAMES = 2_000, 40


def _ordered(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def colors(ask: Ask) -> Colors:
    """Every model and every vendor has one, the same in every graph and whatever is filtered."""
    found = ask(ledger.AskTotals(("vendor", "model"), EVERY))
    assert isinstance(found, ledger.Totals)
    vendors, models = {line.key[0] for line in found.lines}, {line.key[1] for line in found.lines}
    return {"vendor": _numbered(vendors), "model": _numbered(models)}


def _numbered(words: set[str]) -> dict[str, int]:
    return {word: n for n, word in enumerate(sorted(words))}


def answered(ask: Ask, question: Question) -> Chart:
    if question.figure.partition("/")[0] in OPINIONS:
        return ledger_sums.lacks_opinions(question)
    own = colors(ask)
    chart = _drawn(ask, question, own)
    return replace(chart, note=" ".join(filter(None, (chart.note, left_out(question, own["vendor"])))))


def _drawn(ask: Ask, question: Question, own: Colors) -> Chart:
    if (whole := _of_all(ask, question, own)) is not None:
        return whole
    columns, left_off = _seen(ask, question, own)
    chart = DRAWN[question.graph](columns, question)
    if not left_off:
        return chart
    if question.graph == "latency":
        chart = _with_all_lines(ask, question, chart)
    said = f"Drawn from the newest {MOST_ROWS:,} of them."
    return replace(chart, note=" ".join(filter(None, (chart.note, said))))


def _of_all(ask: Ask, question: Question, own: Colors) -> Chart | None:
    """A sum is one of every row, even if the ledger has to go through all of them for it. Percentiles are, where they
    are kept ready."""
    match question.graph, question.figure:
        case ("cost", "sum" | "day" | "cumulated") if _are_many(ask, question):
            return ledger_sums.cost(ask, question, own)
        case ("tokens", _) if _are_many(ask, question):
            return ledger_sums.tokens(ask, question)
        case ("percentiles", _) if is_kept_ready((question.by,), where(question)) and _are_many(ask, question):
            return ledger_sums.percentiles(ask, question, own)
    return None


def _are_many(ask: Ask, question: Question) -> bool:
    """Whether they are too many to be read one by one."""
    found = ask(ledger.AskTotals((), where(question)))
    assert isinstance(found, ledger.Totals)
    return sum(line.attempts for line in found.lines) > MOST_ROWS


def _seen(ask: Ask, question: Question, own: Colors, fields: tuple[str, ...] = ()) -> tuple[Columns, bool]:
    """The newest of what is in view, with those fields, or what its graph needs."""
    asked = where(question)
    if question.graph == "latency" and question.box is not None:
        since, until = round(question.box.left * 1e6), round(question.box.right * 1e6) + 1
        asked = replace(
            asked,
            since_us=max(since, asked.since_us or since),
            until_us=min(until, asked.until_us or until),
        )
    return newest(ask, asked, fields or names(question), question.filters, own)


def _with_all_lines(ask: Ask, question: Question, chart: Chart) -> Chart:
    """In the place of lines through the newest, lines through all of them, where they are kept ready."""
    if not is_kept_ready((question.by, "day"), where(question)):
        return chart
    drawn = [layer for layer in chart.layers if not isinstance(layer, Line)]
    own = [series for series in chart.series if series.color >= 0]
    each = [series.name for series in own] if len(own) <= FEW and len(own) == len(chart.series) else []
    lines = ledger_sums.lines_by_day(ask, question, each)
    if each:
        return replace(chart, layers=(*drawn, *lines))
    place = len(chart.series) - 1  # that of all of them, if the newest had lines
    if not lines or chart.series[place].name != "all of them":
        return chart
    return replace(chart, layers=(*drawn, *(replace(line, series=place) for line in lines)))


def picked(ask: Ask, question: Question, box: Box) -> tuple[Picked, ...]:
    """The newest runs in a rectangle over the answer to `question`."""
    chart = answered(ask, question)
    seen = replace(question, box=box) if question.graph == "latency" else question
    columns, _ = _seen(ask, seen, {}, ALL)
    return brushed(columns, replace(question, filters=NO_FILTERS), chart, box)
