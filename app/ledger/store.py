"""The ledger's database: SQLite in a file of the user's own, or a team's PostgreSQL by its address.

Rows are added and never changed. On return from `keep` they are on the disk (in SQLite: WAL, `synchronous=FULL`), and
the sums that are kept ready agree with them. It is used from one thread; other processes use it at the same time.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import DataError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from app import whole_file
from app.ledger import answers, care, compare, rollup
from app.ledger.comparisons import AskReconcile, AskReprice, Reconciled, Repriced
from app.ledger.errors import DamagedError, LedgerError, RowsError
from app.ledger.money import charge, units
from app.ledger.place import FILE, SPOOL, readable
from app.ledger.pricebook import Book
from app.ledger.questions import Answer, AskFacts, Facts, Question
from app.ledger.row import Row
from app.ledger.salvage import salvaged, tables
from app.ledger.schema import ATTEMPT, DAILY, REPRICED, REPRICING, NewerLedgerError, lay_out, to_columns, will_change
from app.ledger.spool import Spool
from app.sqlite_file import log_ahead

BUSY_S = 10.0
PATIENCE = {"connect_timeout": 10, "tcp_user_timeout": 20_000}
"""After so many seconds, or milliseconds, PostgreSQL's client gives a server up that says nothing."""
MAPPED_BYTES = 1 << 30
SAVED_AT_ONCE = 1_000
T = TypeVar("T")


