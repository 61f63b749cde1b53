"""One prompt of the library: its name and tags, what it says and said, and its rows."""

import time
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.ages import ago
from app.library.document import MOST_NAME, NamedPrompt, Version, said, tags_of
from app.session.making import new_id, now, whole
from app.session.variables import names
from widgets.connections import forms
from widgets.library.rows_table import RowsTable, without_empty
from widgets.pick_box import PickBox
from widgets.variable_form import VariableForm


class PromptPanel(QWidget):
    changed = Signal()
    """Something was written that the prompt does not hold yet."""
    row_used = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._prompt: NamedPrompt | None = None
        self._is_showing = False
        self.name = forms.line(self, "Name of the prompt", "Name")
        self.name.setMaxLength(MOST_NAME)
        self.tags = forms.line(self, "Tags", "Tags, such as review, code", "Separated by commas")
        self.version = PickBox(self)
        self.version.setAccessibleName("Version")
        self.version.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.version.setMinimumContentsLength(26)
        self.text = QPlainTextEdit(self)
        self.text.setAccessibleName("Prompt")
        self.text.setPlaceholderText("The prompt, with {{variables}} in double braces")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(72)
        self.text.document().setDocumentMargin(8)
        self.system = forms.lines(self, "System prompt", "System prompt (optional)", 2)
        self.system.document().setDocumentMargin(8)
        self.system.setFixedHeight(self.system.fontMetrics().lineSpacing() * 2 + 22)
        self.form = VariableForm(self, most_px=150)
        self.form.follow(self.system)
        self.rows = RowsTable(self)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Parts of the prompt")
        for word in ("Prompt", "Rows"):
            self.tabs.addTab(word)
        self._arrange()
        self._connect()
        self.show_prompt(None)

    def _arrange(self) -> None:
        head = QGridLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 0, 0)
        head.addWidget(self.tags, 0, 1)
        head.setColumnStretch(0, 3)
        head.setColumnStretch(1, 2)
        bar = QHBoxLayout()
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        bar.addWidget(self.version)
        first = QWidget(self)
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part, stretch in ((self.text, 1), (self.system, 0), (self.form, 0)):
            column.addWidget(part, stretch)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(first)
        self._pages.addWidget(self.rows)
        whole_column = QVBoxLayout(self)
        whole_column.setContentsMargins(0, 0, 0, 0)
        whole_column.setSpacing(8)
        whole_column.addLayout(head)
        whole_column.addLayout(bar)
        whole_column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.version.activated.connect(self._on_version)
        for line in (self.name, self.tags):
            line.textEdited.connect(self._on_edited)
        for editor in (self.text, self.system):
            editor.textChanged.connect(self._on_text)
        self.form.changed.connect(self._on_edited)
        self.rows.changed.connect(self._on_rows)
        self.rows.used.connect(self.row_used)

    # What is shown

    @property
    def prompt(self) -> NamedPrompt | None:
        """As it is kept."""
        return self._prompt

    def show_prompt(self, prompt: NamedPrompt | None) -> None:
        self._prompt = prompt
        self.setEnabled(prompt is not None)
        self._is_showing = True
        self.name.setText(prompt.name if prompt else "")
        self.tags.setText(", ".join(prompt.tags) if prompt else "")
        for line in (self.name, self.tags):
            line.setCursorPosition(0)  # of a long name the beginning is seen
        self._show_versions()
        self._show(prompt.newest if prompt else Version("", ""))
        self.rows.show_rows(names(self.text.toPlainText(), self.system.toPlainText()), prompt.rows if prompt else ())
        self._name_rows()
        self._is_showing = False

    def kept(self, prompt: NamedPrompt) -> None:
        """What was written is kept now; where one writes, nothing moves."""
        self._prompt = prompt
        self._show_versions()

    def _show_versions(self) -> None:
        self.version.clear()
        versions = self._prompt.versions if self._prompt else ()
        for number, each in reversed(list(enumerate(versions, 1))):
            self.version.addItem(f"Version {number} · {_age(each)}")
        self.version.setEnabled(len(versions) > 1)
        self.version.setVisible(bool(versions))

    def _show(self, version: Version) -> None:
        self.text.setPlainText(version.text)
        self.system.setPlainText(version.system)
        self.form.show_names(version.names)
        self.form.show_variables(version.variables)

    def _name_rows(self) -> None:
        count = len(self.rows.rows)
        self.tabs.setTabText(1, f"Rows ({count})" if count else "Rows")

    # What was written

    @property
    def written(self) -> NamedPrompt | None:
        """The prompt with what stands in the fields; the same value, if that is nothing new."""
        if self._prompt is None:
            return None
        name = whole(self.name.text().strip()) or self._prompt.name
        prompt = said(self._prompt, self.as_written)
        tags, rows = tags_of(whole(self.tags.text())), self.rows.rows
        if (name, tags, rows) == (prompt.name, prompt.tags, without_empty(prompt.rows)):
            return prompt
        return replace(prompt, name=name, tags=tags, rows=rows)

    @property
    def as_written(self) -> Version:
        text, system = whole(self.text.toPlainText()), whole(self.system.toPlainText())
        return Version(new_id(), now(), text, system, self.form.variables)

    def _on_text(self) -> None:
        found = names(self.text.toPlainText(), self.system.toPlainText())
        if found != self.form.names and not self._is_showing:
            self.form.show_names(found)
            self.rows.show_rows(found, self.rows.rows)
        self._on_edited()

    def _on_edited(self) -> None:
        if not self._is_showing:
            self.changed.emit()

    def _on_rows(self) -> None:
        self._name_rows()
        self._on_edited()

    def _on_version(self, index: int) -> None:
        if self._prompt is not None:
            self._show(self._prompt.versions[len(self._prompt.versions) - 1 - index])

    def _on_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)


def _age(version: Version) -> str:
    try:
        return ago(time.time() - datetime.fromisoformat(version.at).timestamp())
    except ValueError:
        return "some time ago"
