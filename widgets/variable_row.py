"""One variable of a prompt: what kind it is, and the field that fits what it stands for."""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.session.document import Variable, VariableKind
from app.session.variables import problem
from widgets.buttons import IconButton
from widgets.connections import forms
from widgets.editor import Editor
from widgets.labels import SMALL_PX, ElidedLabel, one_line
from widgets.quiet_combo import QuietCombo

KINDS: tuple[tuple[VariableKind, str], ...] = (
    ("text", "Text"),
    ("number", "Number"),
    ("choice", "Choice"),
    ("file", "File"),
)
FIELD_PX = 13


class VariableRow(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget, name: str, editor: type[Editor] = Editor) -> None:
        super().__init__(parent)
        self.name = name
        self._variable = Variable()
        self._is_showing = False
        self.label = ElidedLabel(f"{{{{{name}}}}}", self, px=SMALL_PX)
        self.kind = QuietCombo(self, f"Kind of {name}")
        for _, word in KINDS:
            self.kind.addItem(word)
        self.text = editor(self, f"Value of {name}", "what stands for it", lines=(1, 4), margin=5)
        self.line = forms.line(self, f"Value of {name}")
        self.browse = IconButton("more", f"Choose the file for {name}…", self)
        self.choice = QuietCombo(self, f"Value of {name}")
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice.setMinimumContentsLength(8)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.edit = IconButton("edit", f"Edit the choices of {name}", self)
        self.edit.setCheckable(True)
        self.choices = editor(self, f"Choices of {name}", "one choice a line", lines=(2, 5), margin=5)
        self.said = ElidedLabel("", self, role="error", px=SMALL_PX)
        self._arrange()
        self._connect()
        self.show_variable(Variable())

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignTop)
        for field in (self.text, self.line, self.choice):
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        for button in (self.browse, self.edit):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.label.setFixedHeight(self.kind.sizeHint().height())
        self.said.hug()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.choices)
        column.addWidget(self.said)
        for editor in (self.text, self.choices):
            font = editor.font()
            font.setPixelSize(FIELD_PX)
            editor.setFont(font)

    def _connect(self) -> None:
        self.kind.activated.connect(self._on_kind)
        self.text.textChanged.connect(self._on_text)
        self.line.textEdited.connect(self._on_line)
        self.choice.activated.connect(self._on_choice)
        self.choices.textChanged.connect(self._on_choices)
        self.edit.toggled.connect(self.choices.setVisible)
        self.browse.clicked.connect(self._on_browse)

    # What is shown

    @property
    def variable(self) -> Variable:
        return self._variable

    def show_variable(self, variable: Variable) -> None:
        self._is_showing = True
        self._variable = variable
        self.kind.setCurrentIndex([kind for kind, _ in KINDS].index(variable.kind))
        self._show_fields()
        if self.text.toPlainText() != variable.value:
            self.text.setPlainText(variable.value)
        if self.line.text() != variable.value:
            self.line.setText(variable.value)
        if _lines(self.choices.toPlainText()) != variable.choices:
            self.choices.setPlainText("\n".join(variable.choices))
        self._fill_choices()
        self._judge()
        self._is_showing = False

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """What takes the focus, in the order of the eye."""
        return self.kind, self.text, self.line, self.browse, self.choice, self.edit, self.choices

    def set_name_width(self, width: int) -> None:
        self.label.setFixedWidth(width)

    def focus(self) -> None:
        fields = {"text": self.text, "choice": self.choice}
        fields.get(self._variable.kind, self.line).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_fields(self) -> None:
        kind = self._variable.kind
        self.text.setVisible(kind == "text")
        self.line.setVisible(kind in ("number", "file"))
        self.line.setPlaceholderText("a number" if kind == "number" else "path of a text file")
        self.browse.setVisible(kind == "file")
        self.choice.setVisible(kind == "choice")
        self.edit.setVisible(kind == "choice")
        self.edit.setChecked(kind == "choice" and not self._variable.choices)
        self.choices.setVisible(self.edit.isChecked())

    def _fill_choices(self) -> None:
        self.choice.clear()
        self.choice.addItems([one_line(each) for each in self._variable.choices])
        found = self._variable.value in self._variable.choices
        self.choice.setCurrentIndex(self._variable.choices.index(self._variable.value) if found else -1)

    def _judge(self) -> None:
        """What is wrong with what is there; an empty field is no news, and files are read when they are sent."""
        variable = self._variable
        wrong = ""
        if variable.value.strip() and variable.kind != "file":
            wrong = problem(self.name, variable, _unread)
        self.said.setText(wrong)
        self.said.setVisible(bool(wrong))

    # What is wished

    def _become(self, **parts: object) -> None:
        if self._is_showing:
            return
        self._variable = replace(self._variable, **parts)
        self._judge()
        self.changed.emit()

    def _on_kind(self, index: int) -> None:
        kind, value = KINDS[index][0], self._variable.value
        choices = self._variable.choices
        if kind == "choice" and not choices and value.strip():
            choices = _lines(value)
            value = choices[0]
        self.show_variable(replace(self._variable, kind=kind, choices=choices, value=value))
        self.changed.emit()

    def _on_text(self) -> None:
        if self._variable.kind == "text":
            self._become(value=self.text.toPlainText())

    def _on_line(self, text: str) -> None:
        """A file that is dropped comes as an address."""
        local = QUrl(text).toLocalFile() if text.startswith("file://") else ""
        if local:
            self.line.setText(local)
        self._become(value=local or text)

    def _on_choice(self, index: int) -> None:
        self._become(value=self._variable.choices[index])

    def _on_choices(self) -> None:
        choices = _lines(self.choices.toPlainText())
        if self._is_showing or choices == self._variable.choices:
            return
        value = self._variable.value if self._variable.value in choices else (choices[0] if choices else "")
        self._become(choices=choices, value=value)
        self._fill_choices()

    def _on_browse(self) -> None:
        forms.choose_file(self, f"File for {one_line(self.name)}", self._on_chosen)

    def _on_chosen(self, path: str) -> None:
        self.line.setText(path)
        self._become(value=path)


def _lines(text: str) -> tuple[str, ...]:
    """Choices, one a line, each once."""
    return tuple(dict.fromkeys(filter(None, (line.strip() for line in text.split("\n")))))


def _unread(path: str) -> bytes:
    raise FileNotFoundError(2, "not read while typing", Path(path).name)
