"""One row a lane: how it is drawn, its output, and its time as a bar, TTFT in one tone and the rest in another.

The rows are the legend of the plot beside them. While the pointer is over the plot, the output column reads the lanes
at that moment; else it reads them now.
"""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from app.series import Race
from widgets.graphs.columns import columns_for
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel
from widgets.graphs.row_picture import FOOT, HEAD, RowPicture, output_at, times
from widgets.graphs.scale import grown

ROW_MIN, ROW_MAX = 14, 22
LEAST_MS = 100.0
IDLE = "TTFT and total time are drawn here, a bar a lane."


class LaneRows(QAbstractScrollArea):
    """Paints a race when told to; `show_bars(False)` leaves the bars out where room is short."""

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent)
        self._ink = ink
        self._lanes: tuple[LaneLabel, ...] = ()
        self._race = Race(0)
        self._limit_ms = LEAST_MS
        self._at_s: float | None = None
        self._bars = True
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName("Lanes: output, TTFT and total time")
        self.setMinimumWidth(240)
        self._set_font()

    def _set_font(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setFeature(QFont.Tag("tnum"), 1)
        self.setFont(font)

    def reset(self, lanes: Sequence[LaneLabel]) -> None:
        self._lanes = tuple(lanes)
        self._limit_ms = LEAST_MS
        self._at_s = None
        self.draw(Race(len(lanes)))

    def dress(self, ink: Ink) -> None:
        self._ink = ink
        self.viewport().update()

    def show_bars(self, bars: bool) -> None:
        self._bars = bars
        self.viewport().update()

    def read_at(self, at_s: float | None) -> None:
        """Reads the output column at `at_s` on the race's clock, or now."""
        self._at_s = at_s
        self.viewport().update()

    def draw(self, race: Race) -> None:
        self._race = race
        most = max((lane.span.end_ms or 0.0 for lane in race.lanes), default=0.0)
        self._limit_ms = grown(self._limit_ms, most, least=LEAST_MS)
        self._fit_scroll_bar()
        self.viewport().update()

    def sentences(self) -> list[str]:
        """Each lane in words."""
        return [
            f"{lane.label}: {output_at(series, self._at_s)}, {times(series.span)}"
            for lane, series in zip(self._lanes, self._race.lanes, strict=True)
        ]

    def _room(self) -> int:
        return max(self.viewport().height() - HEAD - FOOT, 1)

    def _row_height(self) -> int:
        return max(ROW_MIN, min(ROW_MAX, self._room() // max(len(self._lanes), 1)))

    def _fit_scroll_bar(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self._room())
        bar.setSingleStep(self._row_height())
        bar.setRange(0, max(0, self._row_height() * len(self._lanes) - self._room()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bar()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos().y()), self)
            return True
        return super().viewportEvent(event)

    def _tip_at(self, y: int) -> str:
        row = (y - HEAD + self.verticalScrollBar().value()) // self._row_height()
        inside = HEAD <= y < HEAD + self._room() and 0 <= row < len(self._lanes)
        return f"<p>{escape(self.sentences()[row])}</p>" if inside else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._ink.base)
        if self._lanes:
            self._paint_race(painter)
        else:
            painter.setPen(self._ink.muted)
            font = QFont(self.font())
            font.setPixelSize(QFontInfo(QGuiApplication.font()).pixelSize())
            painter.setFont(font)
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, IDLE)
        painter.end()

    def _paint_race(self, painter: QPainter) -> None:
        columns = columns_for(self.viewport().width(), bars=self._bars)
        picture = RowPicture(painter, self._ink, columns, self._bars, self._at_s, self._limit_ms)
        picture.head()
        if self._bars:
            picture.axis(self.viewport().height())
        painter.setClipRect(0, HEAD, self.viewport().width(), self._room())
        self._paint_rows(picture)

    def _paint_rows(self, picture: RowPicture) -> None:
        height = self._row_height()
        top = HEAD - self.verticalScrollBar().value()
        for lane, series in zip(self._lanes, self._race.lanes, strict=True):
            if top + height > HEAD and top < HEAD + self._room():
                picture.row(top, height, lane, series)
            top += height
