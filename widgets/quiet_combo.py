"""A choice that a turn of the mouse's wheel does not change by chance, on its way over it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.pick_box import PickBox


class QuietCombo(PickBox):
    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel gives no focus either

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What lies behind scrolls."""
        event.ignore()
