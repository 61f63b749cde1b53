"""A row for each lane: its points on a common scale, median, p95 and mean with their intervals."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.repeats.of_session import Held
from app.repeats.report import Row
from app.repeats.summary import Summary
from app.statistics.bootstrap import LEAST
from app.statistics.estimate import Estimate
from app.statistics.quantiles import least
from widgets.labels import SMALL_PX, ElidedLabel, Hairline
from widgets.repeats.dots import Dots, Drawn
from widgets.theme import figures_font, theme_for

HEADS = ("Lane", "Runs", "Each run, median with 95 %, p95", "Median", "p95", "Mean")
FIGURES = (4, 5, 6)
"""Columns of values with their intervals."""
TOO_FEW = "too few for 95 %"


class Swatch(QWidget):
    """The colour of a lane."""

    def __init__(self, parent: QWidget, color: int) -> None:
        super().__init__(parent)
        self._color = color
        self.setFixedSize(10, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme_for(self.palette()).lane(self._color))
        painter.drawRoundedRect(0, self.height() // 2 - 4, 8, 8, 2, 2)


class Table(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(3, 5)
        for column, widest in ((1, "a lane"), (2, "000 (00 ✕)"), *((column, TOO_FEW) for column in FIGURES)):
            self._grid.setColumnMinimumWidth(column, _width(self, widest))
        self._parts: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_summary(self, found: Summary) -> None:
        self._clear()
        for column, head in enumerate(HEADS, 1):
            self._put(self._label(head, role="muted", right=column in (2, *FIGURES)), 0, column)
        self._put(Hairline(self), 1, 0, 7)
        span = _span(found.rows)
        for lane, row in enumerate(found.rows):
            self._lane(found.held, lane, row, span)
            needed = (least(0.5), least(0.95), LEAST)
            for column, each, runs in zip(FIGURES, (row.median, row.p95, found.means[lane]), needed, strict=True):
                self._put(self._figure(each, runs), lane + 2, column)

    def _clear(self) -> None:
        for part in self._parts:
            self._grid.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []

    def _lane(self, held: Held, lane: int, row: Row, span: tuple[float, float]) -> None:
        sample, line = held.report.samples[lane], lane + 2
        self._put(Swatch(self, held.colors[lane]), line, 0)
        name = self._label(sample.label)
        self._put(name, line, 1)
        runs = self._label(_runs(row, sample.failed), right=True)
        runs.set_note(_counts(row, sample.warmups, sample.failed, sample.spoiled))
        self._put(runs, line, 2)
        dots = Dots(self)
        dots.show_values(Drawn(row.values, row.median, row.p95, held.colors[lane]), span)
        self._put(dots, line, 3)

    def _figure(self, found: Estimate | None, needed: int) -> QWidget:
        """The value, and below it its interval, which needs so many runs."""
        cell = QWidget(self)
        grid = QGridLayout(cell)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._label("–" if found is None else figure(found.value), right=True), 0, 0)
        inside = None if found is None else found.interval
        said = f"{figure(inside[0])} to {figure(inside[1])}" if inside else TOO_FEW if found else ""
        below = self._label(said, role="muted", right=True)
        if found is not None and inside is None:
            below.set_note(f"An interval needs {needed} runs that differ; there are {found.n}")
        grid.addWidget(below, 1, 0)
        return cell

    def _label(self, text: str, *, role: str = "text", right: bool = False) -> ElidedLabel:
        label = ElidedLabel(text, self, role=role, px=SMALL_PX)
        label.setFont(figures_font(label.font()))
        if right:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        return label

    def _put(self, part: QWidget, row: int, column: int, columns: int = 1) -> None:
        self._grid.addWidget(part, row, column, 1, columns)
        self._parts.append(part)
        part.show()


def _width(widget: QWidget, text: str) -> int:
    font = figures_font(widget.font())
    font.setPixelSize(SMALL_PX)
    return QFontMetrics(font).horizontalAdvance(text) + 4


def figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _runs(row: Row, failed: int) -> str:
    return f"{len(row.values)} ({failed} ✕)" if failed else str(len(row.values))


def _counts(row: Row, warmups: int, failed: int, spoiled: int) -> str:
    parts = [f"{len(row.values)} runs have this figure"]
    parts += [f"{warmups} to warm up do not count"] if warmups else []
    parts += [f"{failed} were not done and do not count"] if failed else []
    parts += [f"in {spoiled} this machine was busy, so that times may be late"] if spoiled else []
    return "; ".join(parts)


def _span(rows: tuple[Row, ...]) -> tuple[float, float]:
    """From the least of all to the greatest; with a little room where all are one."""
    values = [value for row in rows for value in row.values]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return (low, high) if high > low else (low * 0.9 - 1e-9, high * 1.1 + 1e-9)
