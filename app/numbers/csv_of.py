"""What a chart shows as CSV: one row for each thing that is drawn."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from app.numbers.chart import Axis, Bars, Chart, Density, Intervals, Layer, Line, Points, unpacked
from app.series import inert

Row = tuple[object, ...]
HEAD = ("series", "what")
TAIL = ("low", "high", "told", "run")


def csv_of(chart: Chart) -> str:
    """Numbers are in the units of the axes' titles, times in UTC. Empty where there is nothing to be said."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*HEAD, chart.x.title or "x", chart.y.title or "y", *TAIL))
    for layer in chart.layers:
        writer.writerows(
            tuple(inert(cell) if isinstance(cell, str) else cell for cell in row) for row in _rows(chart, layer)
        )
    return out.getvalue()


def _rows(chart: Chart, layer: Layer) -> Iterator[Row]:
    up = partial(_up, chart.y)
    match layer:
        case Density():
            yield from _cells(chart, layer)
        case Points():
            for n, (x, y) in enumerate(zip(unpacked(layer.x), up(layer.y), strict=True)):
                yield (*_start(chart, layer.series, layer.mark, x), y, "", "", _nth(layer.told, n), _nth(layer.runs, n))
        case Line():
            for n, (x, y) in enumerate(zip(unpacked(layer.x), up(layer.y), strict=True)):
                yield (*_start(chart, layer.series, layer.name or "line", x), y, "", "", _nth(layer.told, n), "")
        case Bars():
            for n, (x, base, top) in enumerate(zip(unpacked(layer.x), up(layer.base), up(layer.top), strict=True)):
                yield (*_start(chart, layer.series, "bar", x), top - base, base, top, _nth(layer.told, n), "")
        case Intervals():
            columns = (unpacked(layer.x), up(layer.middle), up(layer.low), up(layer.high))
            for n, (x, middle, low, high) in enumerate(zip(*columns, strict=True)):
                ends = (_known(low), _known(high))
                yield (*_start(chart, layer.series, "median", x), middle, *ends, _nth(layer.told, n), "")


def _up(axis: Axis, column: bytes) -> list[float]:
    return [value / axis.scale for value in unpacked(column)]


def _cells(chart: Chart, layer: Density) -> Iterator[Row]:
    """The middle of each cell that is not empty, with how many runs lie in it."""
    counts = memoryview(layer.counts).cast("I")
    for n, count in enumerate(counts):
        if count:
            row, column = divmod(n, layer.columns)
            x = layer.left + (column + 0.5) * (layer.right - layer.left) / layer.columns
            yield (
                "",
                "cell",
                _cell(chart.x, x),
                _height(chart.y, layer, row) / chart.y.scale,
                "",
                "",
                f"{count} runs",
                "",
            )


def _height(axis: Axis, layer: Density, row: int) -> float:
    share = (row + 0.5) / layer.rows
    if axis.log:
        return float(layer.bottom * (layer.top / layer.bottom) ** share)
    return layer.bottom + share * (layer.top - layer.bottom)


def _start(chart: Chart, series: int, what: str, x: float) -> Row:
    return (chart.series[series].name, what, _cell(chart.x, x))


def _cell(axis: Axis, x: float) -> object:
    match axis.kind:
        case "names":
            place = round(x)
            return axis.names[place] if 0 <= place < len(axis.names) else x
        case "time":
            return datetime.fromtimestamp(x, UTC).isoformat()
        case "day":
            return datetime.fromtimestamp(x - (axis.scale - 1) * 43_200).astimezone().date().isoformat()
    return x / axis.scale


def _nth(texts: tuple[str, ...], n: int) -> str:
    return texts[n] if n < len(texts) else ""


def _known(value: float) -> float | str:
    return "" if value != value else value
