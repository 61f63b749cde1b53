"""The shadow of what floats, as a widget of its own: an effect on the sheet would draw and blur all of the sheet anew
with every key that is typed into it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

REACH = 24
FALL = 8
"""How far it lies below what throws it."""
DARKEST = 60
"""Of 255, where it begins."""


class Shadow(QWidget):
    """Lies right below its caster and goes wherever that goes."""

    def __init__(self, caster: QWidget, radius: int) -> None:
        super().__init__(caster.parentWidget())
        self._caster, self._radius = caster, radius
        self._is_cast = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        caster.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._caster:
            match event.type():
                case QEvent.Type.Move | QEvent.Type.Resize:
                    self._follow()
                case QEvent.Type.Show | QEvent.Type.ZOrderChange:
                    self._follow()
                    self.setVisible(self._is_cast)
                    self.stackUnder(self._caster)
                case QEvent.Type.Hide:
                    self.hide()
        return super().eventFilter(watched, event)

    def set_cast(self, is_cast: bool) -> None:
        """Whether there is anything to throw it on."""
        self._is_cast = is_cast
        self.setVisible(is_cast and self._caster.isVisible())

    def _follow(self) -> None:
        self.setGeometry(self._caster.geometry().adjusted(-REACH, FALL - REACH, REACH, FALL + REACH))

    def paintEvent(self, event: QPaintEvent) -> None:
        caster = self._caster.geometry().translated(-self.pos())
        round_about = event.region().subtracted(QRegion(caster.adjusted(*(self._radius,) * 2, *(-self._radius,) * 2)))
        if round_about.isEmpty():
            return
        painter = QPainter(self)
        painter.setClipRegion(round_about)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        before = 0.0
        for step in range(REACH, 0, -2):
            wanted = DARKEST / 255 * (1 - step / REACH) ** 2
            more = (wanted - before) / (1 - before)
            before = wanted
            if more > 0:
                painter.setBrush(QColor(0, 0, 0, round(more * 255)))
                rim = caster.translated(0, FALL).adjusted(-step, -step, step, step)
                painter.drawRoundedRect(rim.toRectF(), self._radius + step, self._radius + step)
