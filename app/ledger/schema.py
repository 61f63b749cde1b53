"""The ledger's tables, the same in SQLite and PostgreSQL.

`attempt` has a column for every field of `Row`; a field that a later version adds becomes a column. Nothing in it is
ever changed. `daily` and `spread` are sums of it that are kept in step in the same transaction; `repriced` holds what
attempts would have cost by other prices.
"""

import operator
import types
import typing
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.engine import Connection

from app.ledger.row import Row
from app.records import Cost

VERSION = 1
META = MetaData()
COSTS = ("cost", "computed")
"""Fields of `Row` that are money: four columns each."""
COST_PARTS = ("amount", "currency", "source", "as_of")
KINDS: dict[Any, Any] = {bool: Boolean, int: BigInteger, float: Double}


def _columns() -> list[Column[Any]]:
    made: list[Column[Any]] = []
    for field in msgspec.structs.fields(Row):
        if field.name in COSTS:
            made += [Column(f"{field.name}_{part}", Text) for part in COST_PARTS]
        else:
            made.append(_column(field.name, field.type))
    return made


def _column(name: str, annotation: Any) -> Column[Any]:
    kinds = typing.get_args(annotation) if typing.get_origin(annotation) in (types.UnionType, typing.Union) else ()
    kind = next((KINDS[each] for each in (annotation, *kinds) if each in KINDS), Text)
    return Column(name, kind, primary_key=name == "id")


ATTEMPT = Table(
    "attempt",
    META,
    *_columns(),
    Column("charge", Text),  # as `money.charge` says
    Column("cost_units", BigInteger),  # as `money.units` says
    Index("attempt_at", "at_us", "id"),
    Index("attempt_session", "session", "at_us"),
)
DAILY_KEY = ("day", "user", "vendor", "endpoint", "model", "role", "outcome", "currency")
"""`currency` is "" for attempts of which no cost is known."""
DAILY_COUNTS = ("attempts", "unknown", "usage_unknown", "input", "cache_read", "cache_write", "output", "reasoning")
DAILY = Table(
    "daily",
    META,
    *(Column(name, Text, primary_key=True) for name in DAILY_KEY),
    *(Column(name, BigInteger, nullable=False) for name in DAILY_COUNTS),
    Column("cost", Text, nullable=False),
)
SPREAD_KEY = ("day", "user", "vendor", "endpoint", "model", "role", "outcome", "measure")
SPREAD = Table(
    "spread",
    META,
    *(Column(name, Text, primary_key=True) for name in SPREAD_KEY),
    Column("histogram", LargeBinary, nullable=False),
)
REPRICING = Table(
    "repricing",
    META,
    Column("id", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("user", Text, nullable=False),
    Column("prices", Text, nullable=False),  # whose, in words
)
REPRICED = Table(
    "repriced",
    META,
    Column("repricing", Text, primary_key=True),
    Column("attempt", Text, primary_key=True),
    *(Column(part, Text) for part in COST_PARTS),
)
LAID_OUT = Table("laid_out", META, Column("version", Integer, primary_key=True))


class NewerLedgerError(Exception):
    """A newer Abreast has laid it out."""


def lay_out(connection: Connection) -> None:
    """Makes what is missing. Raises `NewerLedgerError`, and leaves that ledger alone."""
    META.create_all(connection)
    version = connection.execute(LAID_OUT.select()).scalar()
    if version is not None and version > VERSION:
        raise NewerLedgerError(f"the ledger was laid out by a newer Abreast (format {version}); it is left alone")
    if version is None:
        connection.execute(LAID_OUT.insert().values(version=VERSION))
    _add_columns(connection)


def will_change(connection: Connection) -> bool:
    """Whether `lay_out` is going to change tables that somebody has laid out before."""
    if not inspect(connection).has_table(ATTEMPT.name):
        return False
    version = connection.execute(LAID_OUT.select()).scalar() if inspect(connection).has_table(LAID_OUT.name) else None
    return (version or 0) < VERSION or bool(_missing(connection))


def _missing(connection: Connection) -> list[Column[Any]]:
    there = {column["name"] for column in inspect(connection).get_columns(ATTEMPT.name)}
    return [column for column in ATTEMPT.columns if column.name not in there]


def _add_columns(connection: Connection) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for column in _missing(connection):
        kind = column.type.compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE attempt ADD COLUMN {quote(column.name)} {kind}"))


_PLAIN = tuple(name for name in Row.__struct_fields__ if name not in COSTS)
_plain = operator.attrgetter(*_PLAIN)
_parts = operator.attrgetter(*COST_PARTS)
_COST_NAMES = {name: tuple(f"{name}_{part}" for part in COST_PARTS) for name in COSTS}
_NO_COST = (None,) * len(COST_PARTS)


def to_columns(row: Row) -> dict[str, Any]:
    """Without the columns that are worked out of others: `charge`, `cost_units`."""
    values = dict(zip(_PLAIN, map(without_nul, _plain(row)), strict=True))
    for name, names in _COST_NAMES.items():
        cost: Cost | None = getattr(row, name)
        values.update(zip(names, _parts(cost) if cost is not None else _NO_COST, strict=True))
    return values


def without_nul(value: Any) -> Any:
    """PostgreSQL's text holds any sign but that one."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if type(value) is str and "\0" in value else value


def to_row(values: dict[str, Any]) -> Row:
    """What columns hold that this version does not know is passed over; what an older one did not write is usual."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(Row):
        if field.name in COSTS:
            amount = values[f"{field.name}_amount"]
            parts = {part: values[f"{field.name}_{part}"] for part in COST_PARTS}
            found[field.name] = None if amount is None else Cost(**parts)
        elif values[field.name] is not None or field.required:
            found[field.name] = values[field.name]
    return Row(**found)
