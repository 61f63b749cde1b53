"""p50, p90, p95 and p99 of each model, as far as there are runs enough to tell."""

import numpy as np

from app.numbers.chart import Axis, Chart, Layer, Line, Mark, Points, nothing, packed
from app.numbers.columns import Columns, Floats
from app.numbers.figure import FIGURE, lacking, measured
from app.numbers.grouping import MOST_PLACES, grouped
from app.numbers.latency import NEEDED, SHARE
from app.numbers.question import Question
from app.numbers.telling import runs_told, told

MARKS: tuple[Mark, ...] = ("p50", "p90", "p95", "p99")


def percentiles(columns: Columns, question: Question) -> Chart:
    figure = FIGURE[question.figure]
    values, known = measured(columns, figure)
    names, axis = Axis(question.by.capitalize(), "names"), figure.axis(values[known])
    if known.sum() < NEEDED["p50"]:
        return nothing(names, axis, lacking(figure, NEEDED["p50"]))
    shown, y = columns.only(known), values[known]
    groups = grouped(shown, question.by, most=MOST_PLACES, rest=False)
    samples = [y[groups.rows(place)] for place in range(len(groups.series))]
    layers = [layer for place, sample in enumerate(samples) for layer in _ladder(place, sample, axis)]
    drawn = [float(np.max(np.frombuffer(layer.y))) for layer in layers if isinstance(layer, Points)]
    drawn += [float(np.min(np.frombuffer(layer.y))) for layer in layers if isinstance(layer, Points)]
    return Chart(
        Axis(names.title, "names", names=groups.names),
        figure.axis(np.array(drawn)),
        groups.series,
        tuple(layers),
        _note(samples),
        len(shown),
    )


def _ladder(place: int, sample: Floats, axis: Axis) -> list[Layer]:
    marks = [mark for mark in MARKS if len(sample) >= NEEDED[mark]]
    heights = [float(np.quantile(sample, SHARE[mark])) for mark in marks]
    line = [Line(place, packed([place] * len(marks)), packed(heights))] if len(marks) > 1 else []
    points = [
        Points(
            place,
            packed([place]),
            packed([height]),
            (),
            mark,
            (f"{mark} {told(axis, height)}, {runs_told(len(sample))}",),
        )
        for mark, height in zip(marks, heights, strict=True)
    ]
    return [*line, *points]


def _note(samples: list[Floats]) -> str:
    lacking = [f"{mark} needs {NEEDED[mark]} runs" for mark in MARKS if any(len(s) < NEEDED[mark] for s in samples)]
    return f"Where it is missing: {', '.join(lacking)}." if lacking else ""
