"""A ledger's file that was damaged, left open by a crash, written by an older version, or has no room."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from app.cli import main
from app.ledger import care
from app.ledger.drain import drain_dead
from app.ledger.errors import LedgerError
from app.ledger.place import FILE, SPOOL
from app.ledger.questions import AskFacts, AskRows, AskTotals, Facts, Rows, Totals, Where
from app.ledger.row import Row
from app.ledger.store import Store
from tests.app.ledger.made import many


def ledger(folder: Path, count: int = 300) -> list[Row]:
    rows = many(count)
    store = Store(folder)
    for start in range(0, count, 100):
        store.keep(rows[start : start + 100])
    store.close()
    return rows


def kept(store: Store) -> dict[str, Row]:
    found = store.answer(AskRows(Where(practice=True), limit=100_000))
    assert isinstance(found, Rows)
    return {row.id: row for row in found.rows}


def overwritten(path: Path, at: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * length)


def test_rows_of_a_damaged_ledger_are_taken_over(folder: Path) -> None:
    rows = ledger(folder)
    path = folder / FILE
    overwritten(path, path.stat().st_size // 2, 3 * 4096)
    before = path.read_bytes()
    store = Store(folder)
    try:
        if not store.said:  # what is damaged is found when it is read
            store.answer(AskTotals((), Where(since_us=1, practice=True)))
            store.keep(many(400)[300:])
            list(kept(store))
        assert store.said.startswith("The ledger was damaged and is kept as ledger.damaged-1.sqlite3; ")
        drain_dead(folder / SPOOL, "", store.keep)
        found = kept(store)
        whole = {row.id: row for row in (*rows, *many(400))}
        assert len(found) > 200
        assert all(found[id_] == whole[id_] for id_ in found), "what is there is as it was"
        (line,) = _totals(store).lines
        assert line.attempts == len(found), "sums are made anew"
    finally:
        store.close()
    assert (folder / "ledger.damaged-1.sqlite3").read_bytes()[: len(before)] == before, "it stays as it is"


def test_the_command_line_tells_of_it_and_counts_what_was_taken_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(folder.parent))
    monkeypatch.delenv("ABREAST_LEDGER", raising=False)
    ledger(folder)
    overwritten(folder / FILE, (folder / FILE).stat().st_size // 2, 3 * 4096)
    (folder / f"{FILE}-wal").write_bytes(b"\0" * 32)
    assert main(["ledger", "--by", "vendor", "--practice", "--since", "2020"]) == 0
    said = capsys.readouterr()
    assert "The ledger was damaged and is kept as ledger.damaged-1.sqlite3" in said.err
    assert "openai" in said.out


def _totals(store: Store) -> Totals:
    found = store.answer(AskTotals((), Where(practice=True)))
    assert isinstance(found, Totals)
    return found


@pytest.mark.parametrize("content", [b"", b"no database " * 500, b"SQLite format 3\0" + b"\xff" * 9000])
def test_what_is_no_database_is_set_aside(folder: Path, content: bytes) -> None:
    folder.mkdir(mode=0o700)
    (folder / FILE).write_bytes(content)
    store = Store(folder)
    assert store.keep(many(5)) == 5
    store.close()
    assert bool(store.said) == bool(content)
    if content:
        assert "a new one was begun" in store.said
        assert (folder / "ledger.damaged-1.sqlite3").read_bytes() == content


WRITE = """
import os, sys
from pathlib import Path
from app.ledger.store import Store
from tests.app.ledger.made import many
store = Store(Path(sys.argv[1]))
store.keep(many(200))
print("kept", flush=True)
sys.stdin.read()
"""


def crashed(folder: Path) -> None:
    """A process keeps rows, and is killed before it could close the ledger."""
    command = [sys.executable, "-c", WRITE, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"kept\n"
        os.kill(process.pid, signal.SIGKILL)


def test_after_a_crash_it_is_looked_through_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed(folder)
    looked: list[Path] = []
    is_whole = care.is_whole
    monkeypatch.setattr(care, "is_whole", lambda path: looked.append(path) or is_whole(path))  # type: ignore[func-returns-value]
    for _ in range(2):
        store = Store(folder)
        assert len(kept(store)) == 200
        beside = Store(folder)  # a second window, while the log of the first is there
        assert len(kept(beside)) == 200
        beside.close()
        store.close()
        assert store.said == ""
    assert looked == [folder / FILE]


def test_damage_that_a_crash_has_left_is_found_before_it_is_asked(folder: Path) -> None:
    ledger(folder, 2_000)
    path = folder / FILE
    overwritten(path, path.stat().st_size - 20 * 4096, 100)
    (folder / f"{FILE}-wal").write_bytes(b"\0" * 32)
    store = Store(folder)
    assert store.said.startswith("The ledger was damaged")
    assert drain_dead(folder / SPOOL, "", store.keep).is_whole
    (line,) = _totals(store).lines
    assert 1_900 < line.attempts <= 2_000
    store.close()


def test_before_its_tables_change_it_is_copied(folder: Path) -> None:
    rows = ledger(folder, 50)
    with sqlite3.connect(folder / FILE) as old:
        old.execute("ALTER TABLE attempt DROP COLUMN fingerprint")
    old.close()
    for _ in range(2):
        store = Store(folder)
        assert len(kept(store)) == len(rows)
        store.close()
    (copy,) = folder.glob("ledger.before-*")
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as db:
        assert db.execute("SELECT count(*) FROM attempt").fetchone() == (50,)
        assert "fingerprint" not in [name for _, name, *_ in db.execute("PRAGMA table_info(attempt)")]
    db.close()


def test_without_a_copy_nothing_is_changed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger(folder, 5)
    with sqlite3.connect(folder / FILE) as old:
        old.execute("ALTER TABLE attempt DROP COLUMN fingerprint")
    old.close()
    before = (folder / FILE).read_bytes()

    def full(_: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(care, "copied", full)
    with pytest.raises(LedgerError, match="No space left on device"):
        Store(folder)
    assert (folder / FILE).read_bytes() == before


def test_a_full_disk_is_told_and_damages_nothing(folder: Path) -> None:
    rows = ledger(folder, 100)
    store = Store(folder)
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._engine.dispose()

    @event.listens_for(store._engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(LedgerError, match="database or disk is full"):
        store.keep(many(1_100)[100:])
    assert kept(store).keys() == {row.id for row in rows}
    facts = store.answer(AskFacts())
    assert isinstance(facts, Facts)
    assert (facts.rows, store.said) == (100, "")
    store.close()
