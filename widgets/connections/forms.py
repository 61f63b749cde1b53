"""Fields with their names above or beside them, as all panels of connections have them."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from widgets.labels import SMALL_PX, tinted

FRAME = 12
"""What a field of one line is higher than its text."""


def form() -> QFormLayout:
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(8)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    made.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    return made


def line(parent: QWidget, name: str, hint: str = "", note: str = "") -> QLineEdit:
    field = QLineEdit(parent)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setToolTip(note)
    return field


def lines(parent: QWidget, name: str, hint: str, count: int = 2) -> QPlainTextEdit:
    field = QPlainTextEdit(parent)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setTabChangesFocus(True)
    field.setFixedHeight(field.fontMetrics().lineSpacing() * count + 16)
    return field


def add(made: QFormLayout, name: str, field: QWidget) -> QLabel:
    """One more row; its label, which is muted and small."""
    label = small(name, field.parentWidget())
    label.setMinimumWidth(88)
    beside(label, field)
    made.addRow(label, field)
    return label


def beside(label: QLabel, field: QWidget) -> None:
    """The label names the field, and stands at the height of the field's first line."""
    label.setBuddy(field)
    one_line = field.fontMetrics().lineSpacing() + FRAME
    label.setFixedHeight(min(one_line, field.sizeHint().height()))


def small(text: str, parent: QWidget | None, role: str = "muted") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = label.font()
    font.setPixelSize(SMALL_PX)
    label.setFont(font)
    tinted(label, role)
    return label


def choose_file(parent: QWidget, title: str, chosen: Callable[[str], object], *, name: str = "") -> None:
    """Asks for a file that is there, or with a `name` for one to be written; the window is not held meanwhile."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if name else QFileDialog.FileMode.ExistingFile)
    if name:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def said(parent: QWidget) -> QLabel:
    """A sentence of any length that may be copied."""
    label = small("", parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def say(label: QLabel, text: str, *, is_good: bool = True) -> None:
    label.setText(text)
    tinted(label, "muted" if is_good else "error")
