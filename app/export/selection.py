"""Which runs an export is of, and under which prompts they stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.redaction import CARRIERS, WITHHELD
from app.session import variables
from app.session.document import Prompt, Run, Session, Variable
from app.session.making import whole
from providers.extra_headers import NAME as EXTRA_HEADERS


@dataclass(frozen=True)
class Turn:
    """A prompt, and the runs of it that are exported, in the order of their lanes."""

    prompt: Prompt
    runs: tuple[Run, ...]


def meant(session: Session) -> tuple[Run, ...]:
    """The conversations that the lanes hold now; all runs, if no lane holds any."""
    found = {run.id: run for lane in session.lanes for run in session.conversation(lane.head)}
    return tuple(found.values()) or session.runs


def turns(session: Session, runs: Iterable[Run] | None = None) -> tuple[Turn, ...]:
    """Those runs (the ones of `meant` if None) under their prompts, in the order in which these were sent."""
    of_prompt: dict[str, list[Run]] = {}
    for run in meant(session) if runs is None else runs:
        of_prompt.setdefault(run.prompt, []).append(run)
    place = {lane.id: n for n, lane in enumerate(session.lanes)}
    return tuple(
        Turn(prompt, tuple(sorted(of_prompt[prompt.id], key=lambda run: place.get(run.lane, len(place)))))
        for prompt in session.prompts
        if prompt.id in of_prompt
    )


def filled(prompt: Prompt) -> tuple[str, str]:
    """Its text and its system prompt as they were sent, but that a file whose text stands for a variable is named."""
    draft = prompt.draft
    if not any(each.kind == "file" for each in draft.variables.values()) and (prompt.filled or not draft.variables):
        return whole(prompt.text), whole(prompt.system)
    values = {name: _value(each) for name, each in draft.variables.items() if each.value.strip()}
    return whole(variables.filled(draft.text, values)), whole(variables.filled(draft.system, values))


def _value(variable: Variable) -> str:
    """The way to a file is the user's own business: whoever gets an export is told its name."""
    if variable.kind != "file":
        return variable.value
    name = re.split(r"[/\\]", variable.value)[-1]
    return f"[file {name}]"


def params_of(run: Run) -> dict[str, Any]:
    """What was set for a run. Of headers that carry a secret by their names, the values are withheld."""
    headers = run.spec.params.get(EXTRA_HEADERS)
    if not isinstance(headers, dict):
        return run.spec.params
    told = {name: WITHHELD if CARRIERS.search(str(name)) else value for name, value in headers.items()}
    return {**run.spec.params, EXTRA_HEADERS: told}


def worse_than(session: Session, run: Run) -> tuple[str, ...]:
    """The ids of the runs than which the user thought this one better."""
    return tuple(each.worse for each in session.better if each.better == run.id and session.run(each.worse) is not None)


def lane_color(session: Session, run: Run) -> int:
    lane = session.lane(run.lane)
    return lane.color if lane is not None else run.lane
