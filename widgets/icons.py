"""The program's own line-drawn icons, tinted with a colour and sharp at every scale."""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap

from resources import find
from widgets.drawing import Shape, draw, shapes

SIZES = (16, 20, 24, 32, 48)
"""Pixels drawn in advance; Qt takes the one that fits the screen's scale."""
PALE = 0.5
"""Of what is disabled: a thin line in the colour of muted text still looks as if it could be pressed."""
VIEW = 24.0
STROKE = 1.6


def icon(name: str, palette: QPalette, size: int) -> QIcon:
    """The icon of that many pixels in the colour of button text, paler where it is disabled, for screens of 100, 150
    and 200 %. A start draws dozens of them: no size more than is shown."""
    on = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
    off = QColor(palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText))
    off.setAlphaF(PALE)
    return tinted(name, on, off, (size, size * 3 // 2, size * 2))


def tinted(name: str, color: QColor, disabled: QColor | None = None, sizes: tuple[int, ...] = SIZES) -> QIcon:
    found = QIcon()
    for size in sizes:
        found.addPixmap(pixmap(name, size, color.rgba()))
        if disabled is not None:
            found.addPixmap(pixmap(name, size, disabled.rgba()), QIcon.Mode.Disabled)
    return found


@cache
def pixmap(name: str, size: int, rgba: int) -> QPixmap:
    color = QColor.fromRgba(rgba)
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / VIEW, size / VIEW)
    pen = QPen(color, STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    for shape in _drawing(name):
        draw(painter, shape, pen)
    painter.end()
    return picture


@cache
def _drawing(name: str) -> tuple[Shape, ...]:
    return tuple(shapes(find("icons", f"{name}.svg").read_text(encoding="utf-8")))
