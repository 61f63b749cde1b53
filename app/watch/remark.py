"""One run against its baseline, in a word or two: what its pane says of it."""

from dataclasses import dataclass

from app.session.document import Run, Session
from app.watch.bounds import marked, served
from app.watch.drift import Drift, Figure, drift
from app.watch.question import baseline_of
from app.watch.validity import Validity, schema_of

NOTABLE = 0.1
"""A figure that is less than this share away from the baseline's median is not remarked on, wherever it lies."""
ALIKE = 0.5
"""Answers that are less alike than this are remarked on."""
LEAST_RUNS = 5
"""With fewer runs the range of a baseline says little, and a figure is to be twice or half of its median."""


@dataclass(frozen=True)
class Remark:
    """`short` is empty where nothing is to be remarked on."""

    short: str
    notes: tuple[str, ...] = ()
    is_baseline: bool = False


NOTHING = Remark("")


def remark(session: Session, run: Run) -> Remark:
    if any(run.id in each.runs for each in session.baselines):
        return Remark("baseline", ("Later runs of this prompt are compared with this one",), is_baseline=True)
    found = baseline_of(session, run)
    if found is None or run.record.outcome != "done":
        return NOTHING
    baseline, runs = found
    seen = drift(runs, (run,), schema_of(baseline, run))
    figures = (said for each in seen.figures if (said := _figure(each, seen.n[0])))
    notes = (*_served(seen), *_fitting(seen), *figures, *_text(seen))
    short = notes[0].partition(", ")[0] if notes else ""
    more = f" +{len(notes) - 1}" if len(notes) > 1 else ""
    return Remark(f"drift: {short}{more}" if short else "", notes)


def _served(seen: Drift) -> tuple[str, ...]:
    models = (served(seen),) if seen.strange_models else ()
    return (*models, *((marked(seen),) if seen.strange_fingerprints else ()))


def _figure(figure: Figure, n: int) -> str:
    change = figure.change
    if change is None or figure.within is None or figure.after is None or abs(change) < NOTABLE:
        return ""
    low, high = figure.within if n >= LEAST_RUNS else (figure.within[0] / 2, figure.within[1] * 2)
    if low <= figure.after.value <= high:
        return ""
    unit = f" {figure.metric.unit}" if figure.metric.unit else ""
    ranged = f"{figure.within[0]:.4g} to {figure.within[1]:.4g}{unit} in {n} runs of the baseline"
    return f"{figure.metric.name} {change:+.0%}, {figure.after.value:.4g}{unit} against {ranged}"


def _fitting(seen: Drift) -> tuple[str, ...]:
    match seen.valid:
        case Validity(by_schema=True, faults=(why, *_)):
            return (f"does not fit its JSON schema, {why}",)
        case Validity(by_schema=False, before=1, after=0):
            return ("no JSON, as all answers of the baseline are",)
        case _:
            return ()


def _text(seen: Drift) -> tuple[str, ...]:
    if seen.similarity is None or seen.similarity >= ALIKE:
        return ()
    return (f"text {seen.similarity:.0%} alike, compared with the nearest answer of the baseline",)
