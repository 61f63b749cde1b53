"""Lanes that were saved under a name: to be saved, to be put on the bench again, to be deleted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.bench import split
from app.choices import ModelChoice
from app.settings import LaneSetting
from widgets.connections import forms
from widgets.labels import Hairline
from widgets.model_list import ModelList
from widgets.sheet import Sheet

LaneSets = dict[str, tuple[LaneSetting, ...]]
BEFORE = "Before"
"""Under this name stand the lanes that a set has taken the place of."""
EMPTY = "Save the lanes of the bench under a name, and they can be put back with a click."


class LaneSetsSheet(Sheet):
    kept = Signal(object)
    """All sets as they are now."""
    used = Signal(object)
    """The lanes of one, for the bench."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Lane sets", width=480)
        self._sets: LaneSets = {}
        self._lanes: tuple[LaneSetting, ...] = ()
        self.name = forms.line(self, "Name of the set", "a name for the lanes of the bench")
        self.save = QPushButton("Save lanes", self)
        self.save.setObjectName("primary")
        self.list = ModelList(self)
        self.list.setAccessibleName("Saved sets of lanes")
        self.said = forms.said(self)
        self.use = QPushButton("Use", self)
        self.delete = QPushButton("Delete", self)
        self._arrange()
        self.name.textChanged.connect(self._offer)
        self.name.returnPressed.connect(self._on_save)
        self.save.clicked.connect(self._on_save)
        self.list.selectionModel().currentChanged.connect(self._offer)
        self.list.activated.connect(self._on_use)
        self.list.doubleClicked.connect(self._on_use)
        self.use.clicked.connect(self._on_use)
        self.delete.clicked.connect(self._on_delete)

    def _arrange(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self.name, 1)
        above.addWidget(self.save)
        below = QHBoxLayout()
        below.addWidget(self.delete)
        below.addStretch(1)
        below.addWidget(self.use)
        self.column.addLayout(above)
        self.column.addWidget(Hairline(self))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.said)
        self.column.addLayout(below)

    def show_sets(self, sets: LaneSets, lanes: tuple[LaneSetting, ...]) -> None:
        """`lanes` are those on the bench."""
        self._sets, self._lanes = dict(sets), lanes
        self.name.clear()
        self._fill()

    def first_focus(self) -> QWidget:
        return self.list if self._sets else self.name

    def _fill(self, current: str = "") -> None:
        names = list(self._sets)
        lines = (ModelChoice(name, _told(self._sets[name]), "", name.lower()) for name in names)
        self.list.choices.know(tuple(lines))
        if names:
            at = names.index(current) if current in names else 0
            self.list.setCurrentIndex(self.list.choices.index(at))
        forms.say(self.said, "" if names else EMPTY)
        self._offer()

    def _offer(self) -> None:
        name = self.name.text().strip()
        self.save.setText("Replace" if name in self._sets else "Save lanes")
        self.save.setEnabled(bool(name) and bool(self._lanes))
        for button in (self.use, self.delete):
            button.setEnabled(bool(self.list.current))

    def _on_save(self) -> None:
        name = self.name.text().strip()
        if self.save.isEnabled():
            self._sets[name] = self._lanes
            self.name.clear()
            self._fill(name)
            self.kept.emit(dict(self._sets))

    def _on_use(self) -> None:
        """The lanes that go are kept as well, unless they stand under a name already."""
        name = self.list.current
        if not name:
            return
        lanes = self._sets[name]
        if self._lanes and self._lanes not in [saved for each, saved in self._sets.items() if each != BEFORE]:
            self._sets[BEFORE] = self._lanes
            self.kept.emit(dict(self._sets))
        self.dismiss()
        self.used.emit(lanes)

    def _on_delete(self) -> None:
        if self.list.current:
            del self._sets[self.list.current]
            self._fill()
            self.kept.emit(dict(self._sets))


def _told(lanes: tuple[LaneSetting, ...]) -> str:
    count = "1 lane" if len(lanes) == 1 else f"{len(lanes)} lanes"
    return f"{count}: {', '.join(split(lane.text)[0] for lane in lanes)}"
