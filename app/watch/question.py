"""Which runs answer the same question: what was sent, and by which lane."""

import hashlib

import msgspec

from app.faulted import fault_of
from app.session.document import Baseline, Run, Session


def question(session: Session, run: Run) -> str:
    """The same for runs of the same words, system prompt, attachments, model and parameters, at the same turn."""
    said = [_asked(session, each) for each in session.conversation(run.id) or (run,)]
    spec = [run.spec.model, sorted((name, repr(value)) for name, value in run.spec.params.items())]
    return hashlib.sha256(msgspec.json.encode([said, spec])).hexdigest()


def _asked(session: Session, run: Run) -> list[str]:
    prompt = session.prompt(run.prompt)
    if prompt is None:
        return [run.prompt]
    return [prompt.text, prompt.system, *(each.sha256 for each in prompt.draft.attachments)]


def runs_of(session: Session, baseline: Baseline) -> tuple[Run, ...]:
    ids = set(baseline.runs)
    return tuple(each for each in session.runs if each.id in ids)


def baseline_of(session: Session, run: Run) -> tuple[Baseline, tuple[Run, ...]] | None:
    """What that run is compared with: the newest baseline that holds runs of its question; None if there is none, or
    the run is part of it."""
    for baseline in reversed(session.baselines):
        if run.id in baseline.runs:
            return None
        asked = question(session, run)
        if runs := tuple(each for each in runs_of(session, baseline) if question(session, each) == asked):
            return baseline, runs
    return None


def baseline_for(session: Session, run: Run) -> tuple[Baseline, tuple[Run, ...]] | None:
    """As `baseline_of`; for a run that is part of one, that one."""
    own = next((each for each in session.baselines if run.id in each.runs), None)
    if own is None:
        return baseline_of(session, run)
    asked = question(session, run)
    return own, tuple(each for each in runs_of(session, own) if question(session, each) == asked)


def later(session: Session, run: Run) -> tuple[Run, ...]:
    """The runs of its question that belong to no baseline, did not warm up and were not made to go wrong, in order."""
    based = {id_ for each in session.baselines for id_ in each.runs}
    asked = question(session, run)
    real = (e for e in session.runs if e.id not in based and not e.warmup and not fault_of(e.record))
    return tuple(e for e in real if question(session, e) == asked)
