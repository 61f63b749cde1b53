"""A line of figures that keep their places while they change."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.shown import Segment
from widgets.labels import SMALL_PX, plain_tip
from widgets.theme import figures_font, theme_for

DOT = " · "
CLICK = "Click to see how it was made"


class FigureLine(QWidget):
    """Each segment keeps the width of the widest text it has had; what does not fit is elided."""

    asked = Signal(str)
    """How was that figure made? The `Topic` that tells."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self._segments: tuple[Segment, ...] = ()
        self._widths: list[int] = []
        self._places: list[QRect] = []
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Figures")

    def settle(self, segments: tuple[Segment, ...]) -> None:
        """The last figures: nothing changes any more, so no places are kept."""
        self._widths = []
        self.show_segments(tuple(Segment(each.text, "", each.note, each.topic) for each in segments))

    def show_segments(self, segments: tuple[Segment, ...]) -> None:
        if len(segments) != len(self._widths):
            self._widths = [0] * len(segments)
        self._segments = segments
        metrics = QFontMetrics(self.font())
        self._widths = [
            max(before, metrics.horizontalAdvance(each.text), metrics.horizontalAdvance(each.widest))
            for before, each in zip(self._widths, segments, strict=True)
        ]
        self.setAccessibleDescription(self.text())
        self.update()

    def text(self) -> str:
        return DOT.join(each.text for each in self._segments)

    def clear(self) -> None:
        self._segments, self._widths = (), []
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths), QFontMetrics(self.font()).height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        dot = metrics.horizontalAdvance(DOT)
        tight = self._is_tight(metrics)
        x, self._places = 0, []
        for number, segment in enumerate(self._segments):
            width = metrics.horizontalAdvance(segment.text) if tight else self._widths[number]
            if number and x + dot + metrics.horizontalAdvance("00…") > self.width():
                break  # the details grid has the rest
            if number:
                painter.setPen(theme.color("muted"))
                painter.drawText(QRect(x, 0, dot, self.height()), Qt.AlignmentFlag.AlignCenter, DOT)
                x += dot
            room = QRect(x, 0, max(0, min(width, self.width() - x)), self.height())
            text = metrics.elidedText(segment.text, Qt.TextElideMode.ElideRight, room.width() + 1)
            painter.setPen(theme.color("text"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
            self._places.append(room)
            x += width

    def _is_tight(self, metrics: QFontMetrics) -> bool:
        """Where the kept places would not fit, figures stand close together."""
        return sum(self._widths) + metrics.horizontalAdvance(DOT) * (len(self._widths) - 1) > self.width()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self._tip(event.pos())), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position().toPoint())
        if found is None or found.topic is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.asked.emit(found.topic)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position().toPoint())
        hand = found is not None and found.topic is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def _at(self, at: QPoint) -> Segment | None:
        places = zip(self._places, self._segments, strict=False)
        return next((segment for place, segment in places if place.contains(at)), None)

    def _tip(self, at: QPoint) -> str:
        found = self._at(at)
        if found is None:
            return self.text()
        how = CLICK if found.topic is not None else ""
        return "\n".join(filter(None, (found.text, found.note, how)))
