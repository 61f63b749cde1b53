"""Where a route begins: from a template, from one that was saved, or from nothing."""

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.choices import ModelChoice
from app.routes.templates import TEMPLATES
from widgets.connections import forms
from widgets.model_list import ModelList
from widgets.routes.known import KnownRoutes

NOTE = "A route is a lane of several models. Begin with one of these; everything can be changed afterwards."
BLANK = "An empty route"


class Beginning(NamedTuple):
    """`name` is that of a saved route, or of a template."""

    kind: str
    name: str


class Start(QWidget):
    chosen = Signal(object)
    """A `Beginning`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: dict[str, Beginning] = {}
        self.list = ModelList(self)
        self.list.setAccessibleName("Begin with")
        self.list.taken.connect(self._on_taken)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        note = forms.said(self)
        forms.say(note, NOTE)
        column.addWidget(note)
        column.addWidget(self.list, 1)

    def show_known(self, known: KnownRoutes) -> None:
        saved = dict.fromkeys((*known.shelf, *known.own))
        told: dict[str, tuple[str, Beginning]] = {
            each.name: (each.note, Beginning("template", each.name)) for each in TEMPLATES
        }
        told[BLANK] = ("One model, to be wrapped in whatever you want.", Beginning("blank", ""))
        for name in saved:
            where = "in this session" if name in known.own else "saved"
            wrong = known.shelf[name].wrong if name in known.shelf and name not in known.own else ""
            note = f"Your route, {where}{f'; it cannot be read yet: {wrong}' if wrong else ''}"
            told[f"{name} " if name in told else name] = (note, Beginning("saved", name))
        self._lines = {line: beginning for line, (_, beginning) in told.items()}
        self.list.choices.know(tuple(ModelChoice(line, note, "", line.lower()) for line, (note, _) in told.items()))
        if not self.list.current:
            self.list.setCurrentIndex(self.list.choices.index(0))

    def _on_taken(self, line: str) -> None:
        self.chosen.emit(self._lines[line])
