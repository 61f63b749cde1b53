"""What the colours, markers, dashes and patterns of a chart stand for."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.numbers.chart import Bars, Chart, Density, Line, Points
from widgets.flow import Flow
from widgets.graphs.ink import Ink
from widgets.labels import SMALL_PX, plain_tip
from widgets.numbers.marks import OF_MARK, brush_of, color_of, ground_of, is_patterned, pen_of, symbol_of

SWATCH = 26
MARK = 4.0
NAME_MOST = 220
OF_PERCENTILES = ("p50", "p90", "p95", "p99")


@dataclass(frozen=True)
class Entry:
    """A series, and with which kinds of layers it is drawn."""

    name: str
    color: int
    kinds: frozenset[type]
    symbol: str = ""
    is_patterned: bool = True


CROWD = Entry("The stronger, the more runs", -1, frozenset({Bars}), is_patterned=False)


class Key(QWidget):
    """One series: as it is drawn, and its name."""

    def __init__(self, parent: QWidget, entry: Entry, ink: Ink) -> None:
        super().__init__(parent)
        self.name, self._entry, self._ink = entry.name, entry, ink
        font = self.font()
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self.setToolTip(plain_tip(entry.name))
        self.setAccessibleName(entry.name)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(SWATCH + 6 + min(metrics.horizontalAdvance(self.name), NAME_MOST) + 4, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(SWATCH, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        if Bars in self._entry.kinds:
            painter.setPen(color_of(self._entry.color, self._ink))
            swatch = QRectF(4.5, middle - 5.5, 17, 11)
            painter.fillRect(swatch, ground_of(self._entry.color, self._ink))
            painter.setBrush((brush_of if self._entry.is_patterned else color_of)(self._entry.color, self._ink))
            painter.drawRect(swatch)
        if Line in self._entry.kinds:
            pen = pen_of(self._entry.color, self._ink, is_dashed=self._entry.color < 0, width=2)
            pen.setWidthF(pen.widthF() * self.devicePixelRatioF())
            painter.setPen(pen)
            painter.drawLine(QPointF(0, middle), QPointF(SWATCH, middle))
        if Points in self._entry.kinds:
            draw_mark(painter, self._entry.symbol, QPointF(SWATCH / 2, middle), self._entry.color, self._ink)
        painter.setPen(self._ink.text)
        room = self.rect().adjusted(SWATCH + 6, 0, 0, 0)
        told = self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, told)


def draw_mark(painter: QPainter, symbol: str, at: QPointF, color: int, ink: Ink) -> None:
    painter.save()
    painter.translate(at)
    painter.setPen(QPen(color_of(color, ink), 1.5) if symbol in "+x" else Qt.PenStyle.NoPen)
    painter.setBrush(color_of(color, ink))
    match symbol:
        case "o":
            painter.drawEllipse(QPointF(0, 0), MARK, MARK)
        case "s":
            painter.drawRect(QRectF(-MARK, -MARK, 2 * MARK, 2 * MARK))
        case "+":
            painter.drawLine(QPointF(-MARK, 0), QPointF(MARK, 0))
            painter.drawLine(QPointF(0, -MARK), QPointF(0, MARK))
        case "x":
            painter.drawLine(QPointF(-MARK, -MARK), QPointF(MARK, MARK))
            painter.drawLine(QPointF(-MARK, MARK), QPointF(MARK, -MARK))
        case _:
            painter.drawPolygon(QPolygonF([QPointF(x * MARK, y * MARK) for x, y in CORNERS[symbol]]))
    painter.restore()


CORNERS = {
    "t": ((-1.1, -1), (1.1, -1), (0, 1.1)),
    "t1": ((-1.1, 1), (1.1, 1), (0, -1.1)),
    "d": ((-0.9, 0), (0, -1.3), (0.9, 0), (0, 1.3)),
    "star": (
        *((0, -1.4), (0.35, -0.45), (1.3, -0.45), (0.55, 0.15), (0.85, 1.15)),
        *((0, 0.55), (-0.85, 1.15), (-0.55, 0.15), (-1.3, -0.45), (-0.35, -0.45)),
    ),
}


class Legend(QWidget):
    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__(parent)
        self._ink = ink
        self._chart: Chart | None = None
        self._keys: list[Key] = []
        self._flow = Flow(self, gap=12)

    @property
    def names(self) -> list[str]:
        return [key.name for key in self._keys]

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        for key in self._keys:
            self._flow.removeWidget(key)
            key.hide()
            key.deleteLater()
        self._keys = []
        for entry in entries(chart):
            key = Key(self, entry, self._ink)
            self._flow.addWidget(key)
            key.show()
            self._keys.append(key)
        self.setVisible(bool(self._keys))
        self.updateGeometry()

    def dress(self, ink: Ink) -> None:
        self._ink = ink
        if self._chart is not None:
            self.show_chart(self._chart)


def entries(chart: Chart) -> list[Entry]:
    """Nothing where the axis itself names the series."""
    if chart.x.kind == "names" and any(isinstance(layer, Points) and layer.mark in OF_MARK for layer in chart.layers):
        return [Entry(mark, -1, frozenset({Points}), OF_MARK[mark]) for mark in OF_PERCENTILES]
    crowd = [CROWD] if _has_crowd(chart) else []
    if chart.x.names == tuple(each.name for each in chart.series):
        return crowd
    patterned, found = is_patterned(chart), []
    for place, series in enumerate(chart.series):
        layers = [layer for layer in chart.layers if not isinstance(layer, Density) and layer.series == place]
        if layers:
            kinds = frozenset(type(layer) for layer in layers)
            found.append(Entry(series.name, series.color, kinds, symbol_of(series.color), patterned))
    return [*found, *crowd]


def _has_crowd(chart: Chart) -> bool:
    return any(isinstance(layer, Density) for layer in chart.layers)
