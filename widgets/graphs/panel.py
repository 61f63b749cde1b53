"""The two graphs side by side, or one of them where room is short, and what can be copied of them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.series import Race, output_csv, spans_csv
from widgets.graphs.head import View
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel
from widgets.graphs.lane_rows import LaneRows

if TYPE_CHECKING:
    from widgets.graphs.output_plot import OutputPlot

ROOM_FOR_BOTH = 820
LEGEND_WIDTH = 280
ANY_WIDTH = 16_777_215  # Qt's QWIDGETSIZE_MAX, which PySide6 does not export
IDLE = "Output over time is drawn here while lanes stream."
TOO_LITTLE = "Not enough data yet: a line needs two chunks."


class GraphPanel(QWidget):
    resized = Signal()
    stale = Signal()
    """What is shown no longer fits the view and must be drawn again."""

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent)
        self._ink = ink
        self._lanes: tuple[LaneLabel, ...] = ()
        self._race = Race(0)
        self._view = View.BOTH
        self._plot: OutputPlot | None = None
        self._note = QLabel(IDLE, self)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setAutoFillBackground(True)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._note)
        self._rows = LaneRows(self, ink)
        self._arrange()
        self._offer_actions()
        self.dress(ink)

    def _arrange(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._pages)
        splitter.addWidget(self._rows)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _offer_actions(self) -> None:
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._offer("Copy as image", self.copy_image)
        self._offer("Copy output over time as CSV", self.copy_output)
        self._offer("Copy TTFT and totals as CSV", self.copy_times)
        self._offer("Fit to data", self.fit)

    def _offer(self, text: str, act: Callable[[], None]) -> None:
        action = QAction(text, self)
        action.triggered.connect(act)
        self.addAction(action)

    def sizeHint(self) -> QSize:
        return QSize(960, 196)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    @property
    def has_room_for_both(self) -> bool:
        return self.width() >= ROOM_FOR_BOTH

    @property
    def plot(self) -> "OutputPlot | None":
        """The plot, once pyqtgraph has been loaded."""
        return self._plot

    @property
    def note(self) -> str | None:
        """What is told in the place of the plot; None while there are lines."""
        return self._note.text() if self._pages.currentWidget() is self._note else None

    @property
    def view(self) -> View:
        return self._view

    def hold(self, plot: "OutputPlot") -> None:
        """Takes the plot in, once it could be made."""
        self._plot = plot
        self._pages.addWidget(plot)
        plot.reset(self._lanes, self._ink)
        plot.hovered.connect(self._rows.read_at)
        plot.moved.connect(self.stale)
        self.draw(self._race)

    def show_view(self, view: View) -> None:
        self._view = view
        self._pages.setVisible(view is not View.TIMES)
        self._rows.show_bars(view is not View.OUTPUT)
        self._rows.setMaximumWidth(LEGEND_WIDTH if view is View.OUTPUT else ANY_WIDTH)

    def say(self, text: str) -> None:
        """Tells `text` in the place of the plot."""
        self._note.setText(text)

    def dress(self, ink: Ink) -> None:
        self._ink = ink
        palette = self._note.palette()
        palette.setColor(QPalette.ColorRole.Window, ink.base)
        palette.setColor(QPalette.ColorRole.WindowText, ink.muted)
        self._note.setPalette(palette)
        self._rows.dress(ink)
        if self._plot is not None:
            self._plot.dress(self._lanes, ink)

    def reset(self, lanes: Sequence[LaneLabel], race: Race) -> None:
        self._lanes = tuple(lanes)
        self._rows.reset(lanes)
        if self._plot is not None:
            self._plot.reset(lanes, self._ink)
        self.say(TOO_LITTLE if lanes else IDLE)
        self.draw(race)

    def draw(self, race: Race) -> None:
        self._race = race
        race.take()
        self._rows.draw(race)
        if self._plot is None or not race.has_lines:
            self._pages.setCurrentWidget(self._note)
            return
        self._pages.setCurrentWidget(self._plot)
        self._plot.draw(race)

    def sentences(self) -> list[str]:
        return self._rows.sentences()

    def copy_image(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.grab())

    def copy_output(self) -> None:
        self._race.take()
        QGuiApplication.clipboard().setText(output_csv(self._labels(), self._race))

    def copy_times(self) -> None:
        self._race.take()
        QGuiApplication.clipboard().setText(spans_csv(self._labels(), self._race))

    def fit(self) -> None:
        if self._plot is not None:
            self._plot.fit()

    def _labels(self) -> list[str]:
        return [lane.label for lane in self._lanes]
