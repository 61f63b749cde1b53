"""The dock's title bar: its name, which graphs to show, and a button that closes it."""

from enum import IntEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QLabel, QToolButton, QWidget


class View(IntEnum):
    BOTH = 0
    OUTPUT = 1
    TIMES = 2


NAMES = {View.BOTH: "Both", View.OUTPUT: "Output", View.TIMES: "Times"}
TIPS = {
    View.BOTH: "Output over time, and TTFT and total",
    View.OUTPUT: "Output over time",
    View.TIMES: "TTFT and total of each lane",
}


class Head(QWidget):
    chosen = Signal(int)
    """A `View` was chosen by the user."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 2)
        layout.setSpacing(0)
        layout.addWidget(QLabel("Live graphs", self))
        layout.addSpacing(12)
        for view in View:
            layout.addWidget(self._segment(view))
        layout.addStretch(1)
        layout.addWidget(self._close_button())
        self._group.idClicked.connect(self.chosen)
        self.show_view(View.BOTH)

    def _segment(self, view: View) -> QAbstractButton:
        button = QToolButton(self)
        button.setText(NAMES[view])
        button.setToolTip(TIPS[view])
        button.setAccessibleName(TIPS[view])
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._group.addButton(button, view)
        return button

    def _close_button(self) -> QAbstractButton:
        button = QToolButton(self)
        button.setText("×")
        button.setAutoRaise(True)
        button.setToolTip("Close the live graphs")
        button.setAccessibleName("Close the live graphs")
        button.clicked.connect(self._on_close)
        return button

    def show_view(self, view: View) -> None:
        self._group.button(view).setChecked(True)

    def offer_both(self, offered: bool) -> None:
        """Whether there is room for both graphs."""
        self._group.button(View.BOTH).setVisible(offered)

    def _on_close(self) -> None:
        self.closed.emit()
