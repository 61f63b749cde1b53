"""The spool: what is acknowledged is on the disk, whoever dies when; and the database has every row once."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.ledger import spool as spools
from app.ledger.drain import drain_dead, drain_files, drain_living
from app.ledger.questions import AskTotals, Totals
from app.ledger.row import Row
from app.ledger.spool import Spool, read
from app.ledger.store import Store
from tests.app.ledger.made import a_row, many

ROOT = Path(__file__).parents[3]


def waiting(folder: Path) -> list[Row]:
    return [row for path in sorted(folder.glob("*.jsonl")) for row in read(path)[0]]


def test_a_row_is_on_the_disk_when_it_is_acknowledged(folder: Path) -> None:
    spool = Spool(folder)
    rows = many(60)
    for row in rows:
        spool.add((row,)).result(5)
        assert waiting(folder)[-1] == row
    spool.close()
    assert waiting(folder) == rows
    (path,) = folder.glob("*.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_rows_that_come_together_share_a_sync(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def slowly(handle: int) -> None:
        synced.append(handle)
        time.sleep(0.02)

    monkeypatch.setattr(os, "fsync", slowly)
    spool = Spool(folder)
    done = [spool.add((a_row(number),)) for number in range(200)]
    for each in done:
        each.result(5)
    spool.close()
    assert len(synced) < 10
    assert len(waiting(folder)) == 200


def test_nothing_is_made_for_a_process_that_keeps_nothing(folder: Path) -> None:
    spool = Spool(folder)
    spool.add(()).result(0)
    spool.close()
    assert not folder.exists()


def test_a_full_disk_is_told_once_and_what_it_refused_is_written_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    spool = Spool(folder, told.append)
    spool.add((a_row(0),)).result(5)
    monkeypatch.setattr(spools, "AGAIN_S", 0.05)
    real = os.write

    def torn(handle: int, data: memoryview) -> int:
        real(handle, bytes(data[:20]))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", torn)
        late = spool.add((a_row(1),))
        time.sleep(0.3)
        assert told == ["No space left on device"]
        assert not late.done()
    late.result(5)
    spool.close()
    assert told == ["No space left on device", ""]
    assert waiting(folder) == [a_row(0), a_row(1)]


def test_rows_that_never_could_be_written_say_so_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    spool = Spool(tmp_path / "file" / "spool")
    done: Future[None] = spool.add((a_row(),))
    spool.close()
    with pytest.raises(OSError, match="File exists"):
        done.result(0)


def test_torn_and_foreign_lines_are_passed_over_and_kept_aside(folder: Path) -> None:
    spool = Spool(folder)
    spool.add((a_row(0), a_row(1))).result(5)
    spool.close()
    (path,) = folder.glob("*.jsonl")
    whole = path.read_bytes()
    path.write_bytes(b'{"id": 7}\n' + whole + whole[:300])
    kept: list[Row] = []

    def keep(rows: list[Row]) -> int:
        kept.extend(rows)
        return len(rows)

    drained = drain_dead(folder, "", keep)
    assert (drained.new, drained.bad, kept) == (2, 1, [a_row(0), a_row(1)])
    assert [each.name for each in folder.glob("*damaged*")] == [f"{path.stem}.damaged-1.jsonl"]
    assert waiting(folder / "none") == []


def test_the_living_keep_their_spools_and_the_dead_ones_are_drained_once(folder: Path) -> None:
    store = Store(folder)
    where = folder / "spool"
    living, dead = Spool(where), Spool(where)
    living.add((a_row(0), a_row(1))).result(5)
    dead.add((a_row(2),)).result(5)
    dead.close()
    assert drain_dead(where, "", store.keep).new == 1
    assert drain_living(where, "", store.keep).new == 2
    assert drain_living(where, "", store.keep).new == 0
    living.add((a_row(3),)).result(5)
    assert drain_files(living.rotate().result(5), store.keep).new == 1
    living.close()
    assert list(where.iterdir()) == []
    totals = store.answer(AskTotals(()))
    store.close()
    assert isinstance(totals, Totals)
    assert totals.lines[0].attempts == 4


def test_large_spools_are_cut_so_that_anybody_can_take_what_is_closed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "FILE_BYTES", 5000)
    spool = Spool(folder)
    for row in many(20):
        spool.add((row,)).result(5)
    files = spools.files_of(folder, spool.name)
    assert len(files) > 3
    kept: set[str] = set()

    def keep(rows: list[Row]) -> int:
        before = len(kept)
        kept.update(row.id for row in rows)
        return len(kept) - before

    assert drain_living(folder, "", keep).new == 20
    assert spools.files_of(folder, spool.name) == files[-1:]
    assert drain_files((*files, *spool.rotate().result(5)), keep).new == 0
    spool.close()
    assert list(folder.iterdir()) == []


def test_a_run_that_begins_stops_the_draining(folder: Path) -> None:
    spool = Spool(folder)
    spool.add(tuple(many(1200))).result(5)
    came: list[int] = []

    def keep(rows: list[Row]) -> int:
        came.append(len(rows))
        return len(rows)

    files = spool.rotate().result(5)
    drained = drain_files(files, keep, lambda: len(came) < 1)
    spool.close()
    assert (drained.new, drained.is_whole, came) == (500, False, [500])
    assert len(waiting(folder)) == 1200


WRITES = """
import os, sys
from pathlib import Path
from app.ledger.spool import Spool
from tests.app.ledger.made import a_row
spool = Spool(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    done = [spool.add((a_row(number + n),)) for n in range(3)]
    for each in done:
        each.result()
    number += 3
    os.write(1, f"{number}\\n".encode())
"""


def killed_while_it_writes(folder: Path, first: int, after_s: float) -> int:
    """The number up to which it was told that all is kept."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITES, str(folder), str(first)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    told = child.stdout.readline()
    time.sleep(after_s)
    child.send_signal(signal.SIGKILL)
    told += child.stdout.read()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    return int(told.rpartition("\n")[0].rpartition("\n")[2])


def no_row_is_lost(folder: Path, kills: int) -> None:
    store = Store(folder)
    acknowledged: set[str] = set()
    for kill in range(kills):
        first = kill * 1_000_000
        last = killed_while_it_writes(folder / "spool", first, 0.02 + kill % 7 * 0.013)
        acknowledged |= {a_row(number).id for number in range(first, last)}
        drain_dead(folder / "spool", "", store.keep)
    totals = store.answer(AskTotals(()))
    assert isinstance(totals, Totals)
    with store._engine.begin() as connection:
        there = {row[0] for row in connection.exec_driver_sql("SELECT id FROM attempt")}
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.close()
    assert len(acknowledged) > kills
    assert acknowledged - there == set()
    assert totals.lines[0].attempts == len(there)
    assert list((folder / "spool").iterdir()) == []


def test_a_process_that_is_killed_has_lost_no_acknowledged_row(folder: Path) -> None:
    no_row_is_lost(folder, 4)


@pytest.mark.long
def test_two_hundred_killed_processes_have_lost_none(folder: Path) -> None:
    no_row_is_lost(folder, 200)


DRAINS = """
import os, sys
from pathlib import Path
from app.ledger.drain import drain_dead
from app.ledger.store import Store
store = Store(Path(sys.argv[1]))
os.write(1, b"open\\n")
drain_dead(Path(sys.argv[1]) / "spool", "", store.keep)
"""


def test_a_process_that_is_killed_while_it_drains_leaves_the_rest_to_the_next(folder: Path) -> None:
    rows = [a_row(number, input=number) for number in range(6000)]
    for start in (0, 3000):
        spool = Spool(folder / "spool")
        spool.add(tuple(rows[start : start + 3000])).result(5)
        spool.close()
    for after_s in (0.05, 0.2):
        child = subprocess.Popen(
            [sys.executable, "-c", DRAINS, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        time.sleep(after_s)
        child.kill()
        child.stdout.close()
        child.wait()
    store = Store(folder)
    drain_dead(folder / "spool", "", store.keep)
    totals = store.answer(AskTotals(()))
    store.close()
    assert isinstance(totals, Totals)
    assert totals.lines[0].attempts == 6000
    assert totals.lines[0].tokens.input == sum(row.input or 0 for row in rows)
