"""How the lane rows are painted."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from app.series import LaneSeries, Span, duration
from widgets.graphs.columns import Columns
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel, lane_pen
from widgets.graphs.scale import ticks

HEAD, FOOT = 20, 32
GRID_ALPHA = 0.3
REST_ALPHA = 0.35
TONES = ("Strong tone: TTFT, light tone: the rest", "Strong tone: TTFT")
UNFINISHED = {"stopped": "stopped", "cut_off": "cut off", "failed": "failed"}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class RowPicture:
    painter: QPainter
    ink: Ink
    columns: Columns
    bars: bool
    at_s: float | None
    limit_ms: float

    def head(self) -> None:
        self.painter.setPen(self.ink.muted)
        self.painter.drawText(self.columns.name.rect(0, HEAD), LEFT, "Lane")
        output = "Output" if self.at_s is None else f"at {self.at_s:.3f} s"
        self.painter.drawText(self.columns.output.rect(0, HEAD), RIGHT, output)
        if self.bars:
            room = self.columns.bar.rect(0, HEAD)
            self.painter.drawText(room, LEFT, self._fitting(TONES, room.width()))
            self.painter.drawText(self.columns.times.rect(0, HEAD), RIGHT, "TTFT · total")

    def row(self, top: int, height: int, lane: LaneLabel, series: LaneSeries) -> None:
        self._swatch(top + height // 2, lane)
        name = self.columns.name.rect(top, height)
        self.painter.setPen(self.ink.text)
        label = self.painter.fontMetrics().elidedText(lane.label, Qt.TextElideMode.ElideRight, name.width())
        self.painter.drawText(name, LEFT | Qt.TextFlag.TextSingleLine, label)
        self.painter.drawText(self.columns.output.rect(top, height), RIGHT, output_at(series, self.at_s))
        if self.bars:
            self.painter.drawText(self.columns.times.rect(top, height), RIGHT, times(series.span))
            self._bar(self.columns.bar.rect(top, height), series.span, self.ink.lane(lane.color))

    def _swatch(self, y: int, lane: LaneLabel) -> None:
        self.painter.setPen(lane_pen(lane, self.ink.lanes, width=2))
        self.painter.drawLine(self.columns.swatch.left, y, self.columns.swatch.right, y)

    def _bar(self, room: QRect, span: Span, color: QColor) -> None:
        if span.ttft_ms is None or span.end_ms is None:
            return
        thick = max(min(room.height() - 7, 10), 5)
        top = room.top() + (room.height() - thick) // 2
        first = max(self._x(span.ttft_ms, room.width()), 1)
        rest = max(self._x(span.end_ms, room.width()) - first, 0)
        self.painter.fillRect(room.left(), top, first, thick, color)
        self.painter.fillRect(room.left() + first, top, rest, thick, faint(color, REST_ALPHA))

    def axis(self, bottom: int) -> None:
        bar, top = self.columns.bar, bottom - FOOT
        in_seconds = self.limit_ms >= 2000
        self.painter.setPen(self.ink.line)
        self.painter.drawLine(bar.left, top, bar.right, top)
        grid = faint(self.ink.line, GRID_ALPHA)
        for value in ticks(self.limit_ms, max(bar.width // 60, 1)):
            x = bar.left + self._x(value, bar.width)
            self.painter.setPen(grid)
            self.painter.drawLine(x, HEAD, x, top + 3)
            self.painter.setPen(self.ink.muted)
            text = f"{value / 1e3 if in_seconds else value:g}"
            self.painter.drawText(QRect(x - 30, top + 3, 60, 13), Qt.AlignmentFlag.AlignCenter, text)
        self._axis_title(QRect(bar.left, top + 16, bar.width, 15), "s" if in_seconds else "ms")

    def _axis_title(self, room: QRect, unit: str) -> None:
        titles = (f"Time since the lane's own start, {unit}", f"Lane's time, {unit}", unit)
        self.painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._fitting(titles, room.width()))

    def _fitting(self, texts: Sequence[str], width: int) -> str:
        """The first of `texts`, longest first, that fits whole."""
        metrics = self.painter.fontMetrics()
        return next((text for text in texts if metrics.horizontalAdvance(text) <= width), "")

    def _x(self, value_ms: float, width: int) -> int:
        return round(width * min(value_ms / self.limit_ms, 1))


def faint(color: QColor, alpha: float) -> QColor:
    out = QColor(color)
    out.setAlphaF(alpha)
    return out


def output_at(series: LaneSeries, at_s: float | None) -> str:
    """The output of a lane at a moment of the race, or now, with its unit."""
    chunks = len(series.at_s) if at_s is None else bisect_right(series.at_s, at_s)
    unit = "tok" if series.unit == "tokens" else "chunks"
    return f"{chunks * series.per_chunk:,.0f} {unit}".replace(",", "\u202f")


def times(span: Span) -> str:
    """`182 ms · 1.24 s`, or the outcome in the place of a total that is none."""
    ttft = "–" if span.ttft_ms is None else duration(span.ttft_ms)
    if span.state in ("idle", "waiting"):
        return "" if span.state == "idle" else "waiting"
    if span.state in UNFINISHED:
        return f"{ttft} · {UNFINISHED[span.state]}"
    return ttft if span.end_ms is None else f"{ttft} · {duration(span.end_ms)}"
