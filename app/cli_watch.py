"""`abreast watch SESSION --against BASELINE`: the session is run anew, and compared with runs of before."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import cli_run, shapes
from app.cli_options import UsageError
from app.cli_session import SessionAsk, of_session
from app.cli_vendors import known_vendors
from app.printing_text import harmless, report
from app.records import RunRecord
from app.session import files
from app.session.codec import SessionError
from app.session.document import Baseline, Run, Session
from app.watch.bounds import Bounds, fitting, marked, past, served
from app.watch.drift import Drift, Figure, drift
from app.watch.question import question, runs_of
from app.watch.validity import NONE, Schema, Validity, schema_of
from providers.events import Event

WITHIN, PAST, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(options: Namespace) -> int:
    directory = known_vendors("watch")
    try:
        before = _baseline(options.against)
        own = _schema(options.fits)
        ask = of_session(_as_run(options), directory, environ=os.environ)
        pairs = _asked_before(before, ask)
    except (UsageError, SessionError) as error:
        sys.stderr.write(f"abreast watch: {error}\n")
        return USAGE
    known = {run.id for run in ask.runs.session.runs}
    if cli_run.quietly(ask, directory, Progress(), "watch") == INTERRUPTED:
        return INTERRUPTED
    code = WITHIN
    for label, was, now in _compared(pairs, ask.runs.session, known):
        found = drift([each for each, _ in was], now, own or was[0][1])
        over = tuple(past(found, _bounds(options)))
        sys.stdout.write(_json(label, found, over) if options.json else _text(label, found, over))
        code = PAST if over else code
    return max(code, ask.saved(WITHIN))


def _as_run(options: Namespace) -> Namespace:
    """The options of `run`, where this command has none of its own."""
    from app.cli import parser

    return Namespace(**vars(parser().parse_args(["run"])) | vars(options) | {"json": False})


class Progress:
    """A line of its figures for each run, on standard error; answers are not printed."""

    def event(self, run: int, event: Event) -> None:
        pass

    def ended(self, record: RunRecord) -> None:
        report(record)


Based = tuple[Run, Schema]
"""A run of the baseline, and the JSON schema that answers to its question have to fit."""


def _baseline(path: str) -> tuple[tuple[str, Based], ...]:
    """The runs of its baselines; of a session without any, all that count. Each with its question."""
    session, _ = files.read(Path(path))
    based: list[tuple[Run, Baseline | None]] = [
        (run, each) for each in session.baselines for run in runs_of(session, each)
    ]
    found = based or [(each, None) for each in session.runs if not each.warmup]
    if not any(run.record.outcome == "done" for run, _ in found):
        raise SessionError(f"{Path(path).name} holds no run that is done, so there is nothing to compare with")
    return tuple((question(session, run), (run, schema_of(baseline, run))) for run, baseline in found)


def _schema(path: str | None) -> Schema:
    """Raises `UsageError`."""
    if path is None:
        return NONE
    try:
        return shapes.schema(Path(path).read_text(encoding="utf-8")).schema
    except OSError as error:
        raise UsageError(f"--schema {path}: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"--schema {path}: {error}") from None


def _asked_before(before: tuple[tuple[str, Based], ...], ask: SessionAsk) -> dict[str, list[Based]]:
    """Raises `UsageError` where the session asks nothing that the baseline has an answer to."""
    by_question: dict[str, list[Based]] = {}
    for asked, based in before:
        by_question.setdefault(asked, []).append(based)
    models = {run.spec.model for _, (run, _) in before}
    if not any(lane.text in models for lane in ask.lanes):
        raise UsageError("no lane of the session is one of the baseline, so there is nothing to compare")
    return by_question


def _compared(
    before: dict[str, list[Based]], session: Session, known: set[str]
) -> Iterator[tuple[str, list[Based], list[Run]]]:
    """Label, runs of the baseline, and new runs of the same question."""
    new: dict[str, list[Run]] = {}
    for run in session.runs:
        if run.id not in known and not run.warmup:
            new.setdefault(question(session, run), []).append(run)
    for asked, runs in new.items():
        turn = len(session.conversation(runs[0].id))
        label = f"{runs[0].spec.model}, turn {turn}"
        if asked in before:
            yield label, before[asked], runs
        else:
            sys.stderr.write(harmless(f"abreast watch: {label}: the baseline has no answer to this\n"))


def _bounds(options: Namespace) -> Bounds:
    return Bounds(
        *(options.max_ttft, options.max_total, options.max_cost, options.max_tokens, options.max_length),
        *(options.max_slowdown, options.min_similarity, options.min_valid, options.any_model),
    )


def _text(label: str, found: Drift, over: tuple[str, ...]) -> str:
    lines = [f"{label}: {found.n[1]} runs against {found.n[0]} of the baseline"]
    lines += [line for each in found.figures if (line := _line(each))]
    if found.similarity is not None:
        lines.append(f"  answers are {found.similarity:.1%} like those of the baseline")
    if found.valid is not None:
        lines.append(f"  {fitting(found.valid)}")
    if found.strange_models:
        lines.append(f"  {served(found)}")
    if found.strange_fingerprints:
        lines.append(f"  {marked(found)}")
    lines += [f"! {each}" for each in over]
    return harmless("\n".join(lines)) + "\n\n"


def _line(figure: Figure) -> str:
    if figure.contrast is None or figure.before is None or figure.after is None:
        return ""
    unit = figure.metric.unit
    values = f"{_value(figure.before.value)} → {_value(figure.after.value)} {unit}".rstrip()
    return f"  {figure.metric.name:<14}{values:<32}{figure.told}"


def _value(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _json(label: str, found: Drift, over: tuple[str, ...]) -> str:
    said = {
        "lane": label.rpartition(", turn ")[0],
        "turn": int(label.rpartition(" ")[2]),
        "n": {"before": found.n[0], "after": found.n[1], "not_done": found.not_done},
        "figures": {each.metric.id: _figure(each) for each in found.figures},
        "similarity": found.similarity,
        "json": None if found.valid is None else _validity(found.valid),
        "models": {"before": found.models[0], "after": found.models[1]},
        "fingerprints": {"before": found.fingerprints[0], "after": found.fingerprints[1]},
        "past": list(over),
    }
    return json.dumps(said, ensure_ascii=False) + "\n"


def _validity(valid: Validity) -> dict[str, Any]:
    said = {"before": valid.before, "after": valid.after, "schema": valid.by_schema}
    return said | ({"faults": list(valid.faults)} if valid.by_schema else {})


def _figure(figure: Figure) -> dict[str, Any]:
    ratio = figure.contrast.ratio if figure.contrast is not None else None
    return {
        "before": figure.before.value if figure.before else None,
        "after": figure.after.value if figure.after else None,
        "change": figure.change,
        "change_of": None if figure.change is None else "pairs" if figure.is_of_pairs else "medians",
        "low": ratio.low - 1 if ratio is not None and ratio.low is not None else None,
        "high": ratio.high - 1 if ratio is not None and ratio.high is not None else None,
        "is_shown": figure.contrast is not None and figure.contrast.is_shown,
    }
