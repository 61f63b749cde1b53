"""The ledger's sums as people and programs read them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from app.ledger.comparisons import TOLERANCE, Reconciled, ReconciledLine, Repriced, RepricedLine
from app.ledger.questions import Line, Money, costs
from app.printing_text import harmless

COUNTS = ("attempts", "unknown", "usage_unknown")
TOKENS = ("input", "cache_read", "cache_write", "output", "reasoning")


def json_lines(by: Sequence[str], lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        named = dict(zip(by, line.key, strict=True))
        counts = {name: getattr(line, name) for name in COUNTS}
        tokens = {name: getattr(line.tokens, name) for name in TOKENS}
        yield msgspec.json.encode({**named, **counts, "tokens": tokens, "costs": line.costs}).decode()


def csv_lines(by: Sequence[str], lines: Iterable[Line]) -> Iterator[str]:
    """A line for each currency; with none, one without a cost."""
    yield _csv([*by, *COUNTS, *TOKENS, "currency", "cost"])
    for line in lines:
        for cost in line.costs or (Money("", ""),):
            counts = [str(getattr(line, name)) for name in COUNTS]
            tokens = [str(getattr(line.tokens, name)) for name in TOKENS]
            yield _csv([*line.key, *counts, *tokens, cost.currency, cost.amount])


def _csv(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def table(by: Sequence[str], lines: Sequence[Line]) -> Iterator[str]:
    """With the sum of all lines below, if there are several."""
    if not lines:
        yield "Nothing was run then."
        return
    rows = [_row(line.key, line) for line in lines]
    if len(lines) > 1:
        rows.append(_row(("all", *("",) * (len(by) - 1)), _all(lines)))
    yield from aligned([*by, "attempts", "input", "cached", "output", "cost"], rows, len(by))


def _all(lines: Sequence[Line]) -> Line:
    tokens = type(lines[0].tokens)(*(sum(getattr(line.tokens, name) for line in lines) for name in TOKENS))
    money = costs((cost.currency, Decimal(cost.amount)) for line in lines for cost in line.costs)
    counts = [sum(getattr(line, name) for line in lines) for name in COUNTS]
    return Line((), counts[0], money, counts[1], tokens, counts[2])


def _row(key: Sequence[str], line: Line) -> list[str]:
    tokens = line.tokens
    counts = (line.attempts, tokens.input, tokens.cache_read, tokens.output)
    return [*map(harmless, (part or "–" for part in key)), *(f"{count:,}" for count in counts), in_words(line)]


def in_words(line: Line) -> str:
    """What is known to have been spent, and for how many attempts nobody knows."""
    said = [f"{cost.amount} {cost.currency}" for cost in line.costs]
    if line.unknown:
        why = " (usage unknown)" if line.usage_unknown >= line.unknown else ""
        said.append(f"{line.unknown:,} of unknown cost{why}")
    return " + ".join(said) or "0"


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> Iterator[str]:
    """In columns; the first `words` of them and the last are words, and stand to the left, the others are numbers."""
    widths = [max(len(line[at]) for line in (heads, *rows)) for at in range(len(heads))]
    for line in (heads, *rows):
        cells = [
            text.ljust(width) if at < words or at == len(heads) - 1 else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


# Comparisons


class Table(NamedTuple):
    """`words` columns of words come first; `note` is a sentence for people."""

    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    words: int
    note: str = ""


def repriced(by: Sequence[str], found: Repriced) -> Table:
    heads = (*by, "attempts", "cost", "unknown", f"by {found.prices}", "unpriced", "difference")
    rows = [_repriced(line) for line in found.lines]
    if len(found.lines) > 1:
        rows.append(_all_repriced(found.lines, len(by)))
    return Table(heads, rows, len(by), "The difference is over the attempts of which both costs are known.")


def _repriced(line: RepricedLine) -> tuple[str, ...]:
    before, after = (_money(line.was), str(line.unknown)), (_money(line.now), str(line.unpriced))
    return (*line.key, str(line.attempts), *before, *after, _money(line.difference))


def _all_repriced(lines: Sequence[RepricedLine], words: int) -> tuple[str, ...]:
    def summed(name: str) -> str:
        return _money(costs((each.currency, Decimal(each.amount)) for line in lines for each in getattr(line, name)))

    def count(name: str) -> str:
        return str(sum(getattr(line, name) for line in lines))

    counted = (count("attempts"), summed("was"), count("unknown"), summed("now"), count("unpriced"))
    return ("all", *("",) * (words - 1), *counted, summed("difference"))


def reconciled(by: Sequence[str], found: Reconciled) -> Table:
    heads = (*by, "attempts", "compared", "currency", "reported", "computed", "difference", "differing", "worst")
    rows = [_reconciled(line) for line in found.lines]
    off = sum(line.is_off for line in found.lines)
    note = f"{off} of {len(found.lines)} lines hold attempts that differ by more than {TOLERANCE:.0%}."
    return Table(heads, rows, len(by), note if rows else "No provider has reported a cost then.")


def _reconciled(line: ReconciledLine) -> tuple[str, ...]:
    counts = (str(line.attempts), str(line.compared), line.currency)
    worst = "–" if line.worst is None else f"{line.worst:.1%}"
    return (*line.key, *counts, line.reported, line.computed, line.difference, str(line.differing), worst)


def _money(amounts: Sequence[Money]) -> str:
    return " + ".join(f"{each.amount} {each.currency}" for each in amounts) or "–"


def text_table(table: Table) -> Iterator[str]:
    rows = [[harmless(cell or "–") if at < table.words else cell for at, cell in enumerate(row)] for row in table.rows]
    if rows:
        yield from aligned(table.heads, rows, table.words)
    yield table.note if rows or "No " in table.note else "Nothing was run then."


def csv_table(table: Table) -> Iterator[str]:
    yield _csv(table.heads)
    yield from map(_csv, table.rows)


def json_of(by: Sequence[str], lines: Iterable[RepricedLine | ReconciledLine]) -> Iterator[str]:
    for line in lines:
        fields = msgspec.to_builtins(line)
        yield msgspec.json.encode({**dict(zip(by, fields.pop("key"), strict=True)), **fields}).decode()
