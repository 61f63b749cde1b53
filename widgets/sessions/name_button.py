"""The session's name above the panes: whether it is saved, and the menu of what can be done with it."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from widgets.labels import one_line, plain_tip
from widgets.theme import theme_for

WIDEST = 280
DOT = 6
BESIDE = 8 + 6 + DOT + 26
"""What stands beside the name: its margin, the dot, the arrow."""


class NameButton(QToolButton):
    """A dot stands behind a name whose file does not hold everything."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._is_marked = "Untitled", False
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        font = self.font()
        font.setBold(True)
        self.setFont(font)

    def offer(self, menu: QMenu) -> None:
        self.setMenu(menu)

    def show_session(self, name: str, path: str, *, is_saved: bool, is_empty: bool) -> None:
        self._name, self._is_marked = one_line(name), not is_saved and not is_empty
        state = "saved" if is_saved else ("nothing to save yet" if is_empty and not path else "not saved to its file")
        self.setToolTip(plain_tip(f"{path or 'No file yet'} · {state}; a recovery copy is kept as you work"))
        self.setAccessibleName(f"Session {self._name}, {state}")
        self.updateGeometry()
        self.update()

    @property
    def text_shown(self) -> str:
        return f"{self._name} •" if self._is_marked else self._name

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._name) + 4 + BESIDE
        return QSize(min(WIDEST, width), 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.window().palette())  # the style sheet gives a tool button a ground of its own
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus() or self.isDown():
            painter.setPen(theme.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        room, metrics = self.width() - BESIDE, QFontMetrics(self.font())
        painter.setFont(self.font())
        text = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.setPen(theme.color("text"))
        painter.drawText(8, 0, room + 4, self.height(), Qt.AlignmentFlag.AlignVCenter, text)
        after = 8 + metrics.horizontalAdvance(text) + 6
        if self._is_marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning"))
            painter.drawEllipse(after, (self.height() - DOT) // 2, DOT, DOT)
        pen = painter.pen()
        pen.setColor(theme.color("muted"))
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setWidthF(1.4)
        painter.setPen(pen)
        x, y = self.width() - 16, self.height() / 2 - 1.5
        painter.drawPolyline([QPointF(x, y), QPointF(x + 4, y + 4), QPointF(x + 8, y)])
