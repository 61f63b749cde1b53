"""Before the window closes: what is on no disk, and would go with it, is told first."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from widgets.connections import forms
from widgets.frame import Frame
from widgets.labels import tinted
from widgets.main_window import MainWindow
from widgets.sessions.door import SessionDoor
from widgets.sessions.home import SessionHome
from widgets.sheet import Sheet

PATIENCE_MS = 2000
"""How long the engine may take to say that all is on the disk, before the window closes without its word."""


class UnsavedSheet(Sheet):
    """What is not saved, why, and what can be done."""

    elsewhere = Signal()
    anyway = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Not saved", width=520)
        self.what, self.advice, self.said = QLabel(self), QLabel(self), QLabel(self)
        for label in (self.what, self.advice, self.said):
            label.setWordWrap(True)
            self.column.addWidget(label)
        tinted(self.advice, "muted")
        self.save = QPushButton("Save elsewhere…", self)
        self.save.setObjectName("primary")
        self.stay = QPushButton("Go on working", self)
        self.quit = QPushButton("Quit anyway", self)
        row = QHBoxLayout()
        row.addWidget(self.quit)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.save)
        self.column.addSpacing(8)
        self.column.addLayout(row)
        self.save.clicked.connect(self.elsewhere)
        self.stay.clicked.connect(self.dismiss)
        self.quit.clicked.connect(self.anyway)

    def ask(self, what: str, advice: str, *, can_save: bool) -> None:
        self.what.setText(what)
        self.advice.setText(advice)
        self.save.setVisible(can_save)
        self.show_trouble("")
        self.open()

    def show_trouble(self, said: str) -> None:
        forms.say(self.said, said, is_good=False)
        self.said.setVisible(bool(said))
        if self.isVisible():
            self.place()

    def first_focus(self) -> QWidget:
        return self.stay if self.save.isHidden() else self.save


class Leaving(QObject):
    """Decides whether the frame may close; what hinders it is asked of the user."""

    def __init__(self, frame: Frame, window: MainWindow, home: SessionHome, door: SessionDoor) -> None:
        super().__init__(home)
        self._frame, self._window, self._home, self._door = frame, window, home, door
        self._sheet: UnsavedSheet | None = None
        self._is_sure = False
        """Whether the user quits whatever is lost, or the engine has been waited for in vain."""
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(PATIENCE_MS)
        self._waiting.timeout.connect(self._on_silence)
        home.kept.connect(self._on_kept)
        home.saved.connect(self._on_saved)
        home.refused.connect(self._on_refused)
        frame.may_close = self.may_close

    def may_close(self) -> bool:
        home = self._home
        if self._is_sure:
            return True
        home.flush()
        if not home.unkept and not self._is_present_lost:
            return True
        if home.unkept or home.trouble:
            self._ask()
        elif not self._waiting.isActive():
            self._waiting.start()  # a word of the engine is a matter of milliseconds
        return False

    @property
    def _is_present_lost(self) -> bool:
        home = self._home
        is_empty = home.is_untouched and not home.session.draft.text.strip()
        return not (home.is_saved or is_empty or home.is_kept)

    def _ask(self) -> None:
        if self._sheet is None:
            self._sheet = UnsavedSheet(self._window)
            self._sheet.elsewhere.connect(self._door.save_as)
            self._sheet.anyway.connect(self._on_anyway)
            self._window.overlays.hold("unsaved", self._sheet)
        home = self._home
        names = [*([home.name] if self._is_present_lost else []), *home.unkept]
        self._sheet.ask(*_told(names, home.trouble), can_save=self._is_present_lost)
        self._window.announce(self._sheet.what.text())

    def _on_kept(self) -> None:
        """The engine has written, or has tried to."""
        if self._waiting.isActive():
            self._waiting.stop()
            self._frame.close()
        elif self._sheet is not None and self._sheet.isVisible() and not self._home.unkept and self._home.is_kept:
            self._sheet.dismiss()
            self._window.announce("Everything is saved now.")

    def _on_saved(self, _path: str) -> None:
        """Elsewhere, as the sheet has offered: then nothing is in the way any more."""
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.dismiss()
            self._frame.close()

    def _on_refused(self, said: str) -> None:
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.show_trouble(said)

    def _on_anyway(self) -> None:
        assert self._sheet is not None
        self._sheet.dismiss()
        self._is_sure = True
        self._frame.close()

    def _on_silence(self) -> None:
        self._is_sure = True
        self._frame.close()


def _told(names: list[str], trouble: str) -> tuple[str, str]:
    """What is not saved and why; what can be done."""
    quoted = [f"“{_short(name)}”" for name in names]
    which = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    why = f": {trouble}" if trouble else ""
    return (
        f"What was done last in {which} is on no disk{why}. If Abreast quits now, it is lost.",
        "Everything is still here. Once it can be written again, that happens by itself within some seconds."
        + (" The others are among the other sessions (Ctrl+Shift+O)." if len(names) > 1 else ""),
    )


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= 60 else f"{name[:59]}…"
