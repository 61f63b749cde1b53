"""Where the prompt is written and sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.params import has_lone_surrogate
from widgets.attached import Attached
from widgets.buttons import IconButton
from widgets.editor import DraftEditor
from widgets.estimate_line import EstimateLine
from widgets.labels import SMALL_PX, ElidedLabel, plain_tip
from widgets.theme import theme_for

if TYPE_CHECKING:
    from app.session.document import Variable
    from widgets.variable_form import VariableForm

BRACES = "{{"


class PromptEditor(DraftEditor):
    """Takes files that are dropped and pictures that are pasted; text stays text."""

    files_given = Signal(list)
    picture_given = Signal(QImage)
    curl_given = Signal(str)
    """A cURL command was pasted; it stands in the prompt as text."""

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or bool(_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := _files(source):
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            self.picture_given.emit(QImage(source.imageData()))
        else:
            super().insertFromMimeData(source)
            if source.hasText() and source.text().lstrip(" \n$").startswith(("curl ", "curl.exe ")):
                self.curl_given.emit(source.text().lstrip(" \n$"))


def _files(source: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]


class Composer(QWidget):
    send_asked = Signal()
    stop_and_send_asked = Signal()
    stop_asked = Signal()
    repeat_asked = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._live = 0
        self._system_toggle = IconButton("right", "Show or hide the system prompt", self, text="System prompt")
        self._system_toggle.setCheckable(True)
        self.system = DraftEditor(self, "System prompt", "Instructions that come before the prompt (optional)")
        self.prompt = PromptEditor(self, "Prompt", "Write a prompt; it goes to every lane")
        self.form: VariableForm | None = None
        """Of the prompt's variables, once there was one."""
        self.attached = Attached(self)
        self._attach = IconButton("attach", "Attach pictures or documents (Ctrl+Shift+A)", self)
        self.library = IconButton("library", "Prompt library (Ctrl+Shift+P)", self)
        self._captions = (self._caption("System", self.system), self._caption("Prompt", self.prompt))
        self._message = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._estimate = EstimateLine(self)
        self._continue = IconButton(
            "turns", "Send the prompt as the next turn of what the lanes show", self, text="Continue"
        )
        self._continue.setCheckable(True)
        self._continue.setObjectName("continue")
        self._repeat = IconButton("repeat", "Repeat the prompt many times (Ctrl+Alt+R)", self)
        self._stop = QPushButton("Stop all", self)
        self._send = QPushButton("Send", self)
        self._blocked = ""
        self._arrange()
        self._connect()
        self.show_live(0)
        self.show_system(False)

    def _caption(self, text: str, buddy: QWidget) -> QLabel:
        """Shown only while there are two editors to be told apart."""
        caption = QLabel(text, self)
        caption.setBuddy(buddy)
        caption.setContentsMargins(0, 10, 0, 0)
        font = caption.font()
        font.setPixelSize(SMALL_PX)
        caption.setFont(font)
        return caption

    def _arrange(self) -> None:
        self._stop.setToolTip("Stop every lane (Ctrl+.)")
        self._send.setObjectName("primary")
        widest = self._send.fontMetrics().horizontalAdvance("Stop and send") + 36
        self._send.setMinimumWidth(widest)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._system_toggle)
        below.addWidget(self._attach)
        below.addWidget(self.library)
        below.addWidget(self._message, 1)
        below.addWidget(self._estimate, 2)
        below.addWidget(self._continue)
        below.addWidget(self._repeat)
        below.addWidget(self._stop)
        below.addWidget(self._send)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        editors = QGridLayout()
        editors.setHorizontalSpacing(8)
        editors.setVerticalSpacing(8)
        for row, (caption, editor) in enumerate(zip(self._captions, (self.system, self.prompt), strict=True)):
            editors.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            editors.addWidget(editor, row, 1)
        column.addLayout(editors)
        column.addWidget(self.attached)
        column.addLayout(below)

    def _connect(self) -> None:
        self._system_toggle.toggled.connect(self.show_system)
        self._stop.clicked.connect(self.stop_asked)
        self._repeat.clicked.connect(self.repeat_asked)
        self._send.clicked.connect(self._on_send)
        self._continue.toggled.connect(self._on_filled)
        self._attach.clicked.connect(self.choose_files)
        self.prompt.files_given.connect(self.attached.add_paths)
        self.prompt.picture_given.connect(self.attached.add_picture)
        self.attached.changed.connect(self._on_edited)
        self.attached.refused.connect(self._on_refused)
        for editor in (self.system, self.prompt):
            editor.textChanged.connect(self._on_edited)

    # What is shown

    def show_draft(self, prompt: str, system: str) -> None:
        for editor, text in ((self.prompt, prompt), (self.system, system)):
            editor.setPlainText(text)
            editor.moveCursor(QTextCursor.MoveOperation.End)

    @property
    def variables(self) -> "dict[str, Variable]":
        """What stands for the names in braces, as far as anything was written for them."""
        return self.form.variables if self.form is not None else {}

    def show_variables(self, variables: "Mapping[str, Variable]") -> None:
        """In the place of what was written before."""
        if self.form is not None or variables:
            self._made_form().show_variables(variables)

    def _show_names(self) -> None:
        texts = (self.prompt.toPlainText(), self.system.toPlainText())
        if self.form is None and not any(BRACES in text for text in texts):
            return
        from app.session.variables import names

        if self.form is not None or names(*texts):
            self._made_form().show_names(names(*texts))

    def _made_form(self) -> "VariableForm":
        if self.form is None:
            from widgets.variable_form import VariableForm

            self.form = VariableForm(self, editor=DraftEditor)
            self.form.changed.connect(self._on_filled)
            self._column.insertWidget(1, self.form)
            self.form.follow(self.prompt)
        return self.form

    @property
    def texts(self) -> tuple[str, str]:
        """System prompt and prompt with what stands for their variables; files are read only when they are sent."""
        texts = self.system.toPlainText(), self.prompt.toPlainText()
        values = {name: each.value for name, each in self.variables.items() if each.value and each.kind != "file"}
        if not values:
            return texts
        from app.session.variables import filled

        return filled(texts[0], values), filled(texts[1], values)

    def show_system(self, shown: bool) -> None:
        if self._system_toggle.isChecked() != shown:
            self._system_toggle.setChecked(shown)
            return
        self._system_toggle.set_icon("down" if shown else "right")
        for part in (self.system, *self._captions):
            part.setVisible(shown)
        if shown and self.isVisible():
            self.system.setFocus()
        self._name_toggle()
        self.edited.emit()

    @property
    def system_is_shown(self) -> bool:
        return self._system_toggle.isChecked()

    def show_live(self, count: int) -> None:
        """How many lanes are answering: then sending says that it stops them first."""
        self._live = count
        self._stop.setEnabled(count > 0)
        self._name_send()
        if not count:
            self.say("")

    def show_blocked(self, why: str) -> None:
        """`why` budgets would let no lane send, if so. Sending stays possible: they have the last word."""
        self._blocked = why
        self._name_send()

    def _name_send(self) -> None:
        keys = "Ctrl+Shift+Enter" if self._live else "Ctrl+Enter"
        what = "Stop what runs, then send" if self._live else "Send the prompt to every lane"
        usual = "Stop and send" if self._live else "Send"
        self._send.setText("Over budget" if self._blocked else usual)
        self._send.setToolTip(
            plain_tip(f"{self._blocked}. No lane would send ({keys})" if self._blocked else f"{what} ({keys})")
        )
        self._send.setAccessibleDescription(self._blocked)

    def say(self, text: str, *, problem: bool = False) -> None:
        self._message.set_role("error" if problem else "muted")
        self._message.setText(text)

    @property
    def is_continuing(self) -> bool:
        """Whether the prompt is the next turn of what the lanes show, and not the first of something new."""
        return self._continue.isChecked()

    def set_continuing(self, continues: bool) -> None:
        self._continue.setChecked(continues)

    def sent(self) -> None:
        """The draft is on its way. What continues a conversation is written anew for each turn."""
        if self.is_continuing:
            self.prompt.clear()
            self.attached.clear()

    def show_estimate(self, text: str, note: str, *, shorter: tuple[str, ...] = (), is_caution: bool = False) -> None:
        """How long the prompt is, about, and what it may cost; the shorter ways of saying so are for little room."""
        self._estimate.say((text, *shorter), note, is_caution=is_caution)

    @property
    def estimate(self) -> str:
        return self._estimate.whole

    @property
    def message(self) -> str:
        return self._message.text()

    def set_scale(self, scale: float) -> None:
        self.prompt.set_scale(scale)
        self.system.set_scale(scale)

    def choose_files(self) -> None:
        """Asks which files go with the prompt; the window is not held meanwhile."""
        dialog = QFileDialog(self, "Attach pictures or documents")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                "Pictures and documents (*.png *.jpg *.jpeg *.webp *.gif *.pdf *.txt *.md *.csv *.json *.py)",
                "All files (*)",
            ]
        )
        dialog.filesSelected.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, names: list[str]) -> None:
        self.attached.add_paths([Path(name) for name in names])

    def _on_refused(self, why: str) -> None:
        self.say(f"{why}.", problem=True)

    # What is wished

    def problem(self) -> str | None:
        """Why the draft cannot be sent, if so."""
        if not self.prompt.toPlainText().strip():
            return "There is nothing to send yet: write a prompt first."
        for name, editor in (("prompt", self.prompt), ("system prompt", self.system)):
            if has_lone_surrogate(editor.toPlainText()):
                return f"The {name} holds half a character (a lone surrogate), which cannot be sent. Retype that place."
        return None

    def _on_send(self) -> None:
        (self.stop_and_send_asked if self._live else self.send_asked).emit()

    def _on_edited(self) -> None:
        self._show_names()
        self._on_filled()

    def _on_filled(self) -> None:
        if self._message.text() and not self._live:
            self.say("")
        self._name_toggle()
        self.edited.emit()

    def _name_toggle(self) -> None:
        hidden = bool(self.system.toPlainText()) and not self._system_toggle.isChecked()
        self._system_toggle.setText("System prompt (set)" if hidden else "System prompt")

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("hairline"))
