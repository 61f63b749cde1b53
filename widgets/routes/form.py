"""The settings of the node that is marked, a field each; what is written is set as it is typed."""

from typing import Any, NamedTuple

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.routes import spec
from app.routes.settings import Field, SettingError, edge_fields, fields, read, shown_value
from app.routes.tree import tag
from app.routes.words import POLICIES, title
from widgets.connections import forms
from widgets.labels import plain_tip
from widgets.quiet_combo import QuietCombo

LINES = {"lines": 3, "pairs": 2, "json": 4}


class Set(NamedTuple):
    """A setting: the place of the node that has it, and the field."""

    place: str
    field: Field


class NodeForm(QScrollArea):
    changed = Signal(str, object, object)
    """A node's place, the path of a setting in it, and the value; None for what is usual."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widgets: list[tuple[Set, QWidget]] = []
        self._filling = False
        self._models = QStringListModel(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = QWidget(self)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self._head = QLabel(self)
        font = self._head.font()
        font.setBold(True)
        self._head.setFont(font)
        self._note = forms.said(self)
        self._said = forms.said(self)
        self._box = QWidget(self._inside)
        self._column.addWidget(self._head)
        self._column.addWidget(self._note)
        self._column.addWidget(self._box)
        self._column.addWidget(self._said)
        self._column.addStretch(1)
        self.setWidget(self._inside)

    def offer_models(self, lanes: list[str]) -> None:
        self._models.setStringList(lanes)

    def show_node(self, place: str, node: spec.Node, above: tuple[str, spec.Node, str] | None) -> None:
        """`above` is the place and the value of the node above, and where in it this one stands."""
        sets = [Set(above[0], each) for each in edge_fields(above[1], above[2])] if above is not None else []
        nodes = {place: node} | ({above[0]: above[1]} if above is not None else {})
        sets += [Set(place, each) for each in fields(node)]
        self._head.setText("Model" if not tag(node) or tag(node) == "ask" else title(node))
        forms.say(self._note, _purpose(node))
        if [each for each, _ in self._widgets] != sets:
            self._build(sets)
        self._fill(nodes)

    def first(self) -> QWidget | None:
        """The field to begin with: of a model, its name."""
        lanes = [widget for each, widget in self._widgets if each.field.kind == "lane"]
        return next(iter(lanes or [widget for _, widget in self._widgets]), None)

    def field(self, *path: str | int) -> QWidget:
        return next(widget for each, widget in self._widgets if each.field.path == path)

    def say(self, text: str) -> None:
        forms.say(self._said, text, is_good=not text)

    # Making

    def _build(self, sets: list[Set]) -> None:
        """In a box of its own: the field that wished for other fields must outlive its own signal."""
        focused = next((each for each, widget in self._widgets if widget.hasFocus()), None)
        old, self._box = self._box, QWidget(self._inside)
        form = forms.form()
        self._box.setLayout(form)
        self._widgets = [(each, self._widget(each.field)) for each in sets]
        for each, widget in self._widgets:
            if isinstance(widget, QCheckBox):
                form.addRow(widget)
            else:
                forms.add(form, each.field.label, widget)
        self._column.insertWidget(self._column.indexOf(old), self._box)
        old.hide()
        old.deleteLater()
        self.say("")
        if (again := next((widget for each, widget in self._widgets if each == focused), None)) is not None:
            again.setFocus()

    def _widget(self, field: Field) -> QWidget:
        made: QWidget
        match field.kind:
            case "flag":
                box = made = QCheckBox(field.label, self._box)
                box.toggled.connect(self._on_edited)
            case "choice":
                choice = made = QuietCombo(self._box, field.label)
                for value, name in field.choices:
                    choice.addItem(name, value)
                choice.currentIndexChanged.connect(self._on_edited)
            case "lines" | "pairs" | "json":
                lines = made = forms.lines(self._box, field.label, field.usual, LINES[field.kind])
                lines.textChanged.connect(self._on_edited)
            case _:
                line = made = forms.line(self._box, field.label, field.usual)
                line.textChanged.connect(self._on_edited)
        if field.kind in ("lane", "embedder", "asked"):
            self._complete(made)
        made.setAccessibleName(field.label)
        made.setToolTip(plain_tip(field.note))
        return made

    def _complete(self, line: QWidget) -> None:
        assert isinstance(line, QLineEdit)
        line.setPlaceholderText(line.placeholderText() or "vendor/model")
        completer = QCompleter(self._models, line)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(8)
        line.setCompleter(completer)

    def _fill(self, nodes: dict[str, spec.Node]) -> None:
        """Where the same stands already, and where it is being typed, nothing is touched."""
        self._filling = True
        for each, widget in self._widgets:
            text = shown_value(nodes[each.place], each.field)
            if not _same(each.field, _text(widget), text):
                _put(widget, text)
        self._filling = False

    def _on_edited(self, *_: object) -> None:
        if self._filling:
            return
        sender = self.sender()
        each = next((found for found, widget in self._widgets if widget is sender), None)
        if each is None or not isinstance(sender, QWidget):
            return
        try:
            value = read(each.field, _text(sender))
        except SettingError as error:
            self.say(f"{error}.")
            return
        self.say("")
        self.changed.emit(each.place, each.field.path, value)


def _purpose(node: spec.Node) -> str:
    if tag(node) in POLICIES:
        note = POLICIES[tag(node)][1]
        return f"{note[:1].upper()}{note[1:]}."
    return "" if spec.lane_of(node) else "Type a part of a model's name, or vendor/model."


def _same(field: Field, one: str, other: str) -> bool:
    """Whether both mean the same value: 0.70 is left as it was typed."""
    if one == other:
        return True
    try:
        return bool(read(field, one) == read(field, other)) and field.kind not in ("choice", "flag")
    except SettingError:
        return False


def _text(widget: QWidget) -> str:
    match widget:
        case QCheckBox():
            return "1" if widget.isChecked() else ""
        case QComboBox():
            return str(widget.currentData())
        case QPlainTextEdit():
            return widget.toPlainText()
        case QLineEdit():
            return widget.text()
    return ""


def _put(widget: Any, text: str) -> None:
    match widget:
        case QCheckBox():
            widget.setChecked(text == "1")
        case QComboBox():
            widget.setCurrentIndex(max(0, widget.findData(text)))
        case QPlainTextEdit():
            widget.setPlainText(text)
        case QLineEdit():
            widget.setText(text)
