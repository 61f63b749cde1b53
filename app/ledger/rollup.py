"""Sums of rows by day and kind, kept in step with the rows in the transaction that adds them.

Whatever the number of rows, a question to these sums reads few of them, and adding a row costs the same.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, and_, bindparam, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from app.ledger import histogram
from app.ledger.money import charge, is_usage_unknown, plus
from app.ledger.questions import day_of
from app.ledger.row import Row
from app.ledger.schema import DAILY, DAILY_COUNTS, DAILY_KEY, SPREAD, SPREAD_KEY, without_nul
from app.records import plain

MEASURES = ("ttft_ms", "total_ms", "tokens_per_s")
TOKENS = ("input", "cache_read", "cache_write", "output", "reasoning")
PRACTICE = "practice"

Key = tuple[str, ...]
Insert = Any
"""`insert` of the dialect in use, which knows ON CONFLICT."""


def add(connection: Connection, insert: Insert, rows: Iterable[Row]) -> None:
    """`rows` are new to the ledger. The order of keys is the same for everyone, so that nobody waits in a circle."""
    counts: dict[Key, dict[str, int]] = {}
    costs: dict[Key, Decimal] = {}
    values: dict[Key, list[float]] = {}
    for row in rows:
        kind = _kind(row)
        key = (*kind, row.cost.currency if row.cost is not None else "")
        _count(counts.setdefault(key, dict.fromkeys(DAILY_COUNTS, 0)), row)
        if row.cost is not None:
            costs[key] = plus(costs.get(key, Decimal(0)), Decimal(row.cost.amount))
        if not (row.warmup or row.fault):
            for measure in MEASURES:
                if (value := getattr(row, measure)) is not None:
                    values.setdefault((*kind, measure), []).append(value)
    _add_daily(connection, insert, counts, costs)
    _add_spread(connection, insert, {key: histogram.counted(each) for key, each in values.items()})


def _kind(row: Row) -> Key:
    """A practice server is at another port each time it starts: where it was is no kind of its own."""
    endpoint = "" if row.vendor.startswith(PRACTICE) else row.endpoint
    return (day_of(row.at_us), row.user, row.vendor, endpoint, without_nul(row.model), row.role, row.outcome)


def _count(counts: dict[str, int], row: Row) -> None:
    counts["attempts"] += 1
    counts["unknown"] += charge(row) == "unknown"
    counts["usage_unknown"] += is_usage_unknown(row)
    for name in TOKENS:
        counts[name] += getattr(row, name) or 0


def _add_daily(
    connection: Connection, insert: Insert, counts: Mapping[Key, Mapping[str, int]], costs: Mapping[Key, Decimal]
) -> None:
    nothing = {**dict.fromkeys(DAILY_COUNTS, 0), "cost": "0"}
    changes = []
    for key, before in _held(connection, insert, DAILY, DAILY_KEY, counts, nothing).items():
        summed = {name: before[name] + count for name, count in counts[key].items()}
        cost = plain(plus(Decimal(before["cost"]), costs.get(key, Decimal(0))))
        changes.append({**_bound(DAILY_KEY, key), **summed, "cost": cost})
    if changes:
        connection.execute(DAILY.update().where(_is(DAILY, DAILY_KEY)), changes)


def _add_spread(connection: Connection, insert: Insert, counts: Mapping[Key, dict[int, int]]) -> None:
    changes = []
    for key, before in _held(connection, insert, SPREAD, SPREAD_KEY, counts, {"histogram": b""}).items():
        data = histogram.added(bytes(before["histogram"]), counts[key])
        changes.append({**_bound(SPREAD_KEY, key), "histogram": data})
    if changes:
        connection.execute(SPREAD.update().where(_is(SPREAD, SPREAD_KEY)), changes)


def _held(
    connection: Connection,
    insert: Insert,
    table: Table,
    names: tuple[str, ...],
    keys: Iterable[Key],
    nothing: Mapping[str, Any],
) -> dict[Key, Mapping[str, Any]]:
    """What the table holds for these keys, kept for us until the transaction ends; for new ones it holds `nothing`
    first."""
    ordered = sorted(keys)
    if not ordered:
        return {}
    new = [{**dict(zip(names, key, strict=True)), **nothing} for key in ordered]
    connection.execute(insert(table).on_conflict_do_nothing(), new)
    columns = [table.c[name] for name in names]
    days = table.c.day.in_(sorted({key[0] for key in ordered}))  # SQLite finds these by the index, and whole keys not
    wanted = select(table).where(days, tuple_(*columns).in_(ordered)).order_by(*columns)
    found = connection.execute(wanted.with_for_update()).mappings()
    return {tuple(each[name] for name in names): dict(each) for each in found}


def _is(table: Table, names: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(f"key_{name}") for name in names))


def _bound(names: tuple[str, ...], key: Key) -> dict[str, str]:
    return {f"key_{name}": part for name, part in zip(names, key, strict=True)}
