"""A session run anew: its conversations once more, turn by turn, with answers of now.

Each lane that has answered runs its conversation anew, and each turn continues the answers that came just before; a
lane that has not, and a session without any run, gets the draft.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.home import data_folder
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.run import RunFold
from app.session import files
from app.session.asking import missing, request
from app.session.document import Draft, Prompt, Run, Session, Variable
from app.session.document import Lane as SessionLane
from app.session.edits import ran
from app.session.files import Written
from app.session.live import LiveRun
from app.session.making import made_here, new_id, now, read_file, run_of, sent, writable
from app.session.store import BACKUPS, SessionStore
from app.session.variables import names, problems


def _as_it_is(lane: Lane) -> Lane:
    return lane


class SessionUseError(ValueError):
    """The session cannot be run as it stands; the message says what would be right."""


class SessionRuns:
    """What is to be run, round by round, and what came of it: `session` grows with each run that ends."""

    def __init__(self, session: Session, repeat: int, routed: Callable[[Lane], Lane] = _as_it_is) -> None:
        """`routed` gives a lane the route that it means. Raises `SessionUseError`, and what `routed` raises."""
        self.session = session
        self._repeat = repeat
        self._first = session
        self._heads: dict[tuple[int, int], str] = {}
        """The new run that the next turn of a lane continues, by round of repeats and lane."""
        self._lanes = [lane for lane in session.lanes if self._drafts(lane)]
        if not session.lanes:
            raise SessionUseError("it has no lanes")
        if not self._lanes:
            raise SessionUseError("it has neither an answer to repeat nor a prompt to send")
        self._check()
        self._made = {lane.id: routed(_lane(lane)) for lane in self._lanes}

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(self._made.values())

    def rounds(self) -> Iterator[tuple[RunOrder, ...]]:
        """Each round is made when the one before is over, of what came back in it."""
        number = 0
        for repeat in range(self._repeat):
            for turn in range(max(len(self._drafts(lane)) for lane in self._lanes)):
                orders = tuple(self._orders(repeat, turn, number))
                number += len(orders)
                yield orders

    def ended(self, order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        """Keeps the run in the session."""
        assert order.live is not None
        run = run_of(order.live.ended(writable(record)), fold)
        self.session = ran(self.session, order.live.prompt, run)
        self._heads[order.repeat, run.lane] = run.id

    @property
    def new(self) -> tuple[Run, ...]:
        """The runs that were made."""
        before = {run.id for run in self._first.runs}
        return tuple(run for run in self.session.runs if run.id not in before)

    def save(self, path: Path, known: Written) -> None:
        """`known` is the file that the session was read from. Raises `OSError`, `ElsewhereError`."""
        files.write(path.absolute(), self.session, known, data_folder() / BACKUPS)

    def leave(self) -> None:
        """Keeps it among the sessions that the window offers, under an id of its own. Raises `OSError`."""
        store, kept = SessionStore(data_folder()), replace(self.session, id=new_id())
        store.begin(kept)
        store.end(kept.id)

    def _orders(self, repeat: int, turn: int, number: int) -> Iterator[RunOrder]:
        prompts: dict[str, Prompt] = {}
        for index, lane in enumerate(self._lanes):
            drafts = self._drafts(lane)
            if turn >= len(drafts):
                continue
            key = msgspec.json.encode(drafts[turn]).decode()
            prompt = prompts.setdefault(key, sent(drafts[turn]))
            after = self._heads.get((repeat, lane.id)) if turn else None
            live = LiveRun(new_id(), prompt, lane.id, after, now(), lane.spec, made_here())
            asked = request(self.session, prompt, after)
            yield RunOrder(number, index, repeat, self._made[lane.id], asked, self.session.id, live)
            number += 1

    def _drafts(self, lane: SessionLane) -> tuple[Draft, ...]:
        """The turns of a lane, with what now stands for their variables."""
        session = self._first
        prompts = [session.prompt(run.prompt) for run in session.conversation(lane.head)]
        drafts = [each.draft for each in prompts if each is not None]
        if not drafts and session.draft.text.strip():
            drafts = [session.draft]
        return tuple(replace(e, variables=e.variables | session.draft.variables) for e in drafts)

    def _check(self) -> None:
        for lane in self._lanes:
            for draft in self._drafts(lane):
                if wrong := problems(draft, read_file):
                    raise SessionUseError(wrong[0])
                if gone := missing(self._first, draft):
                    raise SessionUseError(f"it does not hold what was attached: {', '.join(gone)}")


def with_values(session: Session, values: Mapping[str, str]) -> Session:
    """The session with these values for its variables. Raises `SessionUseError` for one that it does not have."""
    drafts = (session.draft, *(prompt.draft for prompt in session.prompts))
    known = names(*(text for draft in drafts for text in (draft.text, draft.system)))
    if strange := next((name for name in values if name not in known), None):
        there = f"it has {', '.join(known)}" if known else "it has none"
        raise SessionUseError(f"it has no variable {strange}; {there}")
    before = session.draft.variables
    changed = {name: replace(before.get(name, Variable()), value=value) for name, value in values.items()}
    return replace(session, draft=replace(session.draft, variables=before | changed))


def _lane(lane: SessionLane) -> Lane:
    return Lane(lane.spec.model, dict(lane.spec.params), lane.spec.limits)
