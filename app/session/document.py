"""A session as one immutable value: prompts, lanes, runs with their results, and what the user thinks of them.

Runs form trees: each tells after which run it came, so a conversation is the way from a run back to its first one, and
a branch is a second run after the same one. Times are ISO 8601 in UTC.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from app.limits import USUAL, Limits
from app.records import RunRecord
from app.repeats.plan import Plan
from app.session.unknown import NOTHING, Unknown
from app.steps import PLAIN, Course
from providers.routes.confidence import Sureness
from providers.types import Echo

VERSION = 1

Thumb = Literal["up", "down"]
ChunkKind = Literal["text", "reasoning", "refusal"]
VariableKind = Literal["text", "number", "choice", "file"]


class Attachment(msgspec.Struct, frozen=True):
    """A picture or document that went with a prompt: its name, and where to find it in `Session.attachments`."""

    name: str
    sha256: str


class Blob(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was attached. `data` is empty where it was too large to be kept in the file, or only linked to."""

    media_type: str
    size: int = 0
    data: bytes = b""
    url: str = ""


class Variable(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands for `{{name}}` in a prompt. A choice is one of `choices`; a file's value is its path as given."""

    value: str = ""
    kind: VariableKind = "text"
    choices: tuple[str, ...] = ()


class Draft(msgspec.Struct, frozen=True):
    """A prompt as it is being written: with `{{variables}}` in it, and what stands for them."""

    text: str = ""
    system: str = ""
    variables: dict[str, Variable] = {}
    attachments: tuple[Attachment, ...] = ()


class Prompt(msgspec.Struct, frozen=True, omit_defaults=True):
    """A draft that was sent. Several runs may share one. `filled` is what was sent of it, where variables were filled
    in: its text, and its system prompt."""

    id: str
    at: str
    draft: Draft
    filled: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """As it was sent."""
        return self.filled[0] if self.filled else self.draft.text

    @property
    def system(self) -> str:
        return self.filled[1] if self.filled else self.draft.system


class LaneSpec(msgspec.Struct, frozen=True):
    """What a lane runs. `params` holds what was set; a parameter that is not there is unset, and nothing is sent."""

    model: str
    params: dict[str, Any] = {}
    limits: Limits = USUAL


class Lane(msgspec.Struct, frozen=True):
    """A lane on the bench. `id` goes to no other lane of the session; `head` is the run that it continues from."""

    id: int
    spec: LaneSpec
    color: int = 0
    head: str | None = None


class Chunks(msgspec.Struct, frozen=True):
    """When each piece of the answer came: for a replay, and to measure anew.

    `at_us` are microseconds from the run's start, each told as what it adds to the one before; `characters` is how
    many code points of its kind each brought; `kinds` says of how many of them in a row.
    """

    at_us: tuple[int, ...] = ()
    characters: tuple[int, ...] = ()
    kinds: tuple[tuple[ChunkKind, int], ...] = ()


class Made(msgspec.Struct, frozen=True):
    """What made a run: versions of the program and of what it ran on."""

    abreast: str = ""
    python: str = ""
    system: str = ""


class Opinion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user thinks of a run: 1 to 5, a thumb, words."""

    rating: int | None = None
    thumb: Thumb | None = None
    note: str = ""


NO_OPINION = Opinion()


class Run(msgspec.Struct, frozen=True):
    """One prompt through one lane once: with what it was made, what came back and what the user thinks of it."""

    id: str
    prompt: str
    lane: int
    after: str | None
    at: str
    spec: LaneSpec
    record: RunRecord
    chunks: Chunks = Chunks()
    echo: Echo | None = None
    made: Made = Made()
    course: Course = PLAIN
    """How a route came to the answer."""
    sureness: Sureness | None = None
    """How sure the model was of its words, where it was asked for log-probabilities."""
    opinion: Opinion = NO_OPINION
    fingerprint: str | None = None
    """The provider's own mark of what served it."""
    experiment: str = ""
    """The id of the experiment that it is a repeat of."""
    warmup: bool = False
    """It was to warm the server up, and counts in no statistics."""


class Experiment(msgspec.Struct, frozen=True):
    """Repeats that were run by one plan."""

    id: str
    at: str
    plan: Plan


class Baseline(msgspec.Struct, frozen=True, omit_defaults=True):
    """What later runs of the same question are compared with: these runs, which are among those of the session."""

    id: str
    at: str
    runs: tuple[str, ...]
    json_schema: dict[str, Any] = {}
    """What answers have to fit, where there is one."""


class Better(msgspec.Struct, frozen=True):
    """Of two runs, the user thought one better."""

    better: str
    worse: str
    at: str = ""


class Session(msgspec.Struct, frozen=True):
    id: str
    title: str = ""
    draft: Draft = Draft()
    lanes: tuple[Lane, ...] = ()
    next_lane: int = 1
    routes: dict[str, Any] = {}
    """Routes by their names, as their text form tells them."""
    prompts: tuple[Prompt, ...] = ()
    runs: tuple[Run, ...] = ()
    better: tuple[Better, ...] = ()
    attachments: dict[str, Blob] = {}
    """By the SHA-256 of their bytes, in hexadecimal."""
    experiments: tuple[Experiment, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    unknown: Unknown = NOTHING
    """What a file held that this version does not know: it goes back as it came. Not part of the format."""

    def prompt(self, id_: str) -> Prompt | None:
        return next((each for each in self.prompts if each.id == id_), None)

    def run(self, id_: str | None) -> Run | None:
        return next((each for each in reversed(self.runs) if each.id == id_), None) if id_ else None

    def lane(self, id_: int) -> Lane | None:
        return next((each for each in self.lanes if each.id == id_), None)

    def conversation(self, run: str | None) -> tuple[Run, ...]:
        """The runs from the first to this one."""
        return tuple(reversed(list(self._back(run))))

    def _back(self, run: str | None) -> Iterator[Run]:
        by_id, seen = {each.id: each for each in self.runs}, set[str]()
        while run is not None and run in by_id and run not in seen:
            seen.add(run)
            yield by_id[run]
            run = by_id[run].after
