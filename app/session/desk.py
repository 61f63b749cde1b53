"""Sessions in the engine: carries out what the window wishes of them, in a thread that may wait for the disk."""

import asyncio
import errno
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from app import whole_file
from app.messages import RunOrder
from app.records import RunRecord
from app.run import RunFold
from app.session import backups, files
from app.session.codec import MOST_BYTES, SessionError
from app.session.document import Run, Session
from app.session.files import ElsewhereError
from app.session.making import new_id, run_of, writable
from app.session.onward import Allowed, sent_by
from app.session.scribe import EVERY_S, Scribe
from app.session.store import SessionStore
from app.session.wishes import (
    AskBackups,
    AskSessions,
    BackupsTold,
    BeginSession,
    ChangeSession,
    DiscardSession,
    ExportSession,
    ImportSession,
    LeaveSession,
    OpenBackup,
    Opened,
    OpenSession,
    ResumeSession,
    SaveSession,
    SessionExported,
    SessionKept,
    SessionOpened,
    SessionRefused,
    SessionSaved,
    SessionsLeft,
    SessionTold,
    SessionWish,
)
from app.tasks import Tasks

AGAIN_S = 5.0
"""How long to wait before what could not be written is tried again."""
T = TypeVar("T")
News = Literal["new", "changed", "named"]
"""Of runs: they are new, or are not what they were, or their session has another name or file."""
Kept = Callable[[Session, tuple[Run, ...], str, News], None]


