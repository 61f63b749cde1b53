"""Small parts that show text: elided labels, chips, hairlines."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.theme import theme_for

SMALL_PX = 12


class ElidedLabel(QLabel):
    """One line of plain text that gives way: what does not fit is elided and stands in the tooltip."""

    def __init__(
        self, text: str, parent: QWidget, *, role: str = "text", px: int | None = None, bold: bool = False
    ) -> None:
        super().__init__(text, parent)
        self._role = role
        self._note = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        font = self.font()
        if px is not None:
            font.setPixelSize(px)
        font.setBold(bold)
        self.setFont(font)

    def set_role(self, role: str) -> None:
        """A role of the theme that the text takes its colour from."""
        self._role = role
        self.update()

    def set_note(self, note: str) -> None:
        self._note = note

    def hug(self) -> None:
        """Takes no more room than its text needs, and less where there is less."""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(one_line(self.text())) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        text = one_line(self.text())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        tip = "\n".join(filter(None, (text if shown != text else "", self._note)))
        if tip != self.toolTip():
            self.setToolTip(plain_tip(tip))
        painter = QPainter(self)
        painter.setPen(theme_for(self.palette()).color(self._role))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


class Chip(QLabel):
    """A word with a hairline around it."""

    def __init__(self, text: str, parent: QWidget, *, role: str = "muted") -> None:
        super().__init__(text, parent)
        self._role = role
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        font = self.font()
        font.setPixelSize(SMALL_PX - 1)
        self.setFont(font)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 13, self.fontMetrics().height() + 3)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.color(self._role)
        edge.setAlphaF(0.45)
        painter.setPen(edge)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.color(self._role))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Hairline(QWidget):
    """A line one pixel thin, across."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme_for(self.palette()).color("hairline"))


class _Tint(QObject):
    """Keeps a label's text in the colour of a role, whichever theme comes."""

    def __init__(self, label: QLabel) -> None:
        super().__init__(label)
        self._label = label
        self.role = ""
        label.installEventFilter(self)

    def apply(self) -> None:
        palette = self._label.palette()
        color = theme_for(palette).color(self.role)
        if palette.color(QPalette.ColorRole.WindowText) != color:
            palette.setColor(QPalette.ColorRole.WindowText, color)
            self._label.setPalette(palette)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self.apply()
        return super().eventFilter(watched, event)


def tinted(label: QLabel, role: str) -> None:
    """Gives a label's text the colour of a role of the theme."""
    tint = label.findChild(_Tint, options=Qt.FindChildOption.FindDirectChildrenOnly) or _Tint(label)
    tint.role = role
    tint.apply()


def one_line(text: str) -> str:
    """`text` without line breaks and control characters, and no longer than a line could be."""
    return "".join(c if c.isprintable() else " " for c in text[:2000])


def plain_tip(text: str) -> str:
    """Text for a tooltip that Qt must not take for HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<span>{escaped}</span>" if text else ""
