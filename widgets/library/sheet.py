"""The library: prompts on the left, found by words and tags; the one that is marked, to be read, changed and used."""

from itertools import chain, count

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.choices import ModelChoice
from app.library.document import NamedPrompt, Version, found
from app.library.wishes import AskPrompts, ExportPrompts, ImportPrompts, KeepPrompts, PromptsTold, RemovePrompt
from app.session.document import Variable
from app.session.making import new_id
from widgets.connections import forms
from widgets.labels import Hairline
from widgets.library.panel import PromptPanel
from widgets.model_list import ModelList
from widgets.sheet import Sheet

EMPTY = (
    "Prompts that you want again stand here under names, each change as a version. Keep the one you are writing "
    "(Ctrl+Alt+P), begin a new one, or import files."
)
NOTHING = "No prompt holds all of that."
FILES = "Prompts (*.json *.txt *.md);;All files (*)"


class LibrarySheet(Sheet):
    wished = Signal(object)
    """A `LibraryWish`."""
    used = Signal(str, object)
    """The id of a prompt, and the `Version` that is to be the draft."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Prompt library", width=1000)
        self._prompts: dict[str, NamedPrompt] = {}
        self._listed: dict[str, str] = {}
        """Ids by the lines of the list."""
        self._deleted: NamedPrompt | None = None
        self._pending: dict[str, NamedPrompt] = {}
        """What is on its way to the disk."""
        self.search = forms.line(self, "Search in the library", "Words of name or text, #tag")
        self.search.setClearButtonEnabled(True)
        self.list = ModelList(self)
        self.list.setAccessibleName("Prompts")
        self.panel = PromptPanel(self)
        self.said = forms.said(self)
        self.undo = QPushButton("Undo", self)
        self.new = QPushButton("New", self)
        self.import_button = QPushButton("Import…", self)
        self.export = QPushButton("Export…", self)
        self.export.setToolTip("Those that the list shows, as one file")
        self.delete = QPushButton("Delete", self)
        self.keep = QPushButton("Keep", self)
        self.use = QPushButton("Use", self)
        self.use.setObjectName("primary")
        self.use.setToolTip("Make it the draft (Enter)")
        self._arrange()
        self._connect()
        self.undo.hide()

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        files = QHBoxLayout()
        files.setSpacing(8)
        for button in (self.new, self.import_button, self.export):
            files.addWidget(button)
        left.addLayout(files)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.panel, 1)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.delete)
        acts.addStretch(1)
        acts.addWidget(self.keep)
        acts.addWidget(self.use)
        right.addLayout(acts)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 4)
        both.addLayout(right, 7)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.undo)
        self.column.addLayout(both, 1)
        self.column.addWidget(Hairline(self))
        self.column.addLayout(foot)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._fill)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.doubleClicked.connect(self._on_use)
        self.panel.changed.connect(self._offer)
        self.panel.row_used.connect(self._on_row_used)
        self.new.clicked.connect(self.begin)
        self.import_button.clicked.connect(self._on_import)
        self.export.clicked.connect(self._on_export)
        self.delete.clicked.connect(self._on_delete)
        self.undo.clicked.connect(self._on_undo)
        self.keep.clicked.connect(self.keep_written)
        self.use.clicked.connect(self._on_use)

    def sizeHint(self) -> QSize:
        return QSize(1000, 640)

    def open(self, title: str | None = None) -> None:
        super().open(title)
        self.search.selectAll()
        self.wished.emit(AskPrompts())

    def dismiss(self) -> None:
        """What could not be written is tried once more."""
        self.keep_written()
        self._forget_deleted()
        if self._pending:
            self.wished.emit(KeepPrompts(tuple(self._pending.values())))
        super().dismiss()

    def first_focus(self) -> QWidget:
        return self.search

    # What is shown

    def show_told(self, told: PromptsTold) -> None:
        """What is on its way is newer than what is told; what was just deleted may still be told of."""
        there = {each.id: each for each in told.prompts}
        self._pending = {id_: each for id_, each in self._pending.items() if not _holds(there.get(id_), each)}
        self._prompts = there | self._pending
        if self._deleted is not None:
            self._prompts.pop(self._deleted.id, None)
        self._fill(current=told.shown or self._current_id)
        if told.said:
            forms.say(self.said, told.said, is_good=told.is_good)

    @property
    def _current_id(self) -> str:
        return self._listed.get(self.list.current, "")

    @property
    def current(self) -> NamedPrompt | None:
        return self._prompts.get(self._current_id)

    def _fill(self, _text: str = "", *, current: str = "") -> None:
        current = current or self._current_id
        shown = found(self._prompts.values(), self.search.text())
        lines = _lines(shown)
        self._listed = {line.lane: prompt.id for line, prompt in zip(lines, shown, strict=True)}
        self.list.choices.know(lines)
        at = next((n for n, each in enumerate(shown) if each.id == current), 0)
        if shown:
            self.list.setCurrentIndex(self.list.choices.index(at))
        self._show_current()
        forms.say(self.said, _counted(len(shown), len(self._prompts)))

    def _on_current(self, _index: object, _before: object) -> None:
        self._show_current()

    def _show_current(self) -> None:
        """What was written in the one before is kept first."""
        prompt, before = self.current, self.panel.prompt
        if before is not None and prompt is not None and before.id == prompt.id:
            if prompt != before:
                self.panel.kept(prompt)
        else:
            self.keep_written()
            self.panel.show_prompt(prompt)
        self._offer()

    def _offer(self) -> None:
        prompt, written = self.panel.prompt, self.panel.written
        self.keep.setEnabled(written is not prompt)
        is_new_text = prompt is not None and written is not None and len(written.versions) > len(prompt.versions)
        number = len(written.versions) if written is not None else 0
        self.keep.setText(f"Keep as version {number}" if is_new_text and number > 1 else "Keep")
        self.use.setEnabled(bool(prompt is not None and self.panel.text.toPlainText().strip()))
        self.delete.setEnabled(prompt is not None)
        self.export.setEnabled(bool(self._listed))

    # What is wished

    def begin(self, _checked: bool = False, *, name: str = "", version: Version | None = None) -> None:
        """A new prompt, of that version if there is one."""
        self.search.clear()
        prompt = NamedPrompt(new_id(), name or "New prompt", versions=(version or self._empty(),))
        self._keep(prompt)
        self.panel.tabs.setCurrentIndex(0)
        self.panel.name.setFocus()
        self.panel.name.selectAll()

    def _empty(self) -> Version:
        return replace(self.panel.as_written, text="", system="", variables={})

    def keep_written(self) -> None:
        """What stands in the fields, if it is anything new."""
        prompt, written = self.panel.prompt, self.panel.written
        if written is None or written is prompt or written.id not in self._prompts:
            return
        self.panel.kept(written)
        self._keep(written, stay=True)

    def _keep(self, prompt: NamedPrompt, *, stay: bool = False) -> None:
        self._prompts[prompt.id] = prompt
        self._pending[prompt.id] = prompt
        self._fill(current=self._current_id if stay else prompt.id)
        self.wished.emit(KeepPrompts((prompt,)))

    def _on_use(self) -> None:
        if self.use.isEnabled() and (prompt := self.panel.prompt) is not None:
            version = self.panel.as_written
            self.dismiss()
            self.used.emit(prompt.id, version)

    def _on_row_used(self, row: dict[str, str]) -> None:
        prompt, version = self.panel.prompt, self.panel.as_written
        if prompt is not None:
            values = {
                name: replace(version.variables.get(name, Variable()), value=row.get(name, ""))
                for name in version.names
            }
            self.dismiss()
            self.used.emit(prompt.id, replace(version, variables=values))

    def _on_delete(self) -> None:
        """Can be undone as long as the library is open; then it is gone for good."""
        prompt = self.panel.prompt
        if prompt is None:
            return
        self._deleted = self.panel.written
        del self._prompts[prompt.id]
        self._pending.pop(prompt.id, None)
        self.panel.show_prompt(None)
        self._fill()
        versions = len(prompt.versions)
        also = f", with its {versions} versions" if versions > 1 else ""
        forms.say(self.said, f"“{prompt.name}” is deleted{also}.")
        self.undo.show()
        self.wished.emit(RemovePrompt(prompt.id))

    def _on_undo(self) -> None:
        back = self._deleted
        self._forget_deleted()
        if back is not None:
            self._keep(back)

    def _forget_deleted(self) -> None:
        self._deleted = None
        self.undo.hide()

    def _on_import(self) -> None:
        dialog = QFileDialog(self, "Import prompts")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(FILES)
        dialog.filesSelected.connect(self.import_files)
        dialog.open()

    def import_files(self, paths: list[str]) -> None:
        self.search.clear()
        self.wished.emit(ImportPrompts(tuple(paths)))

    def _on_export(self) -> None:
        prompt, shown = self.current, list(self._listed.values())
        name = prompt.name if prompt is not None and len(shown) == 1 else "prompts"
        kept = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in name).strip()[:80] or "prompts"
        forms.choose_file(self, "Export what the list shows", self.export_to, name=f"{kept}.json")

    def export_to(self, path: str) -> None:
        self.keep_written()
        self.wished.emit(ExportPrompts(path, tuple(self._listed.values())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.search.hasFocus():
            self.list.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (self.search.hasFocus() or self.list.hasFocus()):
            self._on_use()
        elif key == Qt.Key.Key_Delete and self.list.hasFocus():
            self._on_delete()
        else:
            super().keyPressEvent(event)


def _counted(shown: int, there: int) -> str:
    """How many are listed, or why none is."""
    if not shown:
        return NOTHING if there else EMPTY
    total = "1 prompt" if there == 1 else f"{there:,} prompts"
    return total if shown == there else f"{shown:,} of {total}"


def _holds(there: NamedPrompt | None, prompt: NamedPrompt) -> bool:
    """Whether the disk has it as it is here, whatever else was written meanwhile."""
    return (
        there is not None
        and replace(there, versions=prompt.versions, unknown=prompt.unknown) == prompt
        and {each.id for each in prompt.versions} <= {each.id for each in there.versions}
    )


def _lines(prompts: tuple[NamedPrompt, ...]) -> tuple[ModelChoice, ...]:
    """Namesakes are numbered, so that each line is one prompt."""
    seen, lines = set[str](), list[ModelChoice]()
    for prompt in prompts:
        names = chain((prompt.name,), (f"{prompt.name} ({number})" for number in count(2)))
        name = next(name for name in names if name not in seen)
        seen.add(name)
        tags = " ".join(f"#{tag}" for tag in prompt.tags)
        text = prompt.newest.text.strip()[:200]
        versions = f"v{len(prompt.versions)}" if len(prompt.versions) > 1 else ""
        lines.append(ModelChoice(name, " · ".join(filter(None, (tags, text))), versions, ""))
    return tuple(lines)
