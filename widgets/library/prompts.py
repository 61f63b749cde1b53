"""Between the library's sheet, the engine, and the draft that is being written."""

from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace
from PySide6.QtCore import QObject, SignalInstance

from app.library.document import Version
from app.library.wishes import LibraryTold, LibraryWish
from app.session.document import Draft
from app.session.edits import drafted
from app.session.making import new_id, now
from widgets.main_window import MainWindow
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from widgets.library.sheet import LibrarySheet

MOST_NAME = 48


class Sender(Protocol):
    """What is needed of the engine's client."""

    library_told: SignalInstance

    def library(self, wish: LibraryWish) -> None: ...


class PromptLibrary(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder, engine: Sender) -> None:
        super().__init__(home)
        self._window, self._home, self._binder, self._engine = window, home, binder, engine
        self._sheet: LibrarySheet | None = None
        engine.library_told.connect(self._on_told)
        window.composer.library.clicked.connect(self.open)
        window.add_doer("library", self.open)
        window.add_doer("keep_prompt", self.keep)

    @property
    def sheet(self) -> "LibrarySheet":
        """Made when it is first wanted."""
        if self._sheet is None:
            from widgets.library.sheet import LibrarySheet

            self._sheet = LibrarySheet(self._window)
            self._sheet.wished.connect(self._engine.library)
            self._sheet.used.connect(self._on_used)
            self._window.overlays.hold("library", self._sheet)
        return self._sheet

    def open(self) -> None:
        self.sheet.open()

    def keep(self) -> None:
        """The draft, as a new prompt of the library."""
        draft, _ = self._binder.draft()
        if not draft.text.strip():
            self._window.composer.say("There is nothing to keep yet: write a prompt first.", problem=True)
            return
        version = Version(new_id(), now(), draft.text, draft.system)
        known = {name: each for name, each in draft.variables.items() if name in version.names}
        self.sheet.open()
        self.sheet.begin(name=_name(draft.text), version=replace(version, variables=known))

    def _on_told(self, told: LibraryTold) -> None:
        if self._sheet is not None and not self._sheet.isHidden():
            self._sheet.show_told(told)
        elif told.said and not told.is_good:
            self._window.add_strip(told.said, "warning")

    def _on_used(self, _id: str, version: Version) -> None:
        """One step that can be undone."""
        before = self._home.session.draft
        draft = Draft(version.text, version.system, before.variables | version.variables, before.attachments)
        self._home.do("using a prompt of the library", lambda session: drafted(session, draft))
        self._binder.show()
        if version.system and not self._window.composer.system_is_shown:
            self._window.composer.show_system(True)
        form = self._window.composer.form
        empty = next((name for name in version.names if not draft.variables.get(name)), "")
        if form is not None and empty:
            form.focus_on(empty)
        else:
            self._window.composer.prompt.setFocus()


def _name(text: str) -> str:
    """Its first line, as long as a name may be."""
    line = text.strip().split("\n")[0].strip()
    return line if len(line) <= MOST_NAME else f"{line[: MOST_NAME - 1].rstrip()}…"
