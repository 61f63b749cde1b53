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
    before = session.conversation(run.id)
    versions = [each.id for each in session.runs if each.lane == run.lane and each.after == run.after]
    if run.after is None:  # first turns: only what was asked with it, else every prompt would be a version of another
        versions = [id_ for id_ in versions if _asks(session, id_) == _asks(session, run.id)]
    place = versions.index(run.id) if run.id in versions else 0
    deepest = _deepest(session, run)
    return Turn(
        number=len(before),
        turns=len(session.conversation(deepest)),
        previous=run.after if session.run(run.after) else None,
        next=_next(session, run),
        version=place + 1,
        versions=max(1, len(versions)),
        earlier=versions[place - 1] if place > 0 else None,
        later=versions[place + 1] if place + 1 < len(versions) else None,
    )


def _asks(session: Session, run: str) -> tuple[str, str]:
    found = session.run(run)
    prompt = session.prompt(found.prompt) if found else None
    return (prompt.draft.text, prompt.draft.system) if prompt else ("", "")


def _next(session: Session, run: Run) -> str | None:
    """The latest run of its lane that came after it."""
    return next((e.id for e in reversed(session.runs) if e.after == run.id and e.lane == run.lane), None)


def _deepest(session: Session, run: Run) -> str:
    seen, at = {run.id}, run.id
    while (found := session.run(at)) is not None and (further := _next(session, found)) is not None:
        if further in seen:
            break
        seen.add(further)
        at = further
    return at


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
