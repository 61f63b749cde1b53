"""The steps of attempts as bars on one axis of time."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.series import duration
from app.waterfall import Kind, Step
from widgets.labels import SMALL_PX, plain_tip
from widgets.theme import Theme, figures_font, theme_for

ROW = 22
BAR = 10
GAP = 12
EDGE = 12
NAMES = 0.45
"""The most of the width that names may take."""
BELOW = 10
LEAST = 2.0
"""A step that took no time to speak of is still seen."""
WHOLE: tuple[Kind, ...] = ("attempt", "void")
"""Attempts, not steps of them."""
ROLES: dict[Kind, str] = {
    "connection": "warning",
    "waiting": "muted",
    "reasoning": "code_keyword",
    "content": "accent",
    "mark": "success",
    "attempt": "text",
    "void": "muted",
}


class WaterfallView(QWidget):
    """A row for each step: its name, its bar, how long it took."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Waterfall")

    def show_steps(self, steps: tuple[Step, ...]) -> None:
        if len(steps) != len(self._steps):
            self.updateGeometry()
        self._steps = steps
        self.setAccessibleDescription(", ".join(f"{step.name} {step.took}" for step in steps))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, ROW * len(self._steps) + (ROW if self._steps else 0))

    def _columns(self) -> tuple[float, float]:
        """Where the bars begin and end."""
        metrics = QFontMetrics(self.font())
        names = max((metrics.horizontalAdvance(step.name) + self._indent(step) for step in self._steps), default=0)
        took = max((metrics.horizontalAdvance(step.took) for step in self._steps), default=0)
        left = EDGE + min(names, self.width() * NAMES) + GAP
        return left, max(left + 20.0, self.width() - EDGE - took - GAP)

    def _indent(self, step: Step) -> int:
        """Steps stand below their attempts, where attempts are named."""
        is_below = step.kind not in WHOLE and any(each.kind in WHOLE for each in self._steps)
        return BELOW if is_below else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._steps:
            return
        theme, painter = theme_for(self.palette()), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self._columns()
        end = max(step.to_ms for step in self._steps) or 1.0
        self._axis(painter, theme, left, right, end)
        for row, step in enumerate(self._steps):
            self._row(painter, theme, row, step, left, (right - left) / end)

    def _row(self, painter: QPainter, theme: Theme, row: int, step: Step, left: float, scale: float) -> None:
        top = row * ROW
        painter.setPen(theme.color("muted" if step.kind == "void" else "text"))
        begin = EDGE + self._indent(step)
        name = QFontMetrics(painter.font()).elidedText(step.name, Qt.TextElideMode.ElideRight, round(left - begin - 4))
        painter.drawText(QRectF(begin, top, left, ROW), Qt.AlignmentFlag.AlignVCenter, name)
        took = QRectF(0, top, self.width() - EDGE, ROW)
        painter.setPen(theme.color("muted"))
        painter.drawText(took, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, step.took)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_color(theme, step.kind))
        from_x, to_x = left + step.from_ms * scale, left + step.to_ms * scale
        if step.kind in WHOLE:
            _bracket(painter, _color(theme, step.kind), from_x, to_x, top, is_void=step.kind == "void")
        elif step.kind == "mark":
            painter.drawEllipse(QRectF(to_x - BAR / 2, top + (ROW - BAR) / 2, BAR, BAR).adjusted(1, 1, -1, -1))
        else:
            bar = QRectF(from_x, top + (ROW - BAR) / 2, max(LEAST, to_x - from_x), BAR)
            radius = min(2.0, bar.width() / 2)
            painter.drawRoundedRect(bar, radius, radius)

    def _axis(self, painter: QPainter, theme: Theme, left: float, right: float, end: float) -> None:
        bottom = ROW * len(self._steps)
        line = theme.color("hairline")
        for share in (0.0, 0.5, 1.0):
            at = round(left + (right - left) * share)
            painter.fillRect(QRectF(at, 0, 1, bottom), line)
        painter.setPen(theme.color("muted"))
        words = QRectF(left, bottom, right - left, ROW)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, duration(end))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row = event.pos().y() // ROW
            if 0 <= row < len(self._steps):
                step = self._steps[row]
                span = "" if step.kind == "mark" else f"\nfrom {duration(step.from_ms)} to {duration(step.to_ms)}"
                QToolTip.showText(event.globalPos(), plain_tip(f"{step.name}: {step.took}{span}\n{step.note}"), self)
                return True
        return super().event(event)


def _bracket(painter: QPainter, color: QColor, from_x: float, to_x: float, top: float, *, is_void: bool) -> None:
    """A whole attempt: a line from its begin to its end, dashed where it failed or was set aside."""
    painter.setPen(QPen(color, 1.5, Qt.PenStyle.DotLine if is_void else Qt.PenStyle.SolidLine))
    middle, end = top + ROW / 2, max(to_x, from_x + LEAST)
    painter.drawLine(QPointF(from_x, middle), QPointF(end, middle))
    painter.setPen(QPen(color, 1.5))
    for x in (from_x, end):
        painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))


def _color(theme: Theme, kind: Kind) -> QColor:
    color = theme.color(ROLES[kind])
    if kind == "waiting":
        color.setAlphaF(0.55)
    return color
