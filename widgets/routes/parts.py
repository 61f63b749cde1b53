"""The editor's buttons, and how its three parts share the room: beside each other, or one at a time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QTabBar, QVBoxLayout, QWidget

from app.routes.templates import TEMPLATES
from app.routes.words import POLICIES
from widgets.buttons import IconButton
from widgets.labels import plain_tip

NARROW = 720
PARTS = ("tree", "settings", "text")


class Tools(QWidget):
    wrapped = Signal(str)
    """A policy's tag: it goes around the node that is marked."""
    replaced = Signal(str)
    """A template's id, or "model"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.wrap_menu, self.replace_menu = QMenu("Wrap in", self), QMenu("Replace with", self)
        for id_, (name, note) in POLICIES.items():
            self._action(self.wrap_menu, id_, f"{name}: {note}", self._on_wrap)
        self._action(self.replace_menu, "model", "A model", self._on_replace)
        for each in TEMPLATES:
            self._action(self.replace_menu, each.id, each.name, self._on_replace)
        self.unwrap = QAction("Unwrap: keep what is first below", self)
        self.wrap = self._button("Wrap in", "A policy around what is marked", self.wrap_menu)
        self.add = self._button("Add", "One more branch (Ins)")
        self.replace = self._button("Replace", "Another thing in the place of what is marked", self.replace_menu)
        self.remove = self._button("Remove", "Take it away, with all that is below it (Del)")
        self.undo = IconButton("undo", "Undo (Ctrl+Z)", self)
        self.redo = IconButton("redo", "Redo (Ctrl+Shift+Z)", self)
        self.menu = self._menu()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.wrap, self.add, self.replace, self.remove):
            row.addWidget(button)
        row.addStretch(1)

    def show_for(self, *, can_add: bool, can_unwrap: bool, can_remove: bool) -> None:
        self.add.setEnabled(can_add)
        self.remove.setEnabled(can_remove)
        self.unwrap.setEnabled(can_unwrap)
        self._add.setEnabled(can_add)
        self._remove.setEnabled(can_remove)

    def show_history(self, *, undo: bool, redo: bool) -> None:
        self.undo.setEnabled(undo)
        self.redo.setEnabled(redo)

    def _menu(self) -> QMenu:
        made = QMenu("Node", self)
        made.addMenu(self.wrap_menu)
        self._add = made.addAction("Add a branch\tIns")
        self._add.triggered.connect(self.add.click)
        made.addMenu(self.replace_menu)
        made.addAction(self.unwrap)
        self._remove = made.addAction("Remove\tDel")
        self._remove.triggered.connect(self.remove.click)
        return made

    def _button(self, text: str, note: str, menu: QMenu | None = None) -> QPushButton:
        made = QPushButton(text, self)
        made.setAccessibleName(text)
        made.setToolTip(plain_tip(note))
        if menu is not None:
            made.setMenu(menu)
        return made

    def _action(self, menu: QMenu, id_: str, text: str, slot: object) -> None:
        action = menu.addAction(text)
        action.setObjectName(id_)
        action.triggered.connect(slot)

    def _on_wrap(self) -> None:
        self.wrapped.emit(self.sender().objectName())

    def _on_replace(self) -> None:
        self.replaced.emit(self.sender().objectName())


class Layout(QWidget):
    def __init__(self, parent: QWidget, tools: Tools, tree: QWidget, form: QWidget, text: QWidget) -> None:
        super().__init__(parent)
        self._narrow = False
        self.left = QWidget(self)
        left = QVBoxLayout(self.left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        left.addWidget(tools)
        left.addWidget(tree, 1)
        self._parts = {"tree": self.left, "settings": form, "text": text}
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        for name in PARTS:
            self.tabs.addTab(name.capitalize())
        self.tabs.currentChanged.connect(self._show)
        self.right = QWidget(self)
        right = QVBoxLayout(self.right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        right.addWidget(form, 3)
        right.addWidget(text, 2)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.left, 1)
        row.addWidget(self.right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        column.addLayout(row, 1)
        self._show()

    def fit(self, width: int) -> None:
        self._narrow = width < NARROW
        self._show()

    def turn_to(self, part: str) -> None:
        """Where there is room for one alone, for that one."""
        self.tabs.setCurrentIndex(PARTS.index(part))

    def _show(self) -> None:
        self.tabs.setVisible(self._narrow)
        shown = PARTS[self.tabs.currentIndex()]
        for name, part in self._parts.items():
            part.setVisible(not self._narrow or name == shown)
        self.right.setVisible(not self._narrow or shown != "tree")