class Store:
    def __init__(self, folder: Path, url: str = "") -> None:
        """The file in that folder, or the database at `url`. Makes what is missing. Raises `LedgerError`."""
        self._path = folder / FILE
        self.is_file = not url
        self.place = str(self._path) if self.is_file else readable(url)
        self.said = ""
        """What the user should know: a damaged ledger was set aside. Whoever tells it empties it."""
        self._presence: care.Presence | None = None
        with contextlib.ExitStack() as undo:
            undo.callback(self._leave)
            self._open(url, undo)
            undo.pop_all()

    def _open(self, url: str, undo: contextlib.ExitStack) -> None:
        """What it has opened is closed by `undo`, if it does not come about."""
        try:
            self._engine = self._made(url)
            undo.callback(lambda: self._engine.dispose())
            self._presence = care.Presence(self._path) if self.is_file else None
            self._insert: Any = sqlite.insert if self.is_file else postgresql.insert
            self._lay_out()
        except NewerLedgerError as error:
            raise LedgerError(str(error)) from None
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise LedgerError(f"the ledger at {self.place} cannot be opened: {in_short(error)}") from None

    def _made(self, url: str) -> Engine:
        if self.is_file:
            whole_file.private_folder(self._path.parent)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            return _sqlite(self._path)
        return _postgresql(url)

    def _lay_out(self) -> None:
        if self._presence is None:
            with self._engine.begin() as connection:
                lay_out(connection)
            return
        try:
            self._look_through(self._presence)
            self._lay_out_file()
        except (DBAPIError, sqlite3.DatabaseError) as error:
            if not care.is_damage(error.orig if isinstance(error, DBAPIError) else error):
                raise
            self._begin_anew()

    def _look_through(self, presence: care.Presence) -> None:
        """After a crash, before anything is read of it."""
        if presence.was_alone and care.was_left_open(self._path) and not care.is_whole(self._path):
            raise sqlite3.DatabaseError("it is malformed")

    def _lay_out_file(self) -> None:
        with self._engine.execution_options(reading=True).connect() as connection:
            is_to_change = will_change(connection)
        if is_to_change:
            care.copied(self._path)
        with self._engine.begin() as connection:
            lay_out(connection)

    def _begin_anew(self) -> None:
        """The damaged file is kept. What can be read of it goes to the spool, from where it is taken in like any other
        row, bit by bit: a million rows take minutes."""
        self._engine.dispose()
        count = self._saved(salvaged(self._path))
        aside = care.set_aside(self._path)
        if aside is None:
            raise LedgerError(f"the ledger at {self.place} is damaged, and cannot be set aside")
        self._engine = self._made("")
        self._lay_out_file()
        for table in (REPRICING, REPRICED):
            if known := [{c.name: each.get(c.name) for c in table.columns} for each in tables(aside, table.name)]:
                with self._connected() as connection:
                    connection.execute(self._insert(table).on_conflict_do_nothing(), known)
        rows = f"{count:,} {'attempt' if count == 1 else 'attempts'} of it are taken over"
        self.said = f"The ledger was damaged and is kept as {aside.name}; {rows if count else 'a new one was begun'}."

    def _saved(self, rows: Iterator[Row]) -> int:
        """On the disk, as what a process has left that is no more."""
        spool, count = Spool(self._path.parent / SPOOL), 0
        try:
            while block := tuple(islice(rows, SAVED_AT_ONCE)):
                spool.add(block).result()
                count += len(block)
        finally:
            spool.close()
        return count

    def _mending(self, what: Callable[[], T]) -> T:
        """Does it; once more with a new file, if this one turns out to be damaged."""
        try:
            return what()
        except DamagedError:
            if not self.is_file:
                raise
        try:
            self._begin_anew()
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise LedgerError(f"the ledger at {self.place} is damaged: {in_short(error)}") from None
        return what()

    def close(self) -> None:
        self._engine.dispose()
        self._leave()

    def _leave(self) -> None:
        if self._presence is not None:
            self._presence.close()

    @contextlib.contextmanager
    def _connected(self, *, reading: bool = False, whole: bool = True) -> Iterator[Connection]:
        """One transaction, or as many as are committed inside; one that only reads keeps nobody from writing. Raises
        `LedgerError`."""
        engine = self._engine.execution_options(reading=True) if reading else self._engine
        try:
            with engine.begin() if whole else engine.connect() as connection:
                yield connection
        except (DataError, OverflowError, ValueError, ArithmeticError) as error:
            raise RowsError(f"the ledger at {self.place} refuses a row: {in_short(error)}") from None
        except SQLAlchemyError as error:
            is_damaged = isinstance(error, DBAPIError) and care.is_damage(error.orig)
            kind = DamagedError if is_damaged else LedgerError
            raise kind(f"the ledger at {self.place} does not answer: {in_short(error)}") from None

    # Keeping

    def keep(self, rows: Sequence[Row]) -> int:
        """How many of them were new: one that is there already is left as it is. Raises `LedgerError`, and `RowsError`
        where one of them cannot be kept; then none is."""
        return self._mending(lambda: self._keep(rows)) if rows else 0

    def _keep(self, rows: Sequence[Row]) -> int:
        first = {row.id: row for row in reversed(rows)}
        with self._connected() as connection:
            adding = self._insert(ATTEMPT).on_conflict_do_nothing(index_elements=["id"])
            if self.is_file:  # nobody else writes now: looking first is cheaper than being told which were new
                known = select(ATTEMPT.c.id).where(ATTEMPT.c.id.in_(first))
                there = set(connection.execute(known).scalars())
                new = [row for id_, row in first.items() if id_ not in there]
                if new:
                    connection.execute(adding, list(map(_values, new)))
            else:
                added = connection.execute(adding.returning(ATTEMPT.c.id), list(map(_values, first.values())))
                new = [first[id_] for id_ in added.scalars()]
            rollup.add(connection, self._insert, new)
        return len(new)

    # Asking

    def answer(self, question: Question) -> Answer:
        """Raises `LedgerError`."""
        return self._mending(lambda: self._answer(question))

    def _answer(self, question: Question) -> Answer:
        with self._connected(reading=True) as connection:
            if isinstance(question, AskFacts):
                return self._facts(connection)
            return answers.answer(connection, question)

    def reprice(self, asked: AskReprice, book: Book, user: str) -> Repriced:
        """Raises `LedgerError`."""
        with self._connected(reading=not asked.keep, whole=False) as connection:
            return compare.reprice(connection, asked, book, user)

    def reconcile(self, asked: AskReconcile) -> Reconciled:
        """Raises `LedgerError`."""
        with self._connected(reading=True) as connection:
            return compare.reconcile(connection, asked)

    def _facts(self, connection: Connection) -> Facts:
        count = connection.execute(select(func.sum(DAILY.c.attempts))).scalar()
        first = connection.execute(select(func.min(ATTEMPT.c.at_us))).scalar()
        last = connection.execute(select(func.max(ATTEMPT.c.at_us))).scalar()
        return Facts(self.place, int(count or 0), self._size(connection), first, last)

    def _size(self, connection: Connection) -> int:
        if self.is_file:
            return sum(path.stat().st_size for path in self._path.parent.glob(f"{self._path.name}*"))
        return int(connection.execute(text("SELECT pg_total_relation_size('attempt')")).scalar_one())


def _values(row: Row) -> dict[str, Any]:
    whole = units(row.cost.amount) if row.cost is not None else None
    return to_columns(row) | {"charge": charge(row), "cost_units": whole}


def in_short(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    own = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (str(own).strip() or type(own).__name__).splitlines()[0].removesuffix(".")


def _sqlite(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        log_ahead(connection, BUSY_S)
        for pragma in ("synchronous = FULL", f"mmap_size = {MAPPED_BYTES}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str) -> Engine:
    try:
        made = make_url(url)
        if made.get_backend_name() not in ("postgresql", "postgres"):
            raise LedgerError(
                f"the ledger can be in SQLite, its file on this machine, or PostgreSQL; {readable(url)} is neither"
            )
        return create_engine(made.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=PATIENCE)
    except ModuleNotFoundError:
        raise LedgerError(
            "for a ledger in PostgreSQL, psycopg must be installed: pip install 'abreast[postgresql]'"
        ) from None
    except (SQLAlchemyError, NoSuchModuleError, ValueError):
        raise LedgerError(f"{readable(url)} is no address of a database, such as postgresql://user@host/name") from None
