"""The little of SVG that our icons use, as a painter's path: lines and cubic curves in absolute coordinates, circles
and rectangles. Qt's own reader takes 26 ms to load, more than the window has before its first paint."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

_ELEMENT = re.compile(r"<(path|rect|circle)\s([^>]*?)/>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_STEP = re.compile(r"([MLHVCZ])([^MLHVCZ]*)")


@dataclass(frozen=True)
class Shape:
    path: QPainterPath
    filled: bool
    dashes: tuple[float, ...] = ()


def shapes(svg: str) -> list[Shape]:
    found = []
    for kind, text in _ELEMENT.findall(svg):
        attributes = dict(_ATTRIBUTE.findall(text))
        dashes = tuple(float(length) for length in attributes.get("stroke-dasharray", "").split())
        found.append(Shape(_outline(kind, attributes), attributes.get("fill") == "currentColor", dashes))
    return found


def draw(painter: QPainter, shape: Shape, pen: QPen) -> None:
    stroke = QPen(pen)
    if shape.dashes:
        stroke.setDashPattern([length / pen.widthF() for length in shape.dashes])
    painter.setPen(stroke)
    painter.setBrush(pen.color() if shape.filled else Qt.BrushStyle.NoBrush)
    painter.drawPath(shape.path)


def _outline(kind: str, attributes: dict[str, str]) -> QPainterPath:
    path = QPainterPath()

    def number(name: str) -> float:
        return float(attributes.get(name, "0"))

    if kind == "circle":
        path.addEllipse(QPointF(number("cx"), number("cy")), number("r"), number("r"))
    elif kind == "rect":
        box = QRectF(number("x"), number("y"), number("width"), number("height"))
        path.addRoundedRect(box, number("rx"), number("rx"))
    else:
        _trace(path, attributes["d"])
    return path


def _trace(path: QPainterPath, steps: str) -> None:
    for letter, text in _STEP.findall(steps):
        at = [float(number) for number in text.split()]
        here = path.currentPosition()
        match letter:
            case "M":
                path.moveTo(at[0], at[1])
            case "L":
                path.lineTo(at[0], at[1])
            case "H":
                path.lineTo(at[0], here.y())
            case "V":
                path.lineTo(here.x(), at[0])
            case "C":
                path.cubicTo(*at)
            case "Z":
                path.closeSubpath()
