"""Session files that something has damaged, or someone has made to do harm: a sentence that names the file and the
reason, and the file as it was. `-m long` tries 500 more, and large ones."""

import hashlib
import json
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest

from app.session.codec import MOST_BYTES, SessionError, to_bytes, to_tree
from app.session.journal import Journal, JournalError, More, Running, read
from app.session.store import SessionStore
from tests.app.session.samples import a_long_session, a_session
from tests.app.session.test_store import live

MOST_S = 5.0


def whole() -> bytes:
    return to_bytes(a_session())


def bits(data: bytes, rng: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 30))):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def block(data: bytes, rng: random.Random) -> bytes:
    """Zeros where a disk has lost a block."""
    start = rng.randrange(0, len(data), 512)
    return data[:start] + bytes(len(data[start : start + 512])) + data[start + 512 :]


def swapped(data: bytes, rng: random.Random) -> bytes:
    """Lines in another order, or twice, as after a merge that went wrong."""
    lines = data.splitlines(keepends=True)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a] = lines[b]
    return b"".join(lines)


def value(data: bytes, rng: random.Random) -> bytes:
    """Another value in one place of the tree."""
    tree: Any = json.loads(data)
    place, holder, key = tree, None, None
    while isinstance(place, dict | list) and place and rng.random() < 0.9:
        holder, key = place, rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
        place = holder[key]
    if holder is not None:
        holder[key] = rng.choice(STRANGE)
    return json.dumps(tree).encode("utf-8", "surrogatepass")


STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 70, -(1 << 70), 1e308, float("nan"), float("inf"), "", "\ud800", "\0", "x" * 100_000, [],
    {}, [[]] * 3, {"id": None}, "../../../etc/passwd", "'; DROP TABLE run; --", "{{x}}", "9" * 5_000,
)  # fmt: skip
WAYS = (bits, cut, block, swapped, value)


def refused_or_read(path: Path, data: bytes) -> str:
    """Opens the file as the window does; the sentence if it is refused."""
    path.write_bytes(data)
    before = path.stat().st_mtime_ns, hashlib.sha256(data).digest()
    store, began = SessionStore(path.parent / "data"), time.process_time()
    said = ""
    try:
        opened = store.open(path)
    except SessionError as error:
        said = str(error)
        assert said.startswith(f"{path.name} "), said
        assert len(said) < 400, said
        assert said.isprintable(), said
        assert time.process_time() - began < MOST_S
    else:
        assert time.process_time() - began < MOST_S
        assert to_bytes(opened.session), "what can be opened can be saved"
    finally:
        store.end_all()
    assert (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).digest()) == before
    return said


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    refused_or_read(tmp_path / "mine.abreast", WAYS[seed % len(WAYS)](whole(), rng))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40, 540))
def test_five_hundred_damaged_files_are_told_and_left_as_they_are(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    refused_or_read(tmp_path / "mine.abreast", WAYS[seed % len(WAYS)](whole(), rng))


HOSTILE = [
    b"", b" ", b"\xef\xbb\xbf", b"\xff\xfe{\x00}\x00", b"null", b"true", b"0", b'""', b"[]", b"{}", b"[1,]", b'{"a":}',
    b"{'a': 1}", b"[1]x", b"[,1]", b'{"a":1,}', b"[0x1]", b"[01]", b"[1.]", b"[.5]", b"[1e]", b"[NaN]", b"[-Infinity]",
    b'["\t"]', b'["\\x"]', b'["\\u12"]', b'["\\ud800"]', b'["\xed\xa0\x80"]', b'["\xc0\xaf"]', b'["a\x00b"]', b"[\x00]",
    b"{" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"\x00" * 4096,
    b'{"format": "abreast-session", "version": 99999999999999999999}', b'{"format": "abreast-session", "version": 1.0}',
    b'{"format": "abreast-session", "version": true}', b'{"format": "abreast-session", "version": 1}',
    b'{"format": "abreast-session", "version": 1, "id": "../../x"}',
    b'{"format": "abreast-session", "version": 1, "id": "a", "id": "b"}', b"PK\x03\x04", b"\x1f\x8b\x08", b"%PDF-1.7",
    b"SQLite format 3\x00", b"<!doctype html>", b"---\n- yaml: 1\n",
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_session_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refused_or_read(tmp_path / "mine.abreast", data)


def deep(depth: int) -> bytes:
    """Nesting in a place where anything may stand."""
    tree = to_tree(a_session())
    tree["later"] = "HERE"
    return json.dumps(tree).encode().replace(b'"HERE"', b"[" * depth + b"]" * depth)


@pytest.mark.parametrize("depth", [50, 98, 99, 900, 20_000])
def test_nesting_is_kept_or_refused(tmp_path: Path, depth: int) -> None:
    said = refused_or_read(tmp_path / "mine.abreast", deep(depth))
    assert said in ("", "mine.abreast is nested too deeply")
    assert bool(said) == (depth >= 100)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "a\0b", "con", ".", "", "x" * 5_000, "\u202egnp.exe"],
)
def test_names_of_attachments_are_names_and_never_paths(tmp_path: Path, name: str) -> None:
    tree = to_tree(a_session())
    tree["prompts"][0]["draft"]["attachments"][0]["name"] = name
    before = {each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*")}
    refused_or_read(tmp_path / "mine.abreast", json.dumps(tree).encode())
    new = {each.relative_to(tmp_path).as_posix() for each in tmp_path.rglob("*")} - before
    assert all(re.fullmatch(r"mine\.abreast|data(/recovery(/5e55\.(lock|journal))?)?", each) for each in new), new


@pytest.mark.long
def test_a_hundred_megabytes_are_read_or_refused_in_time(tmp_path: Path) -> None:
    session = to_bytes(a_long_session(3_300))
    assert len(session) > 100_000_000
    assert refused_or_read(tmp_path / "long.abreast", session) == ""
    assert refused_or_read(tmp_path / "cut.abreast", session[:-100]) == "cut.abreast is no JSON: it ends in the middle"
    assert refused_or_read(tmp_path / "zeros.abreast", bytes(100_000_000)).startswith("zeros.abreast is no JSON")
    assert refused_or_read(tmp_path / "deep.abreast", b"[" * 100_000_000) == "deep.abreast is nested too deeply"
    with (tmp_path / "huge.abreast").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(SessionError, match=r"huge\.abreast is larger than 512 MiB, and no session is"):
        SessionStore(tmp_path / "data").open(tmp_path / "huge.abreast")


# The recovery copy


def a_journal(path: Path) -> bytes:
    journal = Journal(path)
    journal.restart(a_session(), None)
    journal.append([Running(live())])
    for n in range(30):
        journal.append([More("r9", 1, f"{n} ")])
    journal.close()
    return path.read_bytes()


def recovered_or_refused(folder: Path, seed: int) -> None:
    rng, path = random.Random(seed), folder / "recovery" / "5e55.journal"
    data = (bits, cut, block)[seed % 3](a_journal(path), rng)
    path.write_bytes(data)
    try:
        found = read(path)
    except JournalError as error:
        assert str(error) in ("it holds no session", "it was written by a newer Abreast")  # noqa: PT017
    else:
        assert found.session is not None
        assert to_bytes(found.session)
    store = SessionStore(folder)
    for left in store.left():
        store.resume(left.id)
    store.end_all()


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_recovery_copy_gives_back_what_can_be_read(tmp_path: Path, seed: int) -> None:
    recovered_or_refused(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30, 530))
def test_five_hundred_damaged_recovery_copies(tmp_path: Path, seed: int) -> None:
    recovered_or_refused(tmp_path, seed)
