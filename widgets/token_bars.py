"""Tokens in and out, each a bar of its classes with what stands for what."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.token_bar import Kind, Part, TokenBar
from widgets.labels import SMALL_PX, plain_tip
from widgets.theme import Theme, figures_font, theme_for

EDGE = 12
LINE = 18
BAR = 12
SWATCH = 10
APART = 14
"""Between entries of a legend."""
BELOW = 6
LANES: dict[Kind, int] = {"fresh": 0, "cache_read": 2, "cache_write": 5, "audio": 3, "text": 0, "reasoning": 6}
"""Which of the colours that everybody can tell apart."""
HATCHES: dict[Kind, Qt.BrushStyle] = {
    "cache_read": Qt.BrushStyle.BDiagPattern,
    "cache_write": Qt.BrushStyle.FDiagPattern,
    "reasoning": Qt.BrushStyle.DiagCrossPattern,
    "audio": Qt.BrushStyle.VerPattern,
}
"""What is not plain text, so that colour alone does not tell."""
SIDES = {"in": "In", "out": "Out"}


class TokenBars(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars: tuple[TokenBar, ...] = ()
        self._places: list[tuple[QRectF, str]] = []
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Tokens")

    def show_bars(self, bars: tuple[TokenBar, ...]) -> None:
        self._bars = bars
        self.setAccessibleDescription("; ".join(told(bar) for bar in bars))
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.minimumHeight() != self._height():
            self.setFixedHeight(self._height())

    def _height(self) -> int:
        return sum(self._height_of(bar) for bar in self._bars)

    def _height_of(self, bar: TokenBar) -> int:
        if not bar.parts:
            return LINE + BELOW
        return LINE + BAR + LINE * (1 + max(row for _, row, _ in self._legend(bar))) + BELOW

    def _legend(self, bar: TokenBar) -> list[tuple[float, int, Part]]:
        """Where each entry begins, and in which row."""
        metrics, found = QFontMetrics(self.font()), []
        x, row = float(EDGE), 0
        for part in bar.parts:
            width = SWATCH + 4 + metrics.horizontalAdvance(_entry(part, bar))
            if x > EDGE and x + width > self.width() - EDGE:
                x, row = float(EDGE), row + 1
            found.append((x, row, part))
            x += width + APART
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = theme_for(self.palette()), QPainter(self)
        self._places = []
        top = 0
        for bar in self._bars:
            self._bar(painter, theme, bar, top)
            top += self._height_of(bar)

    def _bar(self, painter: QPainter, theme: Theme, bar: TokenBar, top: int) -> None:
        whole = self.width() - 2 * EDGE
        painter.setPen(theme.color("muted" if bar.total is None or bar.trouble else "text"))
        head = QFontMetrics(self.font()).elidedText(told_total(bar), Qt.TextElideMode.ElideRight, whole)
        painter.drawText(QRectF(EDGE, top, whole, LINE), Qt.AlignmentFlag.AlignVCenter, head)
        if not bar.parts:
            self._places.append((QRectF(0, top, self.width(), LINE), told_total(bar)))
            return
        x = float(EDGE)
        for part in bar.parts:
            width = whole * part.tokens / (bar.total or 1)
            place = QRectF(x, top + LINE, max(1.0, width - 1), BAR)
            _fill(painter, theme, place, part.kind)
            self._places.append((place, _tip(part, bar)))
            x += width
        for left, row, part in self._legend(bar):
            self._entry(painter, theme, bar, part, left, top + LINE + BAR + row * LINE)

    def _entry(self, painter: QPainter, theme: Theme, bar: TokenBar, part: Part, left: float, top: int) -> None:
        _fill(painter, theme, QRectF(left, top + (LINE - SWATCH) / 2, SWATCH, SWATCH), part.kind)
        room = QRectF(left + SWATCH + 4, top, self.width() - EDGE - left - SWATCH - 4, LINE)
        painter.setPen(theme.color("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _entry(part, bar))
        width = QFontMetrics(self.font()).horizontalAdvance(_entry(part, bar))
        self._places.append((QRectF(left, top, SWATCH + 4 + width, LINE), _tip(part, bar)))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.tip(event.pos())), self)
            return True
        return super().event(event)

    def tip(self, at: QPoint) -> str:
        found = [tip for place, tip in self._places if place.contains(at.toPointF())]
        return found[0] if found else ""


def told_total(bar: TokenBar) -> str:
    """`In 2,112 tok`."""
    side = SIDES[bar.side]
    if bar.total is None:
        return f"{side}: not reported"
    return f"{side} {bar.total:,} tok{f' · {bar.trouble}' if bar.trouble else ''}"


def told(bar: TokenBar) -> str:
    parts = ", ".join(f"{part.tokens:,} {part.name}" for part in bar.parts)
    return f"{told_total(bar)}: {parts}" if parts else told_total(bar)


def _entry(part: Part, bar: TokenBar) -> str:
    share = f" ({100 * part.tokens / bar.total:.0f} %)" if bar.total and len(bar.parts) > 1 else ""
    return f"{part.name} {part.tokens:,}{share}"


def _tip(part: Part, bar: TokenBar) -> str:
    return f"{SIDES[bar.side]}: {_entry(part, bar)}\n{part.note}"


def _fill(painter: QPainter, theme: Theme, place: QRectF, kind: Kind) -> None:
    color = theme.lane(LANES[kind])
    painter.fillRect(place, color)
    if (hatch := HATCHES.get(kind)) is not None:
        ink = QColor(theme.surface)
        ink.setAlphaF(0.55)
        painter.fillRect(place, QBrush(ink, hatch))
