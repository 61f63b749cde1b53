"""Finding one's way in a session: turns of a conversation, versions of a turn, what was asked before."""

from dataclasses import dataclass

from app.session.document import Prompt, Run, Session


@dataclass(frozen=True)
class Turn:
    """Where a run stands. Numbers begin with 1; the ids of the runs next to it are None where there is none."""

    number: int
    turns: int
    previous: str | None
    next: str | None
    version: int
    versions: int
    earlier: str | None
    later: str | None


def turn_of(session: Session, run: Run) -> Turn:
    """Its versions are the runs of its lane that came after the same run."""
    of_lane = [each for each in session.runs if each.lane == run.lane]
    before = session.conversation(run.id)
    versions = [each for each in of_lane if each.after == run.after]
    if run.after is None:  # first turns: only what was asked with it, else every prompt would be a version of another
        asks = {prompt.id: (prompt.draft.text, prompt.draft.system) for prompt in session.prompts}
        versions = [each for each in versions if asks.get(each.prompt) == asks.get(run.prompt)]
    ids = [each.id for each in versions]
    place = ids.index(run.id) if run.id in ids else 0
    latest = {each.after: each.id for each in of_lane}  # after each run, the latest that came
    return Turn(
        number=len(before),
        turns=len(before) + _further(latest, run.id),
        previous=run.after if len(before) > 1 else None,
        next=latest.get(run.id),
        version=place + 1,
        versions=max(1, len(ids)),
        earlier=ids[place - 1] if place > 0 else None,
        later=ids[place + 1] if place + 1 < len(ids) else None,
    )


def _further(latest: dict[str | None, str], run: str) -> int:
    """How many turns came after that run, along the latest ones."""
    seen = {run}
    while (further := latest.get(run)) is not None and further not in seen:
        seen.add(further)
        run = further
    return len(seen) - 1


def answers(session: Session, prompt: str) -> dict[int, str]:
    """The latest run of each lane for that prompt."""
    return {run.lane: run.id for run in session.runs if run.prompt == prompt}


@dataclass(frozen=True)
class Asked:
    """A prompt in the overview of a session."""

    prompt: Prompt
    depth: int
    """How many turns came before it."""
    runs: int
    troubles: int
    """Runs that did not end well."""


def asked(session: Session) -> tuple[Asked, ...]:
    """Every prompt in the order in which they were sent."""
    depths: dict[str, int] = {}
    runs: dict[str, list[Run]] = {}
    by_id = {run.id: run for run in session.runs}
    for run in session.runs:
        before = by_id.get(run.after) if run.after else None
        depths.setdefault(run.prompt, depths.get(before.prompt, 0) + 1 if before else 0)
        runs.setdefault(run.prompt, []).append(run)
    return tuple(
        Asked(each, depths[each.id], len(runs[each.id]), sum(r.record.outcome != "done" for r in runs[each.id]))
        for each in session.prompts
        if each.id in runs
    )
