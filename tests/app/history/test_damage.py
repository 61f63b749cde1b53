"""A history that something has damaged: never a crash, never a hang, nothing thrown away. `-m long` tries 500 more."""

import random
import sqlite3
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.history.entry import Query
from app.history.store import FILE, History, HistoryError
from tests.app.history.test_history import an_entry

RUNS = 60
MOST_S = 5.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    history = History(folder)
    for n in range(RUNS):  # one by one: the index has many pieces, as it has in life
        history.keep([an_entry(n, answer=f"same words {n} " * 40)])
    history.close()
    return (folder / FILE).read_bytes()


def damaged(data: bytes, seed: int) -> bytes:
    rng, made = random.Random(seed), bytearray(data)
    match seed % 4:
        case 0:  # bits
            for _ in range(rng.choice((1, 10, 100))):
                made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
        case 1:  # bits of the first page: the header and the list of tables
            for _ in range(rng.choice((1, 3, 10))):
                made[rng.randrange(16, 4096)] ^= 1 << rng.randrange(8)
        case 2:  # cut off
            del made[rng.randrange(len(made)) :]
        case _:  # a lost block
            start = rng.randrange(len(made))
            made[start : start + 4096] = bytes(len(made[start : start + 4096]))
    return bytes(made)


def use(folder: Path, data: bytes) -> None:
    (folder / FILE).write_bytes(data)
    began = time.perf_counter()
    try:
        history = History(folder)
    except HistoryError as error:
        assert len(str(error)) > 10  # noqa: PT017
        assert (folder / FILE).read_bytes() == data, "it is left as it is"
        return
    try:
        for query in (Query(), Query(words=("same",)), Query(words=("ame wor",)), Query(outcome="done")):
            history.search(query)
        history.keep([an_entry(999)])
        assert history.entry("r999") is not None
        history.delete(["r3"])
    except (HistoryError, sqlite3.Error) as error:
        assert str(error)  # noqa: PT017
    finally:
        history.close()
    assert time.perf_counter() - began < MOST_S
    if history.said:
        assert any(path.name.startswith("history.damaged-1") for path in folder.iterdir())


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_history_is_no_crash(tmp_path: Path, whole: bytes, seed: int) -> None:
    use(tmp_path, damaged(whole, seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40, 540))
def test_five_hundred_damaged_histories_are_no_crash(tmp_path: Path, whole: bytes, seed: int) -> None:
    use(tmp_path, damaged(whole, seed))


def test_what_can_be_read_of_a_damaged_history_is_taken_over(tmp_path: Path, whole: bytes) -> None:
    (tmp_path / FILE).write_bytes(whole)
    db = sqlite3.connect(tmp_path / FILE)
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'words_data'").fetchone()
    db.close()
    made = bytearray(whole)
    made[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096  # the index, which can be made anew
    (tmp_path / FILE).write_bytes(made)
    history = History(tmp_path)
    history.search(Query(words=("same",)))
    assert history.said == (
        f"The history was damaged and is kept as history.damaged-1.sqlite3; {RUNS} runs of it could be taken over."
    )
    assert len(history.search(Query(words=("same",)), 100).hits) == RUNS
    assert (tmp_path / "history.damaged-1.sqlite3").read_bytes() == made
    history.delete_all()
    assert not (tmp_path / "history.damaged-1.sqlite3").exists(), "deleted is deleted"
    history.close()


def test_a_text_whose_bytes_are_damaged_is_shown_as_far_as_it_is_one(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.keep([replace(an_entry(), answer="before MARK after")])
    history.close()
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data.replace(b"MARK", b"M\xff\xfeK"))
    history = History(tmp_path)
    (hit,) = history.search(Query()).hits
    assert hit.entry.answer == "before M\ufffd\ufffdK after"
    history.close()
