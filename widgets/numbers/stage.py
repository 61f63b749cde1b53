"""Where a chart stands: its picture or what is said in its place, its legend, and what is read from it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.numbers.chart import Chart
from widgets.graphs.ink import Ink
from widgets.graphs.loading import Loading
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import PAD_L, theme_for

if TYPE_CHECKING:
    from app.numbers.nearest import Near
    from widgets.numbers.canvas import Canvas
    from widgets.numbers.legend import Legend

LEAST_HEIGHT = 140
LOADING = "One moment: what draws graphs is being loaded."
HINT = "Drag selects runs, the wheel zooms, the right button moves, a double click shows all or opens a run."


class Note(QLabel):
    """A sentence in the middle of an empty picture."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(theme.color("muted"))
        room = self.rect().adjusted(PAD_L, PAD_L, -PAD_L, -PAD_L)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text())


class Stage(QWidget):
    made = Signal(object)
    """The `Canvas` is there: pyqtgraph has been loaded."""

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent)
        self._ink = ink
        self._chart: Chart | None = None
        self.canvas: Canvas | None = None
        self._legend: Legend | None = None
        self._note = Note(LOADING, self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._note)
        self._pages.setMinimumHeight(LEAST_HEIGHT)
        self._said = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._pages, 1)
        self._column.addWidget(self._said)
        self._loading = Loading("widgets.numbers.warm", self)
        self._loading.done.connect(self._on_loaded)
        self._loading.failed.connect(self._on_failed)
        self.dress(ink)

    def load(self) -> None:
        """In a thread, once."""
        self._loading.start()

    @property
    def chart(self) -> Chart | None:
        return self._chart

    @property
    def note(self) -> str | None:
        """What is said in the place of the picture; None while there is one."""
        return self._note.text() if self._pages.currentWidget() is self._note else None

    @property
    def said(self) -> str:
        return self._said.text()

    def show_chart(self, chart: Chart, *, keeps_view: bool = False) -> None:
        self._chart = chart
        if self.canvas is None or self._legend is None:
            return
        self._legend.show_chart(chart)
        if not chart.layers:
            self.say(chart.note)
            return
        self.canvas.show_chart(chart, keeps_view=keeps_view)
        self._pages.setCurrentWidget(self.canvas)
        self._rest()

    def say(self, text: str) -> None:
        """In the place of a picture."""
        self._note.setText(text)
        self._pages.setCurrentWidget(self._note)
        if self._legend is not None:
            self._legend.hide()
        self._said.setText("")

    def dress(self, ink: Ink) -> None:
        self._ink = ink
        if self.canvas is not None and self._legend is not None:
            self.canvas.dress(ink)
            self._legend.dress(ink)

    def copy_image(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.grab())

    def _on_loaded(self) -> None:
        from widgets.numbers.canvas import Canvas  # here, since it needs what has just been loaded
        from widgets.numbers.legend import Legend

        self.canvas, self._legend = Canvas(self, self._ink), Legend(self, self._ink)
        self._pages.addWidget(self.canvas)
        self._column.insertWidget(0, self._legend)
        self.canvas.hovered.connect(self._on_hovered)
        self.made.emit(self.canvas)
        if self._chart is not None:
            self.show_chart(self._chart)

    def _on_failed(self, why: str) -> None:
        self.say(f"Graphs cannot be drawn, since pyqtgraph could not be loaded. {why}")

    def _on_hovered(self, near: "Near") -> None:
        if near.said:
            self._said.set_role("text")
            self._said.setText(near.said)
        else:
            self._rest()

    def _rest(self) -> None:
        """What is said while the pointer is nowhere near anything."""
        note = self._chart.note if self._chart is not None else ""
        self._said.set_role("muted")
        self._said.setText(note or HINT)
        self._said.set_note(HINT)
