"""The sheets of sessions, each made when it is first wanted."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.session.wishes import Left
from widgets.connections import forms
from widgets.main_window import MainWindow
from widgets.sessions.sheet import BackupsSheet, SessionsSheet
from widgets.sheet import Sheet


class NameSheet(Sheet):
    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Name of the session", width=420)
        self.name = forms.line(self, "Name", "")
        self.keep = QPushButton("Rename", self)
        self.keep.setObjectName("primary")
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.keep)
        self.column.addLayout(row)
        self.name.returnPressed.connect(self._on_named)
        self.keep.clicked.connect(self._on_named)

    def ask(self, title: str, instead: str) -> None:
        """`instead` is what the session is called without a title."""
        self.name.setText(title)
        self.name.setPlaceholderText(instead)
        self.name.selectAll()
        self.open()

    def first_focus(self) -> QWidget:
        return self.name

    def _on_named(self) -> None:
        self.dismiss()
        self.named.emit(self.name.text())


class SessionSheets(QObject):
    resumed = Signal(str)
    """The id of a session that was left is to be opened."""
    opened = Signal(str)
    """The path of a file."""
    discarded = Signal(str)
    browsed = Signal()
    restored = Signal(str)
    """The path of an earlier version."""
    renamed = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._sessions: SessionsSheet | None = None
        self._backups: BackupsSheet | None = None
        self._name: NameSheet | None = None

    def show_sessions(self, left: tuple[Left, ...], recent: tuple[str, ...]) -> None:
        if self._sessions is None:
            self._sessions = SessionsSheet(self._window)
            self._sessions.resume_asked.connect(self.resumed)
            self._sessions.open_asked.connect(self.opened)
            self._sessions.discard_asked.connect(self.discarded)
            self._sessions.browse_asked.connect(self.browsed)
            self._window.overlays.hold("sessions", self._sessions)
        self._sessions.show_sessions(left, recent)
        self._sessions.open()

    def show_backups(self, paths: tuple[str, ...]) -> None:
        if self._backups is None:
            self._backups = BackupsSheet(self._window)
            self._backups.open_asked.connect(self.restored)
            self._window.overlays.hold("backups", self._backups)
        self._backups.show_backups(paths)
        self._backups.open()

    def ask_name(self, title: str, instead: str) -> None:
        if self._name is None:
            self._name = NameSheet(self._window)
            self._name.named.connect(self.renamed)
            self._window.overlays.hold("session name", self._name)
        self._name.ask(title, instead)
