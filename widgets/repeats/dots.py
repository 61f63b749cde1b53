"""Runs as points on one scale, with their median and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.statistics.estimate import Estimate
from widgets.theme import theme_for

EDGE = 8
DOT = 2.2
MOST_DOTS = 600


@dataclass(frozen=True)
class Drawn:
    values: tuple[float, ...]
    median: Estimate | None
    p95: Estimate | None
    color: int


class Dots(QWidget):
    """All rows of a table share `span`, so that they can be compared by eye."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._drawn = Drawn((), None, None, 0)
        self._span = (0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_values(self, drawn: Drawn, span: tuple[float, float]) -> None:
        self._drawn, self._span = drawn, span
        count = len(drawn.values)
        self.setAccessibleName(f"{count} {'run' if count == 1 else 'runs'} as points")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(70, 34)

    def place_of(self, value: float) -> float:
        low, high = self._span
        return EDGE + (self.width() - 2 * EDGE) * ((value - low) / (high - low) if high > low else 0.5)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.fillRect(QRectF(EDGE, middle - 0.5, self.width() - 2 * EDGE, 1), theme.color("hairline"))
        color = theme.lane(self._drawn.color)
        faint = theme.lane(self._drawn.color)
        faint.setAlphaF(0.45 if len(self._drawn.values) < 100 else 0.22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        for place, value in enumerate(_thinned(self._drawn.values)):
            painter.drawEllipse(QPointF(self.place_of(value), middle + _scatter(place)), DOT, DOT)
        if (median := self._drawn.median) is None:
            return
        if (inside := median.interval) is not None:
            low, high = self.place_of(inside[0]), self.place_of(inside[1])
            painter.setPen(QPen(color, 2))
            painter.drawLine(QPointF(low, middle), QPointF(high, middle))
            for end in (low, high):
                painter.drawLine(QPointF(end, middle - 4), QPointF(end, middle + 4))
        painter.setPen(QPen(theme.color("surface"), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(self.place_of(median.value), middle), 5, 5)
        if (p95 := self._drawn.p95) is not None and p95.n > 1:
            painter.setPen(QPen(color, 2))
            x = self.place_of(p95.value)
            painter.drawLine(QPointF(x, middle - 9), QPointF(x, middle + 9))


def _thinned(values: Sequence[float]) -> Sequence[float]:
    """Not more points than can be told apart."""
    step = max(1, len(values) // MOST_DOTS)
    return values[::step]


def _scatter(place: int) -> float:
    """Up or down by a little that looks like chance and is none, so that equal values do not hide each other."""
    return ((place * 0.618034) % 1.0 - 0.5) * 16
