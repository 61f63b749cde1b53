"""Rows of values for a prompt's variables: read from a table that was pasted or saved, and written as one."""

import csv
import io
from collections.abc import Sequence

MOST_ROWS = 10_000
Rows = tuple[dict[str, str], ...]


class RowsError(ValueError):
    """A table that gives no rows; the message says why."""


def from_text(text: str, names: Sequence[str]) -> Rows:
    """A table with commas, semicolons or tabs. Its first line may name the columns; else they are taken in the order
    of `names`. Raises `RowsError`."""
    if not names:
        raise RowsError("The prompt has no {{variables}} that rows could fill")
    try:
        table = [each for each in csv.reader(io.StringIO(text), delimiter=_mark(text)) if any(map(str.strip, each))]
    except csv.Error as error:
        raise RowsError(f"That is no table: {error}") from None
    if not table:
        raise RowsError("There is no row in it")
    head = [each.strip().strip("{}").strip() for each in table[0]]
    known = [each for each in head if each in names]
    if known:
        table = table[1:]
    else:
        head = list(names)
    if len(table) > MOST_ROWS:
        raise RowsError(f"There are {len(table):,} rows, and a prompt keeps up to {MOST_ROWS:,}")
    if not known and any(len(row) > len(names) for row in table):
        raise RowsError(f"A row has more columns than there are variables ({len(names)}), and no line names them")
    return tuple({name: row[at] for at, name in enumerate(head) if name in names and at < len(row)} for row in table)


def to_text(rows: Rows, names: Sequence[str]) -> str:
    """As CSV with a line of names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def _mark(text: str) -> str:
    """What stands between columns: whichever of them the first line has most of."""
    first = text.partition("\n")[0]
    return max((",", "\t", ";"), key=first.count)
