"""Before the history's format changes, a copy is kept as it was; what is deleted goes from it, too."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.history import before_migrating
from app.history.schema import VERSION
from app.history.store import FILE, History, HistoryError

GOLDEN = Path(__file__).parent / "golden"
COPY = "history.format-2.sqlite3"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / FILE).write_bytes((GOLDEN / "version-2.sqlite3").read_bytes())
    return tmp_path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT count(*) FROM run").fetchone() == (4,)
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_copy_is_kept_and_can_be_put_back(old: Path) -> None:
    History(old).close()
    assert version(old / FILE) == VERSION
    assert version(old / COPY) == 2
    assert (old / COPY).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in old.iterdir()) == [COPY, FILE], "and nothing else is left"
    os.replace(old / COPY, old / FILE)
    with closing(History(old)) as history:
        assert history.count == 4


def test_none_of_a_new_one(tmp_path: Path) -> None:
    History(tmp_path).close()
    History(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_deleted_goes_with_it(old: Path) -> None:
    with closing(History(old)) as history:
        assert history.delete(["nobody"]) == 0
        assert (old / COPY).exists()
        assert history.delete(["r1"]) == 1
    assert not (old / COPY).exists()


def test_it_goes_when_the_new_format_has_proved_itself(old: Path) -> None:
    History(old).close()
    History(old).close()
    assert (old / COPY).exists()
    os.utime(old / COPY, (0, 0))
    History(old).close()
    assert not (old / COPY).exists()


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), sqlite3.OperationalError("database or disk is full")]
)
def test_without_one_the_history_stays_as_it_is(old: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def full(*_: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("app.history.store.keep_copy", full)
        with pytest.raises(HistoryError, match="no copy could be made of the history"):
            History(old)
    assert version(old / FILE) == 2
    History(old).close()
    assert version(old / FILE) == VERSION


def test_a_copy_of_what_somebody_else_has_changed_is_not_kept(old: Path) -> None:
    History(old).close()
    (old / COPY).unlink()
    with closing(sqlite3.connect(old / FILE)) as db:
        before_migrating.keep_copy(db, old / FILE, 2)
    assert sorted(path.name for path in old.glob("*format*")) == []
