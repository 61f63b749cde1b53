"""What a pane shows, as values: they go down to the widgets, which know nothing of runs. Light on purpose."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.steps import Course

State = Literal[
    "empty", "waiting", "retrying", "reasoning", "streaming", "done", "stopped", "cut_off", "failed", "lost"
]
LIVE: frozenset[State] = frozenset({"waiting", "retrying", "reasoning", "streaming"})
Kind = Literal["text", "reasoning", "refusal"]
Topic = Literal["course", "chunks", "tokens", "cost", "figures"]
"""The parts of the details."""
Remedy = Literal["retry", "edit"]
Mark = Literal["first", "fastest", "cheapest", "shortest"]

MARK_NOTES: dict[Mark, str] = {
    "first": "Its first token came before the others'",
    "fastest": "The most tokens a second",
    "cheapest": "Cost the least",
    "shortest": "The fewest output tokens",
}
STATE_NAMES: dict[State, str] = {
    "empty": "ready",
    "waiting": "waiting",
    "retrying": "retrying",
    "reasoning": "reasoning",
    "streaming": "streaming",
    "done": "done",
    "stopped": "stopped",
    "cut_off": "cut off",
    "failed": "failed",
    "lost": "engine lost",
}


@dataclass(frozen=True)
class Segment:
    """One figure of the status line. `widest` is text as wide as it may become, so that nothing jumps."""

    text: str
    widest: str = ""
    note: str = ""
    topic: Topic | None = None
    """Where the details tell how it was made."""


@dataclass(frozen=True)
class Figure:
    """One row of the details: a name, a value with its unit, and how it is defined."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Call:
    """A tool call, `arguments` being the raw text of its JSON."""

    name: str
    arguments: str
    complete: bool


@dataclass(frozen=True)
class Problem:
    """A failure told to a person: what happened, what to do, and whose words the quotation is."""

    what: str
    advice: str
    quote: str = ""
    speaker: str = ""
    facts: tuple[str, ...] = ()
    remedy: Remedy = "retry"


@dataclass(frozen=True)
class Advance:
    """What came since the last one. `reset` says that what was shown is void: another attempt answers now."""

    state: State
    pieces: tuple[tuple[Kind, str], ...] = ()
    calls: tuple[Call, ...] | None = None
    segments: tuple[Segment, ...] = ()
    reset: bool = False
    pause: "Pause | None" = None
    """Before it is tried again."""
    course: "Course | None" = None
    """How a route has come so far, where there is more of it."""


@dataclass(frozen=True)
class Pause:
    """Why it pauses, and until when, on the clock of `time.perf_counter_ns()`."""

    why: str
    until_ns: int


@dataclass(frozen=True)
class Ending:
    """A run is over. `line` is the sentence that is announced."""

    state: State
    segments: tuple[Segment, ...] = ()
    figures: tuple[Figure, ...] = ()
    calls: tuple[Call, ...] = ()
    problem: Problem | None = None
    notices: tuple[str, ...] = ()
    badge: str = ""
    badge_note: str = ""
    batched: str = ""
    """That a chunk holds several tokens, in short, and what that means for the figures."""
    batched_note: str = ""
    remark: str = ""
    reasoning_tokens: int | None = None
    course: "Course | None" = None
    fault: str = ""
    """What was made to go wrong on purpose."""
