"""Answers out of the database: from the sums that are kept ready where they can tell, else from the rows."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, assert_never

from msgspec.structs import replace
from sqlalchemy import Table, and_, bindparam, case, func, literal, null, or_, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from app.ledger import percentiles
from app.ledger.errors import PricesError
from app.ledger.money import of_units, times
from app.ledger.questions import (
    DAY_US,
    Answer,
    AskColumns,
    AskRows,
    AskSpread,
    AskTotals,
    Columns,
    Line,
    Rows,
    Spread,
    TokenSums,
    Totals,
    Where,
    costs,
    day_of,
)
from app.ledger.rollup import PRACTICE, TOKENS
from app.ledger.schema import ATTEMPT, DAILY, REPRICED, REPRICING, SPREAD, to_row

KEPT_READY = ("day", "user", "vendor", "endpoint", "model", "role", "outcome")
FILTERS = ("user", "vendor", "endpoint", "model", "role", "outcome", "session", "lane")
MOST_ROWS = 1000
MOST_POINTS = 200_000

RowQuestion = AskTotals | AskSpread | AskRows | AskColumns


def answer(connection: Connection, question: RowQuestion) -> Answer:
    match question:
        case AskTotals():
            return _totals(connection, question)
        case AskSpread():
            return _spread(connection, question)
        case AskRows():
            return _rows(connection, question)
        case AskColumns():
            return _columns(connection, question)
        case _:
            assert_never(question)


def is_kept_ready(by: tuple[str, ...], where: Where) -> bool:
    """Whether the sums by day can tell."""
    whole = all(at is None or at % DAY_US == 0 for at in (where.since_us, where.until_us))
    return whole and not where.session and not where.lane and set(by) <= set(KEPT_READY)


# Which


def _named(table: Table, where: Where) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = [
        table.c[name].in_(values) for name in FILTERS if (values := getattr(where, name)) and name in table.columns
    ]
    if not where.practice:
        clauses.append(table.c.vendor.not_like(f"{PRACTICE}%"))
    return clauses


def of_rows(where: Where) -> ColumnElement[bool]:
    clauses = _named(ATTEMPT, where)
    if where.since_us is not None:
        clauses.append(ATTEMPT.c.at_us >= where.since_us)
    if where.until_us is not None:
        clauses.append(ATTEMPT.c.at_us < where.until_us)
    return and_(true(), *clauses)


def _of_days(table: Table, where: Where) -> ColumnElement[bool]:
    clauses = _named(table, where)
    if where.since_us is not None:
        clauses.append(table.c.day >= day_of(where.since_us))
    if where.until_us is not None:
        clauses.append(table.c.day < day_of(where.until_us))
    return and_(true(), *clauses)


def _dimension(name: str) -> ColumnElement[Any]:
    """Of rows: a day as its number since the epoch."""
    return ATTEMPT.c.at_us / literal(DAY_US) if name == "day" else ATTEMPT.c[name]


# Sums


def _totals(connection: Connection, asked: AskTotals) -> Totals:
    if asked.repricing and not connection.execute(_KEPT, {"id": asked.repricing}).first():
        raise PricesError(f"there is no kept re-pricing {asked.repricing!r}")
    ready = not asked.repricing and is_kept_ready(asked.by, asked.where)
    found = _daily(connection, asked) if ready else _grouped(connection, asked)
    by_key: dict[tuple[str, ...], list[_Part]] = {}
    for key, part in found:
        by_key.setdefault(key, []).append(part)
    return Totals(tuple(_line(key, parts) for key, parts in sorted(by_key.items())))


_KEPT = select(REPRICING.c.id).where(REPRICING.c.id == bindparam("id"))
_Part = tuple[str, Decimal, tuple[int, ...]]
"""A currency ("" where no cost is known), the sum in it, and counts: attempts, unknown, usage unknown, tokens."""
COUNTS = ("attempts", "unknown", "usage_unknown", *TOKENS)


def _daily(connection: Connection, asked: AskTotals) -> Iterable[tuple[tuple[str, ...], _Part]]:
    wanted = [DAILY.c[name] for name in (*asked.by, "currency", "cost", *COUNTS)]
    size = len(asked.by)
    for row in connection.execute(select(*wanted).where(_of_days(DAILY, asked.where))):
        yield tuple(row[:size]), (row[size], Decimal(row[size + 1]), tuple(row[size + 2 :]))


def _grouped(connection: Connection, asked: AskTotals) -> Iterable[tuple[tuple[str, ...], _Part]]:
    """The database sums what it can sum exactly, in whole units; finer amounts are counted by it and summed here."""
    keys = [_dimension(name).label(f"key_{name}") for name in asked.by]
    source, currency_of, amount_of, units_of = _money(asked.repricing)
    fine = case((units_of.is_(None), amount_of), else_=None)
    unknown = and_(ATTEMPT.c.charge == "unknown", amount_of.is_(None))
    unsaid = and_(ATTEMPT.c.charge != "none", or_(ATTEMPT.c.input.is_(None), ATTEMPT.c.output.is_(None)))
    counts = [
        func.count(),
        func.sum(case((unknown, 1), else_=0)),
        func.sum(case((unsaid, 1), else_=0)),
        *(func.coalesce(func.sum(ATTEMPT.c[name]), 0) for name in TOKENS),
    ]
    money = [currency_of.label("currency"), fine.label("fine")]
    query = select(*keys, *money, func.sum(units_of), *counts).select_from(source)
    size = len(keys)
    for row in connection.execute(query.where(of_rows(asked.where)).group_by(*keys, *money)):
        key = tuple(_said(name, value) for name, value in zip(asked.by, row[:size], strict=True))
        currency, amount, whole, *numbers = row[size:]
        cost = times(Decimal(amount), int(numbers[0])) if amount is not None else of_units(int(whole or 0))
        yield key, (currency or "", cost, tuple(map(int, numbers)))


def _money(repricing: str) -> tuple[Any, ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    """From where currencies, amounts and units are read: the rows, or a re-pricing where that has one."""
    if not repricing:
        return ATTEMPT, ATTEMPT.c.cost_currency, ATTEMPT.c.cost_amount, ATTEMPT.c.cost_units
    joined = ATTEMPT.outerjoin(REPRICED, and_(REPRICED.c.attempt == ATTEMPT.c.id, REPRICED.c.repricing == repricing))
    priced = REPRICED.c.amount.is_not(None)
    currency = case((priced, REPRICED.c.currency), else_=ATTEMPT.c.cost_currency)
    amount = case((priced, REPRICED.c.amount), else_=ATTEMPT.c.cost_amount)
    return joined, currency, amount, case((priced, null()), else_=ATTEMPT.c.cost_units)


def _said(name: str, value: Any) -> str:
    return day_of(int(value) * DAY_US) if name == "day" else str(value)


def _line(key: tuple[str, ...], parts: list[_Part]) -> Line:
    attempts, unknown, unsaid, *tokens = (sum(numbers) for numbers in zip(*(part[2] for part in parts), strict=True))
    money = costs((currency, cost) for currency, cost, _ in parts if currency)
    return Line(key, attempts, money, unknown, TokenSums(*tokens), unsaid)


# Distributions


def _spread(connection: Connection, asked: AskSpread) -> Spread:
    where = _measured(asked.where)
    if is_kept_ready(asked.by, where):
        keys = [SPREAD.c[name] for name in asked.by]
        clause = and_(SPREAD.c.measure == asked.of, _of_days(SPREAD, where))
        found = connection.execute(select(*keys, SPREAD.c.histogram).where(clause)).all()
        return Spread(percentiles.of_histograms([(tuple(row[:-1]), bytes(row[-1])) for row in found]))
    names = [_dimension(name).label(f"key_{name}") for name in asked.by]
    value = ATTEMPT.c[asked.of]
    clean = and_(ATTEMPT.c.warmup.is_(False), ATTEMPT.c.fault == "", value.is_not(None))
    rows = connection.execute(select(*names, value).where(and_(clean, of_rows(where)))).all()
    keyed = [(tuple(_said(name, key) for name, key in zip(asked.by, row[:-1], strict=True)), row[-1]) for row in rows]
    return Spread(percentiles.of_values(keyed))


def _measured(where: Where) -> Where:
    return replace(where, outcome=where.outcome or ("done",), role=where.role or ("answer", "hedge"))


# Rows


def _rows(connection: Connection, asked: AskRows) -> Rows:
    limit = max(1, min(asked.limit, MOST_ROWS))
    clause = of_rows(asked.where)
    if asked.before is not None:
        at, id_ = asked.before
        earlier = or_(ATTEMPT.c.at_us < at, and_(ATTEMPT.c.at_us == at, ATTEMPT.c.id < id_))
        clause = and_(clause, ATTEMPT.c.at_us <= at, earlier)
    newest = (ATTEMPT.c.at_us.desc(), ATTEMPT.c.id.desc())
    found = connection.execute(select(ATTEMPT).where(clause).order_by(*newest).limit(limit + 1)).mappings().all()
    rows = tuple(to_row(dict(each)) for each in found[:limit])
    return Rows(rows, (rows[-1].at_us, rows[-1].id) if len(found) > limit else None)


def _columns(connection: Connection, asked: AskColumns) -> Columns:
    names = tuple(name for name in asked.names if name in ATTEMPT.columns)
    limit = max(1, min(asked.limit, MOST_POINTS))
    newest = (ATTEMPT.c.at_us.desc(), ATTEMPT.c.id.desc())
    wanted = [ATTEMPT.c[name] for name in names] or [ATTEMPT.c.id]
    found = connection.execute(select(*wanted).where(of_rows(asked.where)).order_by(*newest).limit(limit + 1)).all()
    oldest_first = found[:limit][::-1]
    return Columns(names, tuple([row[at] for row in oldest_first] for at in range(len(names))), len(found) > limit)
