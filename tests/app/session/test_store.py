"""Open sessions and their recovery copies: what was told is there after any end."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app import whole_file
from app.session import backups
from app.session.change import between, whole
from app.session.codec import SessionError, from_bytes, to_bytes
from app.session.document import Draft, Prompt, Session
from app.session.edits import drafted, ran, thought, without_run
from app.session.files import ElsewhereError
from app.session.journal import Journal, More, read
from app.session.live import LOST, LiveRun
from app.session.store import SessionStore
from tests.app.session.samples import a_run, a_session

MADE: list[SessionStore] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """What tests leave open is closed, as the end of a process does."""
    yield
    for store in MADE:
        for opened in store._open.values():
            opened.journal.close()
            opened.lock.release()
    MADE.clear()


def made(folder: Path) -> SessionStore:
    MADE.append(SessionStore(folder))
    return MADE[-1]


def live(id_: str = "r9") -> LiveRun:
    session = a_session()
    return LiveRun(id_, Prompt("p9", "2026-11-24T10:05:00.000Z", Draft("More")), 1, "r3", "2026-11-24T10:05:00.000Z",
                   session.lanes[0].spec)  # fmt: skip


def crashed(store: SessionStore, folder: Path) -> SessionStore:
    """What another process finds after this one was killed: its locks are gone, its files are as they are."""
    for opened in store._open.values():
        opened.lock.release()
    return made(folder)


def test_all_that_was_told_is_there_after_a_crash(tmp_path: Path) -> None:
    store, session = made(tmp_path), a_session()
    store.begin(session)
    changed = thought(drafted(session, Draft("Something else")), "r1", session.runs[0].opinion)
    store.change(session.id, between(session, changed))
    run = a_run("r9", "p9", after="r3")
    store.running(session.id, [live()])
    store.ran(session.id, live().prompt, run)
    after = crashed(store, tmp_path)
    (left,) = after.left()
    assert (left.id, left.title, left.runs, left.is_dirty, left.cut_off) == ("5e55", "Cats & dogs", 5, True, 0)
    opened = after.resume(left.id)
    assert opened.session == ran(changed, live().prompt, run)
    assert (opened.path, opened.is_dirty, opened.cut_off) == ("", True, ())


def test_an_answer_that_was_streaming_is_kept_as_cut_off(tmp_path: Path) -> None:
    store, session = made(tmp_path), a_session()
    store.begin(session)
    store.running(session.id, [live(), live("r10")])
    store.more(session.id, [More("r9", 1, "One ", "Hm. "), More("r10", 1, "Nothing of ")])
    store.more(session.id, [More("r9", 1, "two "), More("r10", 2, "this")])
    after = crashed(store, tmp_path)
    opened = after.resume("5e55")
    assert opened.cut_off == ("r9", "r10")
    run, other = opened.session.run("r9"), opened.session.run("r10")
    assert run is not None
    assert other is not None
    assert (run.record.text, run.record.reasoning, run.record.outcome) == ("One two ", "Hm. ", "cut_off")
    assert run.record.error is not None
    assert run.record.error.message == LOST
    assert other.record.text == "this", "what an attempt that was given up had said is void"
    assert opened.session.lanes[0].head == "r10"
    again = crashed(after, tmp_path).resume("5e55")
    assert again.session == opened.session
    assert again.cut_off == (), "told once"


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    store, session = made(tmp_path), a_session()
    store.begin(session)
    store.change(session.id, between(session, drafted(session, Draft("kept"))))
    path = tmp_path / "recovery" / "5e55.journal"
    whole_file = path.read_bytes()
    for cut in range(len(whole_file) - 300, len(whole_file), 7):
        path.write_bytes(whole_file[:cut])
        assert read(path).session in (session, drafted(session, Draft("kept")))


def test_a_run_that_is_deleted_and_brought_back_stands_where_it_stood(tmp_path: Path) -> None:
    store, session = made(tmp_path), a_session()
    store.begin(session)
    without = without_run(session, "r1")
    store.change(session.id, between(session, without))
    assert store.session(session.id) == without
    store.change(session.id, between(without, session))
    assert store.session(session.id) == session
    assert crashed(store, tmp_path).resume(session.id).session == session


def test_a_saved_session_is_its_file(tmp_path: Path) -> None:
    store, session, path = made(tmp_path / "data"), a_session(), tmp_path / "mine.abreast"
    store.begin(session)
    store.save(session.id, path)
    assert path.read_bytes() == to_bytes(session)
    assert path.stat().st_mode & 0o777 == 0o600
    after = crashed(store, tmp_path / "data")
    (left,) = after.left()
    assert (left.path, left.is_dirty) == (str(path), False)
    opened = after.resume(left.id)
    assert (opened.session, opened.path, opened.is_dirty) == (session, str(path), False)
    changed = drafted(session, Draft("after"))
    after.change(session.id, between(session, changed))
    last = crashed(after, tmp_path / "data").resume(session.id)
    assert (last.session, last.path, last.is_dirty) == (changed, str(path), True)
    assert from_bytes(path.read_bytes()) == session, "only saving writes it"


def test_a_file_that_someone_else_has_changed_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    store, session, path = made(tmp_path / "data"), a_session(), tmp_path / "mine.abreast"
    store.begin(session)
    store.save(session.id, path)
    theirs = to_bytes(replace(session, title="Theirs"))
    path.write_bytes(theirs)
    store.change(session.id, between(session, drafted(session, Draft("mine"))))
    with pytest.raises(ElsewhereError):
        store.save(session.id, path)
    assert path.read_bytes() == theirs
    store.save(session.id, path, anyway=True)
    assert from_bytes(path.read_bytes()).draft.text == "mine"
    assert theirs in [each.read_bytes() for each in backups.kept(store.backups(session.id))]


def test_two_windows_on_one_file_lose_nothing(tmp_path: Path) -> None:
    session, path = a_session(), tmp_path / "mine.abreast"
    path.write_bytes(to_bytes(session))
    one, two = made(tmp_path / "data"), made(tmp_path / "data")
    first, second = one.open(path), two.open(path)
    assert first.note == ""
    assert second.note == "mine.abreast is open in another window too. Whoever saves second is asked first."
    assert second.session.id != first.session.id
    one.change(session.id, between(session, replace(session, title="One")))
    two.change(second.session.id, between(second.session, replace(second.session, title="Two")))
    one.save(session.id, path)
    with pytest.raises(ElsewhereError):
        two.save(second.session.id, path)
    assert from_bytes(path.read_bytes()).title == "One"
    two.save(second.session.id, tmp_path / "other.abreast")


def test_what_another_window_has_open_is_not_offered(tmp_path: Path) -> None:
    one, two = made(tmp_path), made(tmp_path)
    one.begin(a_session())
    assert two.left() == ()
    one.end("5e55")
    assert [each.id for each in two.left()] == ["5e55"]


def test_an_empty_session_leaves_nothing(tmp_path: Path) -> None:
    store = made(tmp_path)
    store.begin(Session("empty"))
    store.end("empty")
    assert list((tmp_path / "recovery").iterdir()) == []


def test_what_still_runs_is_kept_in_the_session_that_was_left(tmp_path: Path) -> None:
    store, other = made(tmp_path), made(tmp_path)
    store.begin(Session("left"))
    store.running("left", [live("r8"), live("r9")])
    store.end("left")
    store.more("left", [More("r9", 1, "so far")])
    store.ran("left", live("r8").prompt, a_run("r8", prompt=live("r8").prompt.id))
    assert other.left() == (), "it is not let go of yet"
    assert [(each.id, each.runs) for each in store.left()] == [("left", 1)]
    store.ran("left", live("r9").prompt, a_run("r9", prompt=live("r9").prompt.id))
    assert not store.knows("left")
    assert [(each.id, each.runs, each.cut_off) for each in other.left()] == [("left", 2, 0)]
    assert [run.id for run in other.resume("left").session.runs] == ["r8", "r9"]


def test_a_session_that_was_left_is_shown_again_while_it_runs(tmp_path: Path) -> None:
    store = made(tmp_path)
    store.begin(a_session())
    store.running("5e55", [live("r9")])
    store.end("5e55")
    opened = store.resume("5e55")
    assert opened.cut_off == ()
    store.ran("5e55", live("r9").prompt, a_run("r9", prompt=live("r9").prompt.id))
    assert store.session("5e55").run("r9") is not None, "and stays open"


class Failing:
    """fsync on a disk that is full for a while."""

    def __init__(self) -> None:
        self.is_full = False
        self._real = os.fsync

    def __call__(self, handle: int) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        self._real(handle)


def test_a_full_disk_loses_nothing_once_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Failing()
    monkeypatch.setattr(os, "fsync", disk)
    store, session = made(tmp_path), a_session()
    store.begin(session)
    disk.is_full = True
    changed = drafted(session, Draft("while it was full"))
    with pytest.raises(OSError, match="space"):
        store.change(session.id, between(session, changed))
    with pytest.raises(OSError, match="space"):
        store.ran(session.id, live().prompt, a_run("r9", "p9"))
    with pytest.raises(OSError, match="space"):
        store.save(session.id, tmp_path / "mine.abreast")
    assert not (tmp_path / "mine.abreast").exists()
    assert [each for each in tmp_path.rglob("*") if each.name.startswith(".")] == [], "nothing half-written is left"
    disk.is_full = False
    store.retry(session.id)
    assert crashed(store, tmp_path).resume(session.id).session == ran(changed, live().prompt, a_run("r9", "p9"))


def test_a_journal_that_grows_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.session.journal.LARGE_BYTES", 20_000)
    store, session = made(tmp_path), a_session()
    store.begin(session)
    for n in range(200):
        after = drafted(session, Draft(f"draft {n} " + "x" * 200))
        store.change(session.id, between(session, after))
        session = after
    assert (tmp_path / "recovery" / "5e55.journal").stat().st_size < 80_000
    assert crashed(store, tmp_path).resume(session.id).session == session


def test_a_journal_of_something_else_is_told(tmp_path: Path) -> None:
    store = made(tmp_path)
    (tmp_path / "recovery").mkdir()
    (tmp_path / "recovery" / "bad.journal").write_bytes(b"\x00\xff nothing\n{}\n[]\n")
    data = (tmp_path / "recovery" / "bad.journal").read_bytes()
    with pytest.raises(SessionError, match=r"bad\.journal cannot be recovered: it holds no session"):
        store.resume("bad")
    left, (said,) = store.look()
    aside = tmp_path / "recovery" / "bad.damaged-1.journal"
    assert left == ()
    assert said == (
        f"What was not saved of a session cannot be read: it holds no session. What there is of it is kept as {aside}."
    )
    assert aside.read_bytes() == data
    assert store.look() == ((), ()), "it is told once"


def test_one_that_may_not_be_read_is_told_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = made(tmp_path)
    (tmp_path / "recovery").mkdir()
    path = tmp_path / "recovery" / "bad.journal"
    path.write_bytes(b"whatever")

    def refused(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("app.session.store.read", refused)
    assert store.look()[1] == (f"What was not saved of a session cannot be read: {path}: Permission denied.",)
    assert path.exists()


def test_one_that_was_let_go_of_on_a_full_disk_can_be_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, session = made(tmp_path), a_session()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(whole_file, "write", full)
        for what in (lambda: store.begin(session), lambda: store.end(session.id)):
            with pytest.raises(OSError, match="No space left"):
                what()
        (left,) = store.left()
        assert (left.id, left.runs, left.is_dirty) == (session.id, len(session.runs), True)
        assert store.resume(left.id).session == session
        assert store.left() == ()


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "recovery" / "5e55.journal")
    journal.restart(a_session(), None)
    journal.close()
    data = journal.path.read_bytes().replace(b'"version":1', b'"version":2', 1)
    journal.path.write_bytes(data)
    with pytest.raises(SessionError, match="newer Abreast"):
        made(tmp_path).resume("5e55")
    assert journal.path.read_bytes() == data


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    store = made(tmp_path / "data")
    with pytest.raises(SessionError, match=r"gone\.abreast cannot be read: No such file"):
        store.open(tmp_path / "gone.abreast")
    (tmp_path / "junk.abreast").write_bytes(b"junk")
    with pytest.raises(SessionError, match=r"junk\.abreast is no JSON"):
        store.open(tmp_path / "junk.abreast")
    with pytest.raises(SessionError, match="is no file"):
        store.open(tmp_path)


def test_a_change_says_only_what_changed() -> None:
    session = a_session()
    change = between(session, drafted(session, Draft("x")))
    assert (change.prompts, change.runs, change.blobs, change.order) == ((), (), {}, None)
    added = between(session, ran(session, live().prompt, a_run("r9", "p9")))
    assert ([e.id for e in added.prompts], [e.id for e in added.runs], added.order) == (["p9"], ["r9"], None)
    assert msgspec.json.decode(msgspec.json.encode(whole(session)), type=type(change)) == whole(session)


def unsaved(tmp_path: Path) -> tuple[SessionStore, Path, Session]:
    """A session with a file, and with a change that stands in the recovery copy alone; its program has crashed."""
    store, session, path = made(tmp_path / "data"), a_session(), tmp_path / "mine.abreast"
    store.begin(session)
    store.save(session.id, path)
    changed = drafted(session, Draft("not saved"))
    store.change(session.id, between(session, changed))
    return crashed(store, tmp_path / "data"), path, changed


def test_what_was_not_saved_is_there_when_its_file_is_opened(tmp_path: Path) -> None:
    store, path, changed = unsaved(tmp_path)
    opened = store.open(path)
    assert (opened.session, opened.path, opened.is_dirty) == (changed, str(path), True)
    assert opened.note == "What was not saved of mine.abreast is here again."
    assert store.open(path).session == changed, "also where the window has it open"
    store.save(changed.id, path)
    assert store.open(path).note == ""


def test_what_was_not_saved_stays_beside_a_file_that_is_another_by_now(tmp_path: Path) -> None:
    store, path, changed = unsaved(tmp_path)
    theirs = replace(a_session(), title="Theirs")
    path.write_bytes(to_bytes(theirs))
    opened = store.open(path)
    assert (opened.session, opened.is_dirty) == (theirs, False)
    assert opened.note == "What was not saved of mine.abreast stands among the other sessions."
    (left,) = store.left()
    kept = store.resume(left.id)
    assert kept.session == replace(changed, id=left.id)
    with pytest.raises(ElsewhereError):
        store.save(left.id, path)


def test_a_damaged_recovery_copy_is_never_written_over(tmp_path: Path) -> None:
    store, path, _ = unsaved(tmp_path)
    journal = tmp_path / "data" / "recovery" / "5e55.journal"
    damaged = b"\0" * 100 + journal.read_bytes().replace(b"changed", b"ch\0nged")[100:]
    journal.write_bytes(damaged)
    assert store.open(path).session == a_session()
    assert journal.with_name("5e55.damaged-1.journal").read_bytes() == damaged


def test_answers_that_stream_are_whole_however_often_the_journal_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.session.journal.LARGE_BYTES", 2_000)
    monkeypatch.setattr("app.session.journal.GROWTH", 1)
    store, session = made(tmp_path / "data"), a_session()
    store.begin(session)
    store.running(session.id, [live()])
    for n in range(100):
        store.more(session.id, [More("r9", 1, f"{n} ", "hm ")])
        if n % 30 == 29:
            store.save(session.id, tmp_path / "mine.abreast")
    run = crashed(store, tmp_path / "data").resume(session.id).session.run("r9")
    assert run is not None
    assert run.record.text.split() == [str(n) for n in range(100)]
    assert run.record.reasoning == "hm " * 100


def test_what_streams_while_the_disk_is_full_is_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Failing()
    monkeypatch.setattr(os, "fsync", disk)
    store, session = made(tmp_path), a_session()
    store.begin(session)
    store.running(session.id, [live()])
    store.more(session.id, [More("r9", 1, "before ")])
    disk.is_full = True
    with pytest.raises(OSError, match="space"):
        store.more(session.id, [More("r9", 1, "meanwhile ")])
    disk.is_full = False
    store.more(session.id, [More("r9", 1, "after")])
    run = crashed(store, tmp_path).resume(session.id).session.run("r9")
    assert run is not None
    assert run.record.text == "before meanwhile after"


def test_what_a_window_leaves_while_the_disk_is_full_is_not_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Failing()
    monkeypatch.setattr(os, "fsync", disk)
    store, session = made(tmp_path), a_session()
    store.begin(session)
    disk.is_full = True
    changed = drafted(session, Draft("while it was full"))
    for attempt in (lambda: store.change(session.id, between(session, changed)), lambda: store.end(session.id)):
        with pytest.raises(OSError, match="space"):
            attempt()
    disk.is_full = False
    store.retry(session.id)
    assert not store.knows(session.id)
    assert store.resume(session.id).session == changed


def test_our_own_write_that_failed_at_its_end_is_not_taken_for_someone_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, session, path = made(tmp_path / "data"), a_session(), tmp_path / "mine.abreast"
    store.begin(session)
    store.save(session.id, path)
    changed = drafted(session, Draft("one"))
    store.change(session.id, between(session, changed))
    with monkeypatch.context() as broken:
        broken.setattr("app.whole_file.sync_folder", lambda where: (_ for _ in ()).throw(OSError(5, "I/O error")))
        with pytest.raises(OSError, match="I/O"):
            store.save(session.id, path)
    again = drafted(changed, Draft("two"))
    store.change(session.id, between(changed, again))
    store.save(session.id, path)
    assert from_bytes(path.read_bytes()).draft.text == "two"


def test_a_session_behind_a_link_is_written_where_it_is(tmp_path: Path) -> None:
    store, session = made(tmp_path / "data"), a_session()
    (tmp_path / "real").mkdir()
    (tmp_path / "mine.abreast").symlink_to(tmp_path / "real" / "there.abreast")
    store.begin(session)
    store.save(session.id, tmp_path / "mine.abreast")
    assert (tmp_path / "mine.abreast").is_symlink()
    assert (tmp_path / "real" / "there.abreast").read_bytes() == to_bytes(session)


def test_what_a_crash_left_in_mid_writing_is_swept_away_later(tmp_path: Path) -> None:
    old, new, other = (tmp_path / f".{name}.abreast-new" for name in ("mine-aa", "mine-bb", "notmine-cc"))
    for each in (old, new, other):
        each.write_bytes(b"half")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    whole_file.write(tmp_path / "mine.abreast", b"whole")
    assert sorted(each.name for each in tmp_path.iterdir()) == [new.name, other.name, "mine.abreast"]


def test_a_golden_recovery_copy_of_each_version_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "recovery").mkdir()
    for path in sorted((Path(__file__).parent / "golden").glob("*.journal")):
        (tmp_path / "recovery" / "5e55.journal").write_bytes(path.read_bytes())
        opened = made(tmp_path).resume("5e55")
        assert (opened.session.draft.text, opened.path, opened.cut_off) == ("A later draft", "/x/cats.abreast", ("r9",))
        assert [run.id for run in opened.session.runs] == ["r1", "r2", "r3", "r4", "r10", "r9"]
        assert opened.session.runs[-1].record.text == "One two"
