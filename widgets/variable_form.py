"""The variables of a prompt as a form: one row for each name in braces, in the order in which they come."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.session.document import Variable
from widgets.connections import forms
from widgets.editor import Editor
from widgets.variable_row import VariableRow

NAME_PX = (72, 160)
"""The least and the most room that names take."""
MOST_PX = 148
"""Higher than this it scrolls, so that the answers keep their room; as it does in a window that is low."""
LEAST_PX = 72
MOST_ROWS = 60
"""More names than these are no form but a template of another program's; making fields for them takes seconds."""


class VariableForm(QScrollArea):
    """Not there while the prompt has no variables. What was written for a name is remembered while the name is gone."""

    changed = Signal()

    def __init__(self, parent: QWidget, *, most_px: int = MOST_PX, editor: type[Editor] = Editor) -> None:
        """`editor` is what values are written in."""
        super().__init__(parent)
        self._most, self._editor = most_px, editor
        self.setAccessibleName("Variables")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = QWidget(self)
        self._inside.setAutoFillBackground(False)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._more = forms.small("", self._inside)
        self._more.hide()
        self._column.addWidget(self._more)
        self.setWidget(self._inside)
        self.viewport().setAutoFillBackground(False)
        self.rows: dict[str, VariableRow] = {}
        self._before: QWidget | None = None
        self._remembered: dict[str, Variable] = {}
        self.hide()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.rows)

    @property
    def variables(self) -> dict[str, Variable]:
        """Of the names that are there, those of which anything is known."""
        made = {name: row.variable for name, row in self.rows.items()}
        return {name: variable for name, variable in made.items() if variable != Variable()}

    def show_names(self, names: tuple[str, ...]) -> None:
        left = len(names) - MOST_ROWS
        self._more.setText(f"{left} more names have no field here." if left > 0 else "")
        self._more.setVisible(left > 0)
        names = names[:MOST_ROWS]
        if names == self.names:
            return
        for name in [name for name in self.rows if name not in names]:
            self._remove(name)
        for name in names:
            if name not in self.rows:
                self._add(name)
        self.rows = {name: self.rows[name] for name in names}
        for at, row in enumerate(self.rows.values()):
            self._column.insertWidget(at, row)
        self._order()
        self._fit()

    def show_variables(self, variables: Mapping[str, Variable]) -> None:
        """These, and nothing that was there before."""
        self._remembered = dict(variables)
        for name, row in self.rows.items():
            row.show_variable(variables.get(name, Variable()))
        self._fit()

    def focus_on(self, name: str) -> None:
        if (row := self.rows.get(name)) is not None:
            row.focus()
            self.ensureWidgetVisible(row)

    def follow(self, before: QWidget) -> None:
        """Tab comes into the form from there, and goes on to what came after it."""
        self._before = before
        self._order()

    def _order(self) -> None:
        before = self._before
        for field in (field for row in self.rows.values() for field in row.fields):
            if before is not None:
                QWidget.setTabOrder(before, field)
            before = field

    def _add(self, name: str) -> None:
        row = VariableRow(self._inside, name, self._editor)
        row.show_variable(self._remembered.get(name, Variable()))
        row.changed.connect(self._on_changed)
        self.rows[name] = row
        row.show()

    def _remove(self, name: str) -> None:
        row = self.rows.pop(name)
        self._remembered[name] = row.variable
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _on_changed(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        widest = max((row.label.sizeHint().width() for row in self.rows.values()), default=0)
        for row in self.rows.values():
            row.set_name_width(max(NAME_PX[0], min(NAME_PX[1], widest)))
        self.setVisible(bool(self.rows))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        self._column.activate()
        most = min(self._most, max(LEAST_PX, self.window().height() // 6))
        return QSize(300, min(most, self._column.sizeHint().height() + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, min(LEAST_PX, self.sizeHint().height()))
