"""Between the history's sheet, the engine, and the session that is shown."""

from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance

from app.history.wishes import HistoryFacts, HistoryFound, HistoryTold, HistoryWish
from app.session.document import Draft
from app.session.edits import drafted, with_lane_of
from app.session.wishes import OpenSession, ResumeSession, SessionRefused, SessionTold
from widgets.history import HistorySheet
from widgets.main_window import MainWindow
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome


class Sender(Protocol):
    """What is needed of the engine's client."""

    history_told: SignalInstance

    def history(self, wish: HistoryWish) -> None: ...


class Past(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder, engine: Sender) -> None:
        super().__init__(home)
        self._window, self._home, self._binder, self._engine = window, home, binder, engine
        self._sheet: HistorySheet | None = None
        self._wanted = ""
        """The run that is to be shown once its session is there."""
        engine.history_told.connect(self._on_told)
        home.replaced.connect(self._on_replaced)
        home.told.connect(self._on_session_told)

    def open(self) -> None:
        if self._sheet is None:
            self._sheet = HistorySheet(self._window)
            self._sheet.show_kept(self._window.settings().history_days)
            self._sheet.wished.connect(self._engine.history)
            self._sheet.opened.connect(self._on_opened)
            self._sheet.used.connect(self._on_used)
            self._sheet.retained.connect(self._window.memory.keep_history)
            self._window.overlays.hold("history", self._sheet)
        self._sheet.open()

    def show(self, session: str, run: str) -> None:
        """A run of the session that is shown, in its place; of another one, where that one's runs are found."""
        if session == self._home.session.id:
            self._on_opened(session, "", run)
            return
        self.open()
        if self._sheet is not None:
            self._sheet.search.setText(f"session:{session}")

    def _on_told(self, told: HistoryTold) -> None:
        if isinstance(told, HistoryFacts) and told.said and (self._sheet is None or self._sheet.isHidden()):
            self._window.add_strip(told.said, "warning")
        if self._sheet is None:
            return
        match told:
            case HistoryFound():
                self._sheet.show_found(told)
            case HistoryFacts():
                self._sheet.show_facts(told)

    def _on_opened(self, session: str, path: str, run: str) -> None:
        """In its place: the session that is shown, one that was left, or its file."""
        self._wanted = run
        if session == self._home.session.id:
            self._on_replaced()
        elif path:
            self._home.wish(OpenSession(path))
        else:
            self._home.wish(ResumeSession(session))

    def _on_session_told(self, told: SessionTold) -> None:
        """What is not opened is not waited for."""
        if isinstance(told, SessionRefused):
            self._wanted = ""

    def _on_replaced(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if not wanted:
            return
        run = self._home.session.run(wanted)
        if run is None:
            self._window.announce("This session does not hold that run any more; the history still has its texts.")
            return
        if self._binder.place(run.lane) is None:
            if self._window.desk.bench.is_full:
                self._window.announce("The lane of that run is not on the bench, which is full: remove a lane first.")
                return
            self._home.do("putting a lane back", lambda session: with_lane_of(session, run))
            self._binder.show()
        number = self._binder.place(run.lane)
        assert number is not None
        self._binder.go_to(number, run.id)
        if (pane := self._window.grid.pane(number)) is not None:
            self._window.grid.reveal(pane)
            pane.focus()

    def _on_used(self, prompt: str, system: str) -> None:
        """One step that can be undone."""
        before = self._home.session.draft
        draft = Draft(prompt, system, before.variables, before.attachments)
        self._home.do("using a prompt of the history", lambda session: drafted(session, draft))
        self._binder.show()
        if system:
            self._window.composer.show_system(True)
        self._window.composer.prompt.setFocus()
