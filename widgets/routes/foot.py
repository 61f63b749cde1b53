"""The editor's foot: what is to be said of the route, and what can be done with it as a whole."""

from shlex import quote

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.routes.shelf import RouteNameError, checked_name
from widgets.connections import forms
from widgets.labels import Hairline
from widgets.routes.cards import Report


class Foot(QWidget):
    delete_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sure = False
        """Whether deleting was asked for once."""
        self.said = forms.said(self)
        self.back = QPushButton("All routes and templates", self)
        self.delete = QPushButton("Delete", self)
        self.save = QPushButton("Save", self)
        self.use = QPushButton("Use as lane", self)
        self.use.setObjectName("primary")
        self.delete.clicked.connect(self._on_delete)
        below = QHBoxLayout()
        for button in (self.back, self.delete):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.save)
        below.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Hairline(self))
        column.addWidget(self.said)
        column.addLayout(below)

    def say(self, text: str, *, is_good: bool = True) -> None:
        forms.say(self.said, text, is_good=is_good)

    def offer(self, name: str, report: Report, *, is_read: bool, is_saved: bool) -> None:
        """What can be done with a route of that name as it is now; `is_read` tells whether its text is one."""
        wrong = _named(name)
        self.save.setEnabled(not wrong and is_read)
        self.use.setEnabled(not wrong and is_read and not report.is_wrong)
        self.show_saved(is_saved=is_saved)
        usable = f"Other programs can use it once it is saved: abreast serve --route {quote(name)}"
        self.say(report.summary or wrong or usable, is_good=not report.is_wrong)

    def show_saved(self, *, is_saved: bool) -> None:
        self._sure = False
        self.delete.setText("Delete")
        self.delete.setVisible(is_saved)

    def _on_delete(self) -> None:
        """A second press is asked for: this is for good."""
        if self._sure:
            self.delete_asked.emit()
            return
        self._sure = True
        self.delete.setText("Delete for good")


def _named(name: str) -> str:
    """What is wrong with that name."""
    try:
        checked_name(name)
    except RouteNameError as error:
        return f"{error}." if name else "Give the route a name to save it or to use it."
    return ""