class SessionDesk:
    def __init__(
        self,
        store: SessionStore,
        tasks: Tasks,
        tell: Callable[[SessionTold], None],
        kept: Kept = lambda session, runs, path, news: None,
    ) -> None:
        """`kept` is told of runs that are new or changed, and of all runs of a session that has another name or file,
        with their session and the path of its file."""
        self._store, self._tasks, self._tell, self._kept = store, tasks, tell, kept
        self._thread = ThreadPoolExecutor(1, "sessions")
        self._allowed = Allowed(store.folder)
        self._scribes: dict[int, tuple[str, Scribe]] = {}
        self._numbers: dict[str, int] = {}
        """The last change of each session that was handed in."""
        self._trouble: dict[str, str] = {}
        self._named: dict[str, tuple[str, str]] = {}
        """The title and the file of each session that were told last."""
        self._again: set[str] = set()
        """Sessions that wait to be tried again."""

    def wish(self, wish: SessionWish) -> None:
        """Wishes are carried out in their order."""
        match wish:
            case ChangeSession(id=id_, number=number, change=change):
                self._numbers[id_] = number
                self._write(id_, lambda: self._store.change(id_, change))
                self._do(lambda: self._tell_changed(id_, change.runs))
            case BeginSession(session=session, path=path):
                self._write(session.id, lambda: self._store.begin(session, path))
            case SaveSession():
                self._start(self._save(wish, self._numbers.get(wish.id, 0)), "save")
            case OpenSession(path=path):
                self._start(self._show(lambda: self._store.open(Path(path))), "open")
            case ResumeSession(id=id_):
                self._start(self._show(lambda: self._store.resume(id_)), "resume")
            case OpenBackup(path=path):
                self._start(self._show(lambda: self._copy(Path(path))), "open a backup")
            case AskSessions():
                self._start(self._look(), "sessions left")
            case AskBackups(id=id_):
                self._start(self._tell_backups(id_), "backups")
            case LeaveSession(id=id_):
                self._write(id_, lambda: self._store.end(id_))
            case DiscardSession(id=id_):
                self._start(self._discard(id_), "discard")
            case ExportSession():
                self._start(self._export(wish), "export")
            case ImportSession(path=path):
                self._start(self._show(lambda: self._import(Path(path))), "import")

    # Runs

    def sent(self, orders: tuple[RunOrder, ...]) -> None:
        """These runs begin; those that belong to a session are noted."""
        specs = [each for order in orders if order.live is not None for each in sent_by(order.lane)]
        self._do(lambda: self._allowed.allow(specs))
        by_session: dict[str, list[RunOrder]] = {}
        for order in orders:
            if order.live is not None:
                by_session.setdefault(order.session, []).append(order)
        for id_, of_it in by_session.items():
            lives = [order.live for order in of_it if order.live is not None]
            self._write(id_, partial(self._store.running, id_, lives))

    def follow(self, order: RunOrder, fold: RunFold) -> None:
        """Its answer is written down as it comes."""
        if order.live is None:
            return
        if not self._scribes:
            self._tasks.start(self._scribble(), name="what streams is written down")
        self._scribes[order.run] = (order.session, Scribe(order.live.id, fold))

    def over(self, order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        self._scribes.pop(order.run, None)
        if (live := order.live) is None:
            return
        run = run_of(live.ended(writable(record)), fold)
        id_ = order.session
        self._write(id_, lambda: self._store.ran(id_, live.prompt, run))
        self._do(lambda: self._tell_kept(id_, (run,)))

    async def _scribble(self) -> None:
        while self._scribes:
            await asyncio.sleep(EVERY_S)
            pieces = [(id_, more) for id_, scribe in self._scribes.values() if (more := scribe.more()) is not None]
            for id_ in {id_ for id_, _ in pieces}:
                new = [more for of, more in pieces if of == id_]
                self._write(id_, partial(self._store.more, id_, new))

    # In the thread

    def _write(self, id_: str, what: Callable[[], None]) -> None:
        """What is told of it later holds for what was handed in by now, not for what comes before it is carried out."""
        self._start(self._written(id_, self._numbers.get(id_, 0), what), "session")

    async def _written(self, id_: str, number: int, what: Callable[[], None]) -> None:
        try:
            await self._in_thread(what)
        except KeyError:
            return  # it is not open any more
        except OSError as error:
            self._say(id_, number, _reason(error))
            await self._try_again(id_)
        else:
            self._say(id_, number, "")

    async def _try_again(self, id_: str) -> None:
        """After a while, once, however many things could not be written."""
        if id_ in self._again:
            return
        self._again.add(id_)
        await asyncio.sleep(AGAIN_S)
        self._again.discard(id_)
        if self._trouble.get(id_):
            self._write(id_, lambda: self._store.retry(id_))

    def _say(self, id_: str, number: int, trouble: str) -> None:
        """Trouble is said once, and its end."""
        if trouble and self._trouble.get(id_) == trouble:
            return
        self._trouble[id_] = trouble
        self._tell(SessionKept(id_, number, trouble))

    async def _save(self, wish: SaveSession, number: int) -> None:
        try:
            saved = await self._in_thread(lambda: self._store.save(wish.id, Path(wish.path), anyway=wish.anyway))
        except ElsewhereError:
            why = f"{Path(wish.path).name} was changed by someone else since it was opened here"
            self._tell(SessionSaved(wish.id, wish.path, number, why, is_elsewhere=True))
        except OSError as error:
            why = f"{Path(wish.path).name} could not be saved: {_reason(error)}"
            self._tell(SessionSaved(wish.id, wish.path, number, why))
        except KeyError:
            self._tell(SessionSaved(wish.id, wish.path, number, "The engine does not have this session any more"))
        else:
            self._tell(SessionSaved(wish.id, str(saved.path), number))
            self._do(lambda: self._tell_named(wish.id))

    async def _show(self, open_: Callable[[], Opened]) -> None:
        try:
            opened = await self._in_thread(lambda: self._looked_at(open_()))
            self._tell(SessionOpened(opened))
            self._do(lambda: self._tell_named(opened.session.id))
            if opened.cut_off:  # nobody could tell of these runs when they ended
                runs = tuple(run for run in opened.session.runs if run.id in opened.cut_off)
                self._do(lambda: self._tell_kept(opened.session.id, runs))
        except SessionError as error:
            self._tell(SessionRefused(f"{error}."))
        except OSError as error:
            self._tell(SessionRefused(f"The session cannot be opened: {_reason(error)}."))

    def _looked_at(self, opened: Opened) -> Opened:
        """With what it holds that the user should look at before anything is sent."""
        return replace(opened, onward=self._allowed.unknown(opened.session))

    def _copy(self, path: Path) -> Opened:
        session, _ = files.read(path)
        session = replace(session, id=new_id(), title=session.title)
        self._store.begin(session)
        return Opened(session, is_dirty=True, note=f"This is a copy of what was saved before, of {path.stem}.")

    def _tell_kept(self, id_: str, runs: tuple[Run, ...], news: News = "new") -> None:
        if self._store.knows(id_):
            self._kept(self._store.session(id_), runs, self._store.path(id_), news)

    def _tell_changed(self, id_: str, runs: tuple[Run, ...]) -> None:
        """No run begins in a window: what it tells of is there already, or was deleted by the user."""
        if runs:
            self._tell_kept(id_, runs, "changed")
        self._tell_named(id_)

    def _tell_named(self, id_: str) -> None:
        """Once for each name and file: most changes are of something else."""
        if not self._store.knows(id_) or not (runs := self._store.session(id_).runs):
            return
        name = self._store.session(id_).title, self._store.path(id_)
        if self._named.get(id_) != name:
            self._named[id_] = name
            self._tell_kept(id_, runs, "named")

    def _import(self, path: Path) -> Opened:
        """The first of what the file holds is opened, the others are left beside it."""
        from app.imports.errors import ForeignError  # only now: few will ever import
        from app.imports.foreign import foreign

        try:
            if path.stat().st_size > MOST_BYTES:
                raise SessionError(f"{path.name} is too large to be imported")
            sessions = foreign(path.read_bytes(), path.name)
        except ForeignError as error:
            raise SessionError(str(error).removesuffix(".")) from None
        sessions = tuple(replace(each, id=new_id()) for each in sessions)
        for each in sessions:
            self._store.begin(each)
            self._tell_kept(each.id, each.runs)
        for each in sessions[1:]:
            self._store.end(each.id)
        count = len(sessions)
        note = f"{count} chats were imported; the others are among the other sessions." if count > 1 else ""
        return Opened(sessions[0], is_dirty=True, note=note)

    async def _export(self, wish: ExportSession) -> None:
        from app.export.formats import FORMATS, written

        path, kind = Path(wish.path), wish.format if wish.format in FORMATS else "md"

        def write() -> None:
            whole_file.write(path, written(self._store.session(wish.id), kind))

        try:
            await self._in_thread(write)
        except OSError as error:
            self._tell(SessionRefused(f"{path.name} could not be written: {_reason(error)}."))
        else:
            self._tell(SessionExported(str(path)))

    async def _look(self) -> None:
        self._tell(SessionsLeft(*await self._in_thread(self._store.look)))

    async def _tell_backups(self, id_: str) -> None:
        kept = await self._in_thread(lambda: backups.kept(self._store.backups(id_)))
        self._tell(BackupsTold(id_, tuple(map(str, kept))))

    async def _discard(self, id_: str) -> None:
        try:
            await self._in_thread(lambda: self._store.discard(id_))
        except OSError as error:
            self._tell(SessionRefused(f"The session could not be removed: {_reason(error)}."))
        await self._look()

    def _do(self, what: Callable[[], None]) -> None:
        self._start(self._in_thread(what), "session")

    def _start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> None:
        self._tasks.start(coroutine, name=name)

    async def _in_thread(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)

    async def aclose(self) -> None:
        """What was handed in is still written; then the sessions are let go of."""
        await self._in_thread(self._store.end_all)
        self._thread.shutdown()


def _reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "another Abreast is busy with it and does not come to an end"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "there is no space left on the disk"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "it may not be written to"
        case errno.ENOENT:
            return "it is not there any more"
        case _:
            return error.strerror or type(error).__name__
