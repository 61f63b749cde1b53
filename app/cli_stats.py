"""What the repeats of `abreast run --stats` have shown: a table and sentences, or one JSON line."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from app.lanes import Lane
from app.printing import json_line, whole
from app.printing_text import harmless
from app.repeats.plan import Plan, told
from app.repeats.report import COMPARED, METRICS, Comparison, Report, labels
from app.repeats.sample import METRIC, Metric, One, sample
from app.repeats.sentences import alike_told
from app.statistics.bootstrap import LEAST, mean
from app.statistics.estimate import Estimate
from app.statistics.quantiles import least


class Asked(Protocol):
    """Whatever was run."""

    @property
    def plan(self) -> Plan: ...
    @property
    def lanes(self) -> tuple[Lane, ...]: ...


def report(plan: Plan, lanes: Sequence[Lane], runs: Iterable[One]) -> Report:
    """Of the turns of a conversation, the last one counts."""
    last = {(each.lane, each.repeat): each for each in runs}
    names = labels([lane.text for lane in lanes])
    return Report(plan, tuple(sample(name, lane, last.values()) for lane, name in enumerate(names)))


def text(asked: Asked, runs: Iterable[One]) -> bytes:
    found = report(asked.plan, asked.lanes, runs)
    lines = [f"--- statistics: {told(found.plan)} ---", *_table(found), *_remarks(found)]
    for lane, each in enumerate(found.samples):
        if (alike := found.determinism(lane)) is not None:
            lines.append(f"{each.label}: {alike_told(alike)}")
    if sentences := found.sentences():
        lines += ["", *sentences]
    return harmless(whole("\n" + "\n".join(lines) + "\n")).encode()


def _table(found: Report) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("lane", "figure", "n", "median", "95 %", "p95", "95 %", "mean", "95 %")]
    for lane, each in enumerate(found.samples):
        for id_ in (*COMPARED, "output", "cost"):
            row = found.row(lane, METRIC[id_])
            if row.median is not None and row.p95 is not None:
                unit = METRIC[id_].unit
                told = (row.median, row.p95, mean(row.values))
                cells = [part for found_ in told for part in (_figure(found_.value), _span(found_))]
                rows.append((each.label, f"{METRIC[id_].name} {unit}".strip(), str(row.median.n), *cells))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for each_row in rows:
        first = "  ".join(cell.ljust(width) for cell, width in zip(each_row[:2], widths, strict=False))
        rest = "  ".join(cell.rjust(width) for cell, width in zip(each_row[2:], widths[2:], strict=True))
        yield f"{first}  {rest}"


def _remarks(found: Report) -> Iterator[str]:
    for each in found.samples:
        if each.failed:
            yield f"{each.label}: {each.failed} of {each.failed + len(each.runs)} runs were not done, and do not count"
        if each.spoiled:
            runs = f"{each.spoiled} of {len(each.runs)} runs"
            yield f"{each.label}: this machine was busy in {runs}, whose times may be late"
    if any(0 < len(each.runs) < least(0.95) for each in found.samples):
        yield f"An interval needs {least(0.5)} runs for a median, {least(0.95)} for a p95, {LEAST} for a mean."


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _span(found: Estimate) -> str:
    inside = found.interval
    return f"{_figure(inside[0])} to {_figure(inside[1])}" if inside else "–"


# As JSON


def line(asked: Asked, runs: Iterable[One]) -> bytes:
    """The last line: the only one with `stats`."""
    found = report(asked.plan, asked.lanes, runs)
    return json_line({"schema": 1, "stats": {**tree(found), "comparisons": list(_comparisons(found))}})


def tree(found: Report) -> dict[str, Any]:
    plan = found.plan
    said: dict[str, Any] = {
        "repeats": plan.repeats,
        "warmup": plan.warmup,
        "order": "random" if plan.shuffled else "fixed",
    }
    said |= {"seed": plan.seed if plan.shuffled else None, "concurrency": plan.at_once or None, "warm": plan.warm}
    said["warm_in_part"] = plan.warm_in_part
    lanes = [_lane(found, lane) for lane in range(len(found.samples))]
    return {"plan": said, "level": 0.95, "lanes": lanes}


def _lane(found: Report, lane: int) -> dict[str, Any]:
    each, alike = found.samples[lane], found.determinism(lane)
    counts = {"n": len(each.runs), "warmup": each.warmups, "not_done": each.failed, "spoiled": each.spoiled}
    said = None if alike is None else {"identical": alike.identical, "distinct": alike.distinct}
    return {
        "lane_index": lane,
        "lane": each.label,
        **counts,
        "figures": {metric.id: _row(found, lane, metric) for metric in METRICS},
        "determinism": None if alike is None or said is None else {**said, "edit_distance": alike.distance},
    }


def _row(found: Report, lane: int, metric: Metric) -> dict[str, Any] | None:
    row = found.row(lane, metric)
    if not row.values:
        return None
    told = {"median": row.median, "p95": row.p95, "mean": mean(row.values)}
    return {"n": len(row.values), **{name: _estimate(each) for name, each in told.items()}}


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}


def _comparisons(found: Report) -> Iterator[dict[str, Any]]:
    for id_ in COMPARED:
        for each in found.comparisons(METRIC[id_]):
            yield _comparison(each)


def _comparison(each: Comparison) -> dict[str, Any]:
    contrast = each.found
    return {
        "a": each.a,
        "b": each.b,
        "figure": each.metric.id,
        "ratio": None if contrast is None else _estimate(contrast.ratio),
        "cliffs_delta": None if contrast is None else contrast.delta,
        "paired": contrast is not None and contrast.paired,
        "is_shown": contrast is not None and contrast.is_shown,
        "sentence": each.sentence,
    }
