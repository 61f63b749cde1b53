"""What was spent and what is held: one SQLite file for all processes of this machine.

Whoever is about to spend holds an amount first. Spent and held together never pass a limit, since looking and taking
are one transaction (`BEGIN IMMEDIATE`). Amounts are exact decimals in text. What the holder knows to be used already
stands beside what is held: it counts as spent when the holder's process dies, and the rest is free again.

A process that dies loses nothing (WAL); a power cut may lose the last moments (`synchronous=NORMAL`).
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app import whole_file
from app.budgets.claim import Claim, Opened, Refused, Standing, Taken, Warned
from app.budgets.file import BudgetError
from app.budgets.owners import Owner
from app.sqlite_file import connected, when_free

FILE = "budgets.sqlite3"
VERSION = 1
BUSY_S = 10.0
LOOK_AGAIN_S = 0.0005
"""SQLite's own way of waiting for another process sleeps up to 100 ms at once, and streams would wait as long."""
KEPT_DAYS = 100
NEAR = 4
"""No slice is larger than this part of what is left: near a limit slices shrink, so that many can share it."""
ZERO = Decimal(0)
SCHEMA = """
CREATE TABLE counter (
  name TEXT NOT NULL, period TEXT NOT NULL, spent TEXT NOT NULL, PRIMARY KEY (name, period)) WITHOUT ROWID;
CREATE TABLE held (
  lease TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, period TEXT NOT NULL,
  held TEXT NOT NULL, used TEXT NOT NULL, PRIMARY KEY (name, period, lease)) WITHOUT ROWID;
CREATE INDEX held_by_lease ON held (lease);
CREATE TABLE told (budget TEXT NOT NULL, name TEXT NOT NULL, period TEXT NOT NULL, PRIMARY KEY (budget, name, period))
  WITHOUT ROWID;
"""


@dataclass
class _Tally:
    spent: Decimal
    held: Decimal
    used: Decimal


