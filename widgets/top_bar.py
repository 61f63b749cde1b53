"""The line above the panes: how many lanes there are, one more, and how they are laid out."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.sessions.name_button import NameButton
from widgets.theme import theme_for


class TopBar(QWidget):
    add_asked = Signal()
    find_asked = Signal()
    palette_asked = Signal()
    layout_asked = Signal(str)
    graphs_asked = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = NameButton(self)
        self._count = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._add = IconButton("plus", "Add a lane (Ctrl+T)", self, text="Lane")
        self._grid = IconButton("grid", "Lanes in a grid", self)
        self._columns = IconButton("columns", "Lanes in one row", self)
        self._graphs = IconButton("pulse", "Show or hide the live graphs", self)
        self._find = IconButton("find", "Find in answers (Ctrl+F)", self)
        self._palette = IconButton("command", "All commands (Ctrl+K)", self)
        for button in (self._grid, self._columns, self._graphs):
            button.setCheckable(True)
        self._graphs.hide()
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.session)
        row.addSpacing(4)
        row.addWidget(self._add)
        row.addSpacing(4)
        row.addWidget(self._count, 1)
        for button in (self._grid, self._columns):
            row.addWidget(button)
        row.addSpacing(8)
        for button in (self._graphs, self._find, self._palette):
            row.addWidget(button)

    def _connect(self) -> None:
        self._add.clicked.connect(self.add_asked)
        self._find.clicked.connect(self.find_asked)
        self._palette.clicked.connect(self.palette_asked)
        self._grid.clicked.connect(self._on_grid)
        self._columns.clicked.connect(self._on_columns)

    def _on_grid(self) -> None:
        self.layout_asked.emit("grid")

    def _on_columns(self) -> None:
        self.layout_asked.emit("columns")

    def show_lanes(self, count: int, *, full: bool) -> None:
        self._count.setText("1 lane" if count == 1 else f"{count} lanes")
        self._add.setEnabled(not full)
        self._add.set_name(f"{count} lanes are the most there can be" if full else "Add a lane (Ctrl+T)")

    def show_layout(self, layout: str) -> None:
        self._grid.setChecked(layout == "grid")
        self._columns.setChecked(layout == "columns")

    def offer_graphs(self, toggle: QAction) -> None:
        """`toggle` is the dock's own action."""
        self._graphs.setChecked(toggle.isChecked())
        self._graphs.clicked.connect(toggle.trigger)
        toggle.toggled.connect(self._graphs.setChecked)
        self._graphs.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("hairline"))
