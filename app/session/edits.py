"""What can be done to a session. Each takes one and gives another."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from app.session.document import (
    Baseline,
    Better,
    Blob,
    Draft,
    Experiment,
    Lane,
    Opinion,
    Prompt,
    Run,
    Session,
)


def drafted(session: Session, draft: Draft, blobs: dict[str, Blob] | None = None) -> Session:
    """With this draft, and what is attached to it."""
    return replace(session, draft=draft, attachments=session.attachments | (blobs or {}))


def laned(session: Session, lanes: Iterable[Lane], next_lane: int) -> Session:
    return replace(session, lanes=tuple(lanes), next_lane=max(next_lane, session.next_lane))


def routed(session: Session, routes: dict[str, str]) -> Session:
    """These routes, as text by their names, are the session's own from now on."""
    return replace(session, routes=session.routes | routes) if routes else session


def titled(session: Session, title: str) -> Session:
    return replace(session, title=title)


def prompted(session: Session, prompt: Prompt) -> Session:
    return session if session.prompt(prompt.id) else replace(session, prompts=(*session.prompts, prompt))


def ran(session: Session, prompt: Prompt, run: Run) -> Session:
    """A run has ended: it is kept with its prompt, and its lane goes on from there. One of the same id gives way."""
    session = prompted(session, prompt)
    runs = (*(each for each in session.runs if each.id != run.id), run)
    return headed(replace(session, runs=runs), run.lane, run.id)


def with_lane_of(session: Session, run: Run) -> Session:
    """With the lane that made this run, where it is not on the bench any more; it goes on from the run."""
    if session.lane(run.lane) is not None:
        return session
    used = {lane.color for lane in session.lanes}
    color = next((color for color in range(8) if color not in used), 0)
    lane = Lane(run.lane, run.spec, color, run.id)
    return laned(session, (*session.lanes, lane), run.lane + 1)


def headed(session: Session, lane: int, run: str | None) -> Session:
    """That lane goes on from this run; from nothing, if that is None."""
    return replace(session, lanes=tuple(replace(e, head=run) if e.id == lane else e for e in session.lanes))


def thought(session: Session, run: str, opinion: Opinion) -> Session:
    """What the user thinks of that run."""
    return _each_run(session, run, opinion=opinion)


def preferred(session: Session, better: Better) -> Session:
    """A pair has one verdict: the last."""
    pair = {better.better, better.worse}
    return replace(session, better=(*(e for e in session.better if {e.better, e.worse} != pair), better))


def without_run(session: Session, run: str) -> Session:
    """Also its prompt, if no other run has that. What came after it keeps its text and begins a conversation."""
    gone = session.run(run)
    if gone is None:
        return session
    runs = tuple(replace(e, after=gone.after) if e.after == run else e for e in session.runs if e.id != run)
    used = {each.prompt for each in runs}
    return replace(
        session,
        runs=runs,
        prompts=tuple(e for e in session.prompts if e.id in used or e.id != gone.prompt),
        lanes=tuple(replace(e, head=gone.after) if e.head == run else e for e in session.lanes),
        better=tuple(e for e in session.better if run not in (e.better, e.worse)),
        baselines=_left_of(session.baselines, run),
    )


def _left_of(baselines: tuple[Baseline, ...], run: str) -> tuple[Baseline, ...]:
    """A baseline that loses its last run is gone."""
    without = (replace(e, runs=tuple(id_ for id_ in e.runs if id_ != run)) for e in baselines)
    return tuple(each for each in without if each.runs)


def experimented(session: Session, experiment: Experiment) -> Session:
    return replace(session, experiments=(*session.experiments, experiment))


def based(session: Session, baseline: Baseline) -> Session:
    """With this baseline; a run is of one at most, and the new one has it."""
    runs = set(baseline.runs)
    left = (replace(e, runs=tuple(id_ for id_ in e.runs if id_ not in runs)) for e in session.baselines)
    return replace(session, baselines=(*(each for each in left if each.runs), baseline))


def fitted(session: Session, baseline: str, schema: dict[str, Any]) -> Session:
    """Answers are to fit that schema from now on; an empty one asks nothing of them."""
    made = (replace(e, json_schema=schema) if e.id == baseline else e for e in session.baselines)
    return replace(session, baselines=tuple(made))


def unbased(session: Session, baseline: str) -> Session:
    return replace(session, baselines=tuple(each for each in session.baselines if each.id != baseline))


def pruned(session: Session) -> Session:
    """Without attachments that nothing refers to any more."""
    drafts = (session.draft, *(each.draft for each in session.prompts))
    used = {each.sha256 for draft in drafts for each in draft.attachments}
    return replace(session, attachments={sha: blob for sha, blob in session.attachments.items() if sha in used})


def _each_run(session: Session, id_: str, **parts: Any) -> Session:
    return replace(session, runs=tuple(replace(e, **parts) if e.id == id_ else e for e in session.runs))
