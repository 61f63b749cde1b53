"""The middle of the window, from top to bottom: lines that say something, the panes with their docks, bars, the
composer."""

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from widgets.composer import Composer
from widgets.pane_grid import PaneGrid
from widgets.strip import Level, Strip
from widgets.top_bar import TopBar

ROOMY = 720
"""A window that is lower than this many pixels begins without graphs, unless they were left open."""
CRAMPED = 640
"""Below this, even then."""


class Stage(QWidget):
    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.bars: list[QWidget] = []
        self._graphs: QAction | None = None
        self.workspace = QMainWindow(self)
        self.workspace.setWindowFlags(Qt.WindowType.Widget)
        self.top = TopBar(self)
        self.grid = PaneGrid(self.workspace)
        self.composer = Composer(self)
        self._arrange()

    def _arrange(self) -> None:
        self.workspace.setCentralWidget(self.grid)
        self.workspace.setContentsMargins(8, 8, 8, 8)
        self._strips = QVBoxLayout()
        self._strips.setSpacing(0)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.top)
        self.column.addLayout(self._strips)
        self.column.addWidget(self.workspace, 1)
        self.column.addWidget(self.composer)

    def add_strip(self, text: str, level: Level, *, copied: str = "", act: str = "", lasting: bool = False) -> Strip:
        """One more line at the top that says something."""
        strip = Strip(self, text, level, copied=copied, act=act, lasting=lasting)
        self._strips.addWidget(strip)
        return strip

    def begin_with(self, strip: Strip) -> None:
        """A line that stands above the others."""
        self._strips.insertWidget(0, strip)

    def hold_bar(self, bar: QWidget) -> None:
        """Gives a bar its place above the composer; while it is there, Esc closes it."""
        self.bars.append(bar)
        self.column.insertWidget(self.column.indexOf(self.composer), bar)

    def close_bar(self) -> bool:
        """Closes the bar that came last; whether there was any."""
        if self.bars:
            self.bars[-1].close()
            return True
        return False

    def hold_dock(self, dock: QDockWidget, docks: str, height: int) -> None:
        """Gives a dock its place below the panes, as `docks` tells where it was; in a low window it is not shown."""
        self.workspace.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
        dock.setVisible(height >= ROOMY)
        self.workspace.restoreState(QByteArray.fromBase64(docks.encode()))
        if height < CRAMPED:
            dock.hide()
        self._graphs = dock.toggleViewAction()
        self.top.offer_graphs(self._graphs)

    def toggle_graphs(self) -> None:
        """Nothing, as long as there are none: the window is still starting."""
        if self._graphs is not None:
            self._graphs.trigger()

    def hold_inspector(self, dock: QDockWidget) -> None:
        """Gives a dock its place beside the panes, as wide as it was."""
        self.workspace.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.workspace.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.workspace.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.workspace.restoreDockWidget(dock)

    def docks(self, otherwise: str) -> str:
        """Where the docks are, as settings keep it; as it was, as long as there are none."""
        if not self.workspace.findChildren(QDockWidget):
            return otherwise
        return bytes(self.workspace.saveState().toBase64().data()).decode()
