"""Answers to comparisons, read off the rows page by page."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement

from app.ledger.answers import of_rows
from app.ledger.comparisons import (
    TOLERANCE,
    AskReconcile,
    AskReprice,
    Reconciled,
    ReconciledLine,
    Repriced,
    RepricedLine,
)
from app.ledger.making import microseconds
from app.ledger.money import minus, plus
from app.ledger.pricebook import Book, Spent
from app.ledger.questions import costs, day_of
from app.ledger.schema import ATTEMPT, COST_PARTS, REPRICED, REPRICING
from app.records import Cost, plain

PAGE = 2000
_SPENT = Spent.__struct_fields__
_MONEY = ("cost_amount", "cost_currency", "computed_amount", "computed_currency")
Key = tuple[str, ...]


def _pages(
    connection: Connection, by: tuple[str, ...], which: ColumnElement[bool]
) -> Iterator[list[Mapping[str, Any]]]:
    """The oldest first."""
    names = dict.fromkeys(("id", "charge", *_SPENT, *_MONEY, *(name for name in by if name != "day")))
    query = select(*(ATTEMPT.c[name] for name in names)).order_by(ATTEMPT.c.at_us, ATTEMPT.c.id).limit(PAGE)
    after: ColumnElement[bool] | None = None
    while True:
        page = connection.execute(query.where(which if after is None else and_(which, after))).mappings().all()
        if page:
            yield [dict(each) for each in page]
        if len(page) < PAGE:
            return
        at, last = page[-1]["at_us"], page[-1]["id"]
        after = or_(ATTEMPT.c.at_us > at, and_(ATTEMPT.c.at_us == at, ATTEMPT.c.id > last))


def _key(by: tuple[str, ...], row: Mapping[str, Any]) -> Key:
    return tuple(day_of(row["at_us"]) if name == "day" else str(row[name]) for name in by)


# What would it have cost?


class _Sums:
    def __init__(self) -> None:
        self.attempts = self.unknown = self.unpriced = 0
        self.was: list[tuple[str, Decimal]] = []
        self.now: list[tuple[str, Decimal]] = []
        self.difference: list[tuple[str, Decimal]] = []

    def add(self, row: Mapping[str, Any], cost: Cost | None) -> None:
        self.attempts += 1
        before = row["cost_amount"]
        if before is not None:
            self.was = _grown(self.was, row["cost_currency"], Decimal(before))
        elif row["charge"] == "unknown":
            self.unknown += 1
        if cost is None:
            self.unpriced += row["charge"] != "none"
            return
        self.now = _grown(self.now, cost.currency, Decimal(cost.amount))
        if before is not None and cost.currency == row["cost_currency"]:
            self.difference = _grown(self.difference, cost.currency, minus(Decimal(cost.amount), Decimal(before)))

    def line(self, key: Key) -> RepricedLine:
        money = [costs(each) for each in (self.was, self.now, self.difference)]
        return RepricedLine(key, self.attempts, money[0], self.unknown, money[1], self.unpriced, money[2])


def _grown(sums: list[tuple[str, Decimal]], currency: str, amount: Decimal) -> list[tuple[str, Decimal]]:
    others = [each for each in sums if each[0] != currency]
    return [*others, (currency, plus(next((sum_ for name, sum_ in sums if name == currency), Decimal(0)), amount))]


def reprice(connection: Connection, asked: AskReprice, book: Book, user: str) -> Repriced:
    """Each page is a transaction of its own: nobody else waits until all of it is priced."""
    id_ = uuid.uuid4().hex[:12] if asked.keep else ""
    sums: dict[Key, _Sums] = {}
    for page in _pages(connection, asked.by, of_rows(asked.where)):
        kept = []
        for row in page:
            cost = book.price(Spent(*(row[name] for name in _SPENT))) if row["charge"] != "none" else None
            sums.setdefault(_key(asked.by, row), _Sums()).add(row, cost)
            if cost is not None:
                parts = {part: getattr(cost, part) for part in COST_PARTS}
                kept.append({"repricing": id_, "attempt": row["id"], **parts})
        if id_ and kept:
            connection.execute(REPRICED.insert(), kept)
        connection.commit()
    if id_:
        at_us = microseconds(datetime.now(UTC))
        connection.execute(REPRICING.insert().values(id=id_, at_us=at_us, user=user, prices=book.name))
        connection.commit()
    return Repriced(book.name, tuple(each.line(key) for key, each in sorted(sums.items())), id_)


# Do providers say what lists say?


class _Beside:
    def __init__(self) -> None:
        self.attempts = self.compared = self.differing = 0
        self.reported = self.computed = Decimal(0)
        self.worst: float | None = 0.0

    def add(self, row: Mapping[str, Any]) -> None:
        self.attempts += 1
        if row["computed_amount"] is None or row["computed_currency"] != row["cost_currency"]:
            return
        told, ours = Decimal(row["cost_amount"]), Decimal(row["computed_amount"])
        self.compared += 1
        self.reported, self.computed = plus(self.reported, told), plus(self.computed, ours)
        share = float(abs(minus(told, ours)) / ours) if ours else None if told else 0.0
        if share is None or share > TOLERANCE:
            self.differing += 1
        self.worst = None if share is None or self.worst is None else max(self.worst, share)

    def line(self, key: Key, currency: str) -> ReconciledLine:
        return ReconciledLine(
            key,
            self.attempts,
            self.compared,
            currency,
            plain(self.reported),
            plain(self.computed),
            plain(minus(self.reported, self.computed)),
            self.differing,
            round(self.worst, 4) if self.worst is not None else None,
        )


def reconcile(connection: Connection, asked: AskReconcile) -> Reconciled:
    found: dict[tuple[Key, str], _Beside] = {}
    which = and_(of_rows(asked.where), ATTEMPT.c.cost_source == "provider")
    for page in _pages(connection, asked.by, which):
        for row in page:
            found.setdefault((_key(asked.by, row), row["cost_currency"]), _Beside()).add(row)
    return Reconciled(tuple(each.line(key, currency) for (key, currency), each in sorted(found.items())))
