"""How sessions come in and go out: new, open, save, what was left by a start before this one."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from app.session.codec import SUFFIX
from app.session.document import Session
from app.session.edits import titled
from app.session.making import new_id
from app.session.wishes import (
    AskBackups,
    AskSessions,
    BackupsTold,
    DiscardSession,
    ExportSession,
    ImportSession,
    Left,
    OpenBackup,
    Opened,
    OpenSession,
    ResumeSession,
    SessionExported,
    SessionOpened,
    SessionRefused,
    SessionsLeft,
    SessionTold,
    SessionWish,
)
from widgets.main_window import MainWindow
from widgets.sessions.home import UNTITLED, SessionHome
from widgets.sessions.sheets import SessionSheets
from widgets.strip import Strip

FILES = f"Sessions (*{SUFFIX});;All files (*)"
IMPORTS = f"Sessions and chats (*{SUFFIX} *.json *.jsonl *.txt *.sh);;All files (*)"
EXPORTS = {
    "Markdown (*.md)": "md",
    "Web page (*.html)": "html",
    "Table of runs (*.csv)": "csv",
    "JSON Lines of runs (*.jsonl)": "jsonl",
    "JSON of the session (*.json)": "json",
}
MOST_RECENT = 12
NEW = "--new"


class SessionDoor(QObject):
    recent_changed = Signal(object)
    """Paths of files that were opened or saved, the newest first, as a tuple."""
    window_asked = Signal(str)
    """Another window is wanted, for the file at that path; "" for a new session."""

    def __init__(self, window: MainWindow, home: SessionHome, first: str = "", recent: tuple[str, ...] = ()) -> None:
        """`first` is the file that is to be opened at the start; `--new` opens none."""
        super().__init__(home)
        self._window, self._home = window, home
        self._first, self._recent = first, recent
        self._begins = True
        self._wish: Callable[[SessionWish], None] = home.wish
        self.sheets = SessionSheets(window)
        self._trouble: Strip | None = None
        self._elsewhere: Strip | None = None
        self._left: tuple[Left, ...] = ()
        self._unreadable = set[str]()
        self.sheets.resumed.connect(self.resume)
        self.sheets.opened.connect(self.open_path)
        self.sheets.discarded.connect(self.discard)
        self.sheets.browsed.connect(self.open)
        self.sheets.restored.connect(self._on_restored)
        self.sheets.renamed.connect(self.rename)
        home.told.connect(self._on_told)
        home.stated.connect(self._show_state)
        home.saved.connect(self._on_saved)
        home.refused.connect(self._on_refused)
        home.elsewhere.connect(self._on_elsewhere)
        home.troubled.connect(self._on_trouble)
        self._show_state()

    # The start

    def engine_ready(self) -> None:
        """A new engine knows nothing yet. The first one is asked what was left; a later one is told what there is."""
        if not self._begins:
            self._home.tell_whole()
        elif self._first == NEW:
            self._begins = False
            self.new()  # also without the draft of the window before, so that a window nobody used leaves nothing
        elif self._first:
            self._wish(OpenSession(str(Path(self._first).absolute())))
        else:
            self._wish(AskSessions())

    def _begin(self, left: tuple[Left, ...]) -> None:
        """Goes on with the newest session, unless the user has already begun something else."""
        self._begins = False
        if self._home.is_known or not self._home.is_untouched:
            self._home.know()
        elif left:
            self._wish(ResumeSession(left[0].id))
            self._tell_cut_off(left[1:])
        else:
            self._home.know()

    def _tell_cut_off(self, others: tuple[Left, ...]) -> None:
        """Windows that ended with this one: what they had is offered."""
        names = [each.title or (Path(each.path).stem if each.path else UNTITLED) for each in others if each.cut_off]
        if not names:
            return
        what = f"“{names[0]}” was" if len(names) == 1 else f"{len(names)} other sessions were"
        text = f"Abreast ended while answers were streaming. {what} open in other windows, and is kept."
        text = text if len(names) == 1 else text.replace("and is kept", "and are kept")
        self._window.add_strip(text, "warning", act="Show them").acted.connect(self.look)

    def _tell_unreadable(self, unreadable: tuple[str, ...]) -> None:
        """Each once, as long as the window is there."""
        for said in unreadable:
            if said not in self._unreadable:
                self._window.add_strip(said, "warning")
        self._unreadable |= set(unreadable)

    # What the user wishes

    def new(self) -> None:
        """The same lanes with nothing asked yet."""
        present = self._home.session
        lanes = tuple(replace(lane, head=None) for lane in present.lanes)
        self._home.begin(Session(new_id(), lanes=lanes, next_lane=present.next_lane))
        self._window.composer.prompt.setFocus()

    def new_window(self) -> None:
        self.window_asked.emit("")

    def duplicate(self) -> None:
        """A copy of this session that no file holds yet."""
        title = f"{self._home.name} (copy)"
        self._home.begin(replace(self._home.session, id=new_id(), title=title))

    def ask_name(self) -> None:
        self.sheets.ask_name(self._home.session.title, self._home.name)

    def rename(self, title: str) -> None:
        self._home.do("renaming the session", lambda session: titled(session, title.strip()))

    def open(self) -> None:
        self._ask("Open a session", FILES, self.open_path)

    def open_path(self, path: str) -> None:
        self._wish(OpenSession(path))

    def save(self) -> None:
        if self._home.path:
            self._home.save(self._home.path)
        else:
            self.save_as()

    def save_as(self) -> None:
        dialog = self._dialog("Save the session", FILES, f"{_file_name(self._home.name)}{SUFFIX}", SUFFIX)
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.open()

    def export(self) -> None:
        dialog = self._dialog("Export the comparison", ";;".join(EXPORTS), f"{_file_name(self._home.name)}.md", "md")
        dialog.filterSelected.connect(self._on_export_filter)
        dialog.fileSelected.connect(self._on_export_chosen)
        dialog.open()

    def import_(self) -> None:
        self._ask("Import from another program", IMPORTS, self._on_import_chosen)

    def backups(self) -> None:
        self._wish(AskBackups(self._home.session.id))

    def look(self) -> None:
        """Which sessions are there besides this one?"""
        self._wish(AskSessions())

    def resume(self, id_: str) -> None:
        self._wish(ResumeSession(id_))

    def discard(self, id_: str) -> None:
        self._wish(DiscardSession(id_))

    @property
    def left(self) -> tuple[Left, ...]:
        return self._left

    @property
    def recent(self) -> tuple[str, ...]:
        return self._recent

    # Dialogs, which never hold up the window

    def _ask(self, title: str, filters: str, chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(filters)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _dialog(self, title: str, filters: str, name: str, suffix: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(filters)
        dialog.setDefaultSuffix(suffix.removeprefix("."))
        if self._home.path:
            dialog.setDirectory(str(Path(self._home.path).parent))
        dialog.selectFile(name)
        return dialog

    def _on_save_chosen(self, path: str) -> None:
        """The dialog has asked whether a file that is there may be overwritten."""
        self._home.save(path, anyway=True)

    def _on_export_filter(self, chosen: str) -> None:
        dialog = self.sender()
        assert isinstance(dialog, QFileDialog)
        dialog.setDefaultSuffix(EXPORTS[chosen])

    def _on_export_chosen(self, path: str) -> None:
        self._home.flush()
        format_ = Path(path).suffix.removeprefix(".").lower()
        self._wish(ExportSession(self._home.session.id, path, format_))

    def _on_restored(self, path: str) -> None:
        self._wish(OpenBackup(path))

    def _on_import_chosen(self, path: str) -> None:
        self._wish(ImportSession(path))

    # What the engine tells

    def _on_told(self, told: SessionTold) -> None:
        match told:
            case SessionsLeft(sessions=sessions, unreadable=unreadable):
                self._left = sessions
                self._tell_unreadable(unreadable)
                if self._begins:
                    self._begin(sessions)
                else:
                    self.sheets.show_sessions(sessions, self._recent)
            case SessionOpened(opened=opened):
                self._begins = False
                self._show(opened)
            case SessionRefused(said=said):
                self._on_refused(said)
            case SessionExported(path=path):
                self._window.announce(f"Written to {path}.")
            case BackupsTold(paths=paths):
                self.sheets.show_backups(paths)

    def _show(self, opened: Opened) -> None:
        self._home.show(opened)
        if opened.path:
            self._remember(opened.path)
        if opened.note:
            self._window.add_strip(opened.note, "info")
        if count := len(opened.cut_off):
            answers = "1 answer was" if count == 1 else f"{count} answers were"
            self._window.add_strip(
                f"Abreast ended while {answers} streaming. What had come is kept and marked as cut off.", "warning"
            )

    def _on_refused(self, said: str) -> None:
        self._window.add_strip(said, "warning")
        self._window.announce(said)
        if self._begins:
            self._begins = False
            self._first = ""
            self._home.know()

    def _on_saved(self, path: str) -> None:
        self._drop_elsewhere()
        self._remember(path)
        self._window.announce(f"Saved to {path}.")

    def _on_elsewhere(self, path: str) -> None:
        self._drop_elsewhere()
        text = (
            f"{Path(path).name} was changed by someone else since it was opened here. Save under another name "
            "(Ctrl+Alt+S), or overwrite it: what stands there now is kept among its earlier versions."
        )
        self._elsewhere = self._window.add_strip(text, "warning", act="Overwrite")
        self._elsewhere.acted.connect(self._on_overwrite)
        self._elsewhere.closed.connect(self._forget_elsewhere)
        self._window.announce(text)

    def _on_overwrite(self) -> None:
        self._home.save(self._home.path, anyway=True)

    def _drop_elsewhere(self) -> None:
        if self._elsewhere is not None:
            self._elsewhere.drop()
            self._elsewhere = None

    def _forget_elsewhere(self) -> None:
        self._elsewhere = None

    def _on_trouble(self, why: str) -> None:
        if self._trouble is not None:
            self._trouble.drop()
            self._trouble = None
        if why:
            text = f"The recovery copy cannot be written: {why}. Everything is still here, and is tried again."
            self._trouble = self._window.add_strip(text, "error", lasting=True)
            self._window.announce(text)
        else:
            self._window.announce("The recovery copy is written again.")

    def _remember(self, path: str) -> None:
        self._recent = tuple(dict.fromkeys((path, *self._recent)))[:MOST_RECENT]
        self.recent_changed.emit(self._recent)

    # What is shown

    def _show_state(self) -> None:
        home = self._home
        self._window.show_session(home.name, home.path, is_saved=home.is_saved, is_empty=not home.session.runs)
        self._window.offer_undo(home.undo_name, home.redo_name)


def _file_name(name: str) -> str:
    """A name for a file, from a title that may hold anything."""
    kept = "".join(sign if sign.isalnum() or sign in " -_()." else "-" for sign in name)
    return kept.strip(" .")[:80] or "session"