class Store:
    """Used from one thread. All methods but the first and the last are to be called inside `transaction`."""

    def __init__(self, folder: Path) -> None:
        """Opens it; makes it if there is none. A damaged one is set aside. Raises `BudgetError`."""
        self._path = folder / FILE
        self.said = ""
        """What the user should know: what was counted is lost."""
        try:
            whole_file.private_folder(folder)
            self._owner = Owner(folder / "budgets")
            self._tallies: dict[tuple[str, str], _Tally] = {}
            """What was looked up in this transaction, kept true by what is written in it."""
            self._db = self._opened()
            self._owner.clear_away()
            self._forget()
        except (OSError, sqlite3.Error) as error:
            raise BudgetError(f"what was spent cannot be looked up: {error}") from None

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            aside = whole_file.set_aside(self._path)
            for end in ("-wal", "-shm"):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            kept = f" and kept as {aside.name}" if aside is not None else ""
            self.said = f"The file of what was spent under budgets was damaged{kept}; counting begins anew."
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        db = connected(self._path, BUSY_S)
        try:
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA busy_timeout = 0")
            _begin(db)
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise BudgetError(f"what was spent was written by a newer Abreast (format {version})")
            if version < VERSION:
                for statement in filter(str.strip, SCHEMA.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        return db

    def _forget(self) -> None:
        """What was spent long ago, which nobody asks for."""
        long_ago = (datetime.now() - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%d")
        with self.transaction():
            for table in ("counter", "told"):
                self._db.execute(f"DELETE FROM {table} WHERE period < ?", [long_ago])

    def close(self) -> None:
        self._db.close()
        self._owner.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Nobody else, in no process, looks or takes meanwhile."""
        _begin(self._db)
        self._tallies = {}
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Taking and giving back

    def open(
        self, lease: str, claims: tuple[Claim, ...], used: tuple[Decimal, ...], *, least: int, most: int
    ) -> Opened | Refused:
        """Holds what comes before an answer, and the first slice of it: from `least` to `most` tokens. Of that, `used`
        is as good as spent once it is sent."""
        limiting = tuple(claim for claim in claims if claim.budget.then != "warn")
        room, narrow = self._room(limiting, before=True)
        if (room is not None and room < least) and self.free_the_dead():
            room, narrow = self._room(limiting, before=True)
        if room is not None and room < least and narrow is not None:
            return Refused(narrow, self._left(narrow), narrow.first + narrow.each * least)
        tokens = _slice(room, least, most)
        for claim, sure in _once(claims, used):
            self._hold(lease, claim, claim.first + claim.each * tokens, sure)
        return Opened(tokens, self._warnings(claims))

    def take(
        self, lease: str, claims: tuple[Claim, ...], used: tuple[Decimal, ...], *, least: int, most: int
    ) -> Taken | Refused:
        """One more slice for an answer that streams. `used` is what each claim has come to so far."""
        self.use(lease, claims, used)
        limiting = tuple(claim for claim in claims if claim.budget.then == "stop")
        room, narrow = self._room(limiting, before=False)
        if (room is not None and room < least) and self.free_the_dead():
            room, narrow = self._room(limiting, before=False)
        if room is not None and room < least and narrow is not None:
            return Refused(narrow, self._left(narrow), narrow.each * least, self._warnings(claims))
        tokens = _slice(room, least, most)
        for claim, amount in _once(claims, used):
            self._hold(lease, claim, self._held(lease, claim)[0] + claim.each * tokens, amount)
        return Taken(tokens, self._warnings(claims))

    def use(self, lease: str, claims: tuple[Claim, ...], used: tuple[Decimal, ...]) -> None:
        """Notes what was used of what is held, for the case that this process dies."""
        for claim, amount in _once(claims, used):
            self._hold(lease, claim, self._held(lease, claim)[0], amount)

    def settle(self, lease: str, claims: tuple[Claim, ...], spent: tuple[Decimal, ...]) -> tuple[Warned, ...]:
        """The end of a lease: what was spent counts, whatever was held is free."""
        for claim, amount in _once(claims, spent):
            self._hold(lease, claim, ZERO, ZERO)
            self._spend(claim.counter, claim.period, amount)
        self._db.execute("DELETE FROM held WHERE lease = ?", [lease])
        return self._warnings(claims)

    def free_the_dead(self) -> bool:
        """Frees what owners held who live no more; what they had used is spent. Whether there was any."""
        owners = [row[0] for row in self._db.execute("SELECT DISTINCT owner FROM held")]
        dead = [owner for owner in owners if not self._owner.lives(owner)]
        for owner in dead:
            rows = self._db.execute("SELECT name, period, used FROM held WHERE owner = ?", [owner]).fetchall()
            for name, period, used in rows:
                self._spend(name, period, Decimal(used))
            self._db.execute("DELETE FROM held WHERE owner = ?", [owner])
        self._tallies = {}
        return bool(dead)

    # Looking

    def standings(self, counters: tuple[tuple[str, str], ...]) -> tuple[Standing, ...]:
        """How each counter stands in its period."""
        return tuple(self._standing(name, period) for name, period in counters)

    def names(self, period: str, scope: str, end: str) -> tuple[str, ...]:
        """The counters of that period whose names begin and end so."""
        rows = self._db.execute(
            "SELECT name FROM counter WHERE period = ? UNION SELECT name FROM held WHERE period = ?", [period, period]
        )
        return tuple(sorted(row[0] for row in rows if row[0].startswith(f"{scope}:") and row[0].endswith(f" {end}")))

    def _standing(self, name: str, period: str) -> Standing:
        tally = self._tally(name, period)
        return Standing(name, period, tally.spent, tally.held, tally.used)

    def _tally(self, name: str, period: str) -> "_Tally":
        if (name, period) not in self._tallies:
            self._tallies[name, period] = self._counted(name, period)
        return self._tallies[name, period]

    def _counted(self, name: str, period: str) -> "_Tally":
        row = self._db.execute("SELECT spent FROM counter WHERE name = ? AND period = ?", [name, period]).fetchone()
        rows = self._db.execute("SELECT held, used FROM held WHERE name = ? AND period = ?", [name, period]).fetchall()
        held = sum((max(Decimal(each[0]), Decimal(each[1])) for each in rows), ZERO)
        used = sum((Decimal(each[1]) for each in rows), ZERO)
        return _Tally(Decimal(row[0]) if row else ZERO, held, used)

    def _left(self, claim: Claim) -> Decimal:
        standing = self._standing(claim.counter, claim.period)
        return claim.budget.limit - standing.spent - standing.held

    def _room(self, claims: tuple[Claim, ...], *, before: bool) -> tuple[int | None, Claim | None]:
        """For how many tokens of output there is room, -1 if not even for what comes before, and who says so; None
        for any number."""
        rooms = [
            (self._tokens(claim, self._left(claim) - (claim.first if before else ZERO)), claim) for claim in claims
        ]
        bounded = [(room, claim) for room, claim in rooms if room is not None]
        return min(bounded, key=lambda pair: pair[0]) if bounded else (None, None)

    def _tokens(self, claim: Claim, left: Decimal) -> int | None:
        if left < 0:
            return -1
        return int(left // claim.each) if claim.each else None

    def _held(self, lease: str, claim: Claim) -> tuple[Decimal, Decimal]:
        """What is held, and what is used of it."""
        row = self._db.execute(
            "SELECT held, used FROM held WHERE name = ? AND period = ? AND lease = ?",
            [claim.counter, claim.period, lease],
        ).fetchone()
        return (Decimal(row[0]), Decimal(row[1])) if row else (ZERO, ZERO)

    def _hold(self, lease: str, claim: Claim, held: Decimal, used: Decimal) -> None:
        """Instead of what was held. A use of more than is held counts as held."""
        before, tally = self._held(lease, claim), self._tally(claim.counter, claim.period)
        self._db.execute(
            "INSERT INTO held (lease, owner, name, period, held, used) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (name, period, lease) DO UPDATE SET held = excluded.held, used = excluded.used",
            [lease, self._owner.name, claim.counter, claim.period, _text(held), _text(used)],
        )
        tally.held += max(held, used) - max(before)
        tally.used += used - before[1]

    def _spend(self, name: str, period: str, amount: Decimal) -> None:
        tally = self._tally(name, period)
        tally.spent += amount
        self._db.execute(
            "INSERT INTO counter (name, period, spent) VALUES (?, ?, ?)"
            " ON CONFLICT (name, period) DO UPDATE SET spent = excluded.spent",
            [name, period, _text(tally.spent)],
        )

    def _warnings(self, claims: tuple[Claim, ...]) -> tuple[Warned, ...]:
        """Of the budgets that have come to their share, each once in a period, whichever process it is that tells."""
        found = ((claim, self._standing(claim.counter, claim.period)) for claim in claims)
        return tuple(
            Warned(claim, standing.spent + standing.used)
            for claim, standing in found
            if standing.spent + standing.used >= claim.budget.limit * claim.budget.warn and self._first_told(claim)
        )

    def _first_told(self, claim: Claim) -> bool:
        key = [f"{claim.budget.id} {claim.budget.limit}", claim.counter, claim.period]
        return self._db.execute("INSERT INTO told VALUES (?, ?, ?) ON CONFLICT DO NOTHING", key).rowcount > 0


def _slice(room: int | None, least: int, most: int) -> int:
    return most if room is None else min(most, max(least, room // NEAR))


def _once(claims: tuple[Claim, ...], amounts: tuple[Decimal, ...]) -> tuple[tuple[Claim, Decimal], ...]:
    """Each counter once, where several budgets look at it, with its amount."""
    pairs = zip(claims, amounts, strict=True)
    return tuple({(claim.counter, claim.period): (claim, amount) for claim, amount in pairs}.values())


def _begin(db: sqlite3.Connection) -> None:
    """Raises `sqlite3.OperationalError` if others keep it for longer than anybody should."""
    when_free(db, "BEGIN IMMEDIATE", BUSY_S, LOOK_AGAIN_S)


def _text(amount: Decimal) -> str:
    return format(amount, "f")
