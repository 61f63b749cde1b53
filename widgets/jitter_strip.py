"""A tick for each chunk on an axis of time, with the stalls between them marked."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.jitter import TIMES, Jitter, Stall
from app.series import duration
from widgets.labels import SMALL_PX, plain_tip
from widgets.theme import Theme, figures_font, theme_for

EDGE = 12
LINE = 18
TICKS = 18
MARK = 6
"""The height of what points at a stall."""
HEIGHT = LINE + MARK + TICKS + LINE
NOTE = "Each tick is a chunk, not a token. A stall is a gap of more than {times:.0f} × the median one"


class JitterStrip(QWidget):
    """From the first chunk to the last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._jitter: Jitter | None = None
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Jitter")

    def show_jitter(self, jitter: Jitter | None) -> None:
        self._jitter = jitter
        self.setAccessibleDescription(self.told)
        self.updateGeometry()
        self.update()

    @property
    def told(self) -> str:
        return self._jitter.told if self._jitter is not None else "Not enough chunks to tell how evenly they came"

    def sizeHint(self) -> QSize:
        return QSize(260, HEIGHT if self._jitter is not None else LINE)

    def _x(self, at_ms: float) -> float:
        assert self._jitter is not None
        first, last = self._jitter.ticks_ms[0], self._jitter.ticks_ms[-1]
        return EDGE + (at_ms - first) / ((last - first) or 1.0) * (self.width() - 2 * EDGE - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = theme_for(self.palette()), QPainter(self)
        painter.setPen(theme.color("muted" if self._jitter is None else "text"))
        room = QRectF(EDGE, 0, self.width() - 2 * EDGE, LINE)
        told = QFontMetrics(self.font()).elidedText(self.told, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, told)
        if self._jitter is None:
            return
        for stall in self._jitter.stalls:
            self._stall(painter, theme, stall)
        self._ticks(painter, theme, self._jitter)
        self._axis(painter, theme, self._jitter)

    def _ticks(self, painter: QPainter, theme: Theme, jitter: Jitter) -> None:
        """Chunks that share a pixel are one tick."""
        color = theme.color("accent")
        for x in {round(self._x(at)) for at in jitter.ticks_ms}:
            painter.fillRect(QRectF(x, LINE + MARK, 1, TICKS), color)

    def _stall(self, painter: QPainter, theme: Theme, stall: Stall) -> None:
        """A ground below it, and a mark above, so that colour alone does not tell."""
        color, from_x, to_x = theme.color("warning"), self._x(stall.from_ms), self._x(stall.to_ms)
        middle, top = (from_x + to_x) / 2, float(LINE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = ((middle - 4, top), (middle + 4, top), (middle, top + MARK - 1))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        color.setAlphaF(0.28)
        painter.fillRect(QRectF(from_x, LINE + MARK, max(2.0, to_x - from_x), TICKS), color)

    def _axis(self, painter: QPainter, theme: Theme, jitter: Jitter) -> None:
        bottom = LINE + MARK + TICKS
        painter.fillRect(QRectF(EDGE, bottom, self.width() - 2 * EDGE, 1), theme.color("hairline"))
        painter.setPen(theme.color("muted"))
        words = QRectF(EDGE, bottom + 1, self.width() - 2 * EDGE, LINE - 1)
        first, last = jitter.ticks_ms[0], jitter.ticks_ms[-1]
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, duration(first))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, duration(last))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.tip(event.pos().x())), self)
            return True
        return super().event(event)

    def tip(self, x: int) -> str:
        """What is there."""
        note = NOTE.format(times=TIMES)
        if self._jitter is None:
            return note
        for stall in self._jitter.stalls:
            if self._x(stall.from_ms) - 4 <= x <= self._x(stall.to_ms) + 4:
                times = f", {stall.times:.0f} × the median" if stall.times is not None else ""
                return f"Stall of {stall.took}{times}, from {duration(stall.from_ms)} on\n{note}"
        return f"{self._jitter.told}\n{note}"
