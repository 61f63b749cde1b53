"""Which line is which, beside their values at the threshold."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.labels import SMALL_PX
from widgets.theme import figures_font, theme_for

GAP, DASH = 20, 22
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class Told(NamedTuple):
    name: str
    value: str
    color: int


class CurveKey(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._told: tuple[Told, ...] = ()
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)

    def tell(self, told: Sequence[Told]) -> None:
        self._told = tuple(told)
        self.setAccessibleName(", ".join(f"{each.name} {each.value}" for each in told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, metrics = theme_for(self.palette()), self.fontMetrics()
        painter = QPainter(self)
        x, middle = 0, self.height() / 2
        for at, told in enumerate(self._told):
            painter.setPen(QPen(theme.lane(told.color), 2, STYLES[at % len(STYLES)]))
            painter.drawLine(QPointF(x, middle), QPointF(x + DASH, middle))
            x += DASH + 6
            for text, role in ((told.name, "muted"), (told.value, "text")):
                painter.setPen(theme.color(role))
                width = metrics.horizontalAdvance(text)
                painter.drawText(x, 0, width + 2, self.height(), int(Qt.AlignmentFlag.AlignVCenter), text)
                x += width + 6
            x += GAP - 6
