"""Keeps the bench, the draft and the panes in step with the session, both ways."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.bench import Bench, Place
from app.directory import Directory
from app.feed import ending
from app.session.browse import turn_of
from app.session.document import Attachment, Blob, Draft, Lane, LaneSpec, Prompt, Run, Session, Variable
from app.session.edits import drafted, headed, laned, routed
from app.session.making import packed
from app.shown import Advance, Kind
from providers import types
from providers.types import Message, Request
from widgets.composer import Composer
from widgets.lane_desk import LaneDesk
from widgets.pane import Pane
from widgets.pane_grid import PaneGrid
from widgets.run_controller import RunController, vendor_of
from widgets.sessions.home import SessionHome


class SessionBinder(QObject):
    turned = Signal(int)
    """That place shows another run than before, or none any more."""

    def __init__(
        self,
        home: SessionHome,
        desk: LaneDesk,
        grid: PaneGrid,
        composer: Composer,
        runs: RunController,
        directory: Directory,
    ) -> None:
        super().__init__(home)
        self._home, self._desk, self._grid, self._composer = home, desk, grid, composer
        self._runs, self._directory = runs, directory
        self._id = home.session.id
        """Of the session that the window shows."""
        self._lanes: dict[int, int] = {}
        """The session's lane of each place."""
        self._shown: dict[int, str] = {}
        """The run that each place shows, if it shows one."""
        self._packed: dict[int, tuple[types.Attachment, Attachment, Blob]] = {}
        self._turned: tuple[tuple[Run, ...], tuple[Prompt, ...]] = ((), ())
        """The runs and prompts of which the panes tell which turn they show."""
        self._is_showing = False
        self.routes: Callable[[tuple[str, ...]], dict[str, str]] = _no_routes
        """Which routes of these lanes the session does not hold yet."""
        desk.changed.connect(self._on_bench)
        composer.edited.connect(self._on_draft)
        home.replaced.connect(self.show)
        home.changed.connect(self._show_turns)
        runs.began.connect(self._on_began)
        self._begin()

    # From the window to the session

    def lane(self, number: int) -> int:
        """The session's id for the lane at that place."""
        return self._lanes[number]

    def place(self, lane: int) -> int | None:
        """Where that lane of the session stands, if it does."""
        found = (number for number, each in self._lanes.items() if each == lane)
        return next((number for number in found if self._grid.pane(number) is not None), None)

    def shown(self, number: int) -> Run | None:
        """The run that this place shows."""
        return self._home.session.run(self._shown.get(number))

    def turn(self, number: int) -> tuple[Prompt, str | None] | None:
        """What was asked for what this place shows, also while the answer is on its way, and after which run."""
        session = self._home.session
        if (run := self.shown(number)) is not None:
            prompt = session.prompt(run.prompt)
            return (prompt, run.after) if prompt is not None else None
        begun = self._runs.latest(number)
        if begun is None or begun.order.live is None or begun.order.session != session.id:
            return None
        return begun.order.live.prompt, begun.order.live.after

    def is_drafted(self, number: int) -> bool:
        """Whether the composer still holds the prompt of the turn that this place shows, to be changed and run again:
        a first turn, the last that its lane has run. What continues a conversation is written anew for each turn."""
        turn, run, session = self.turn(number), self.shown(number), self._home.session
        if turn is None or turn[1] is not None or self._composer.is_continuing:
            return False
        newest = next((each for each in reversed(session.runs) if run is not None and each.lane == run.lane), None)
        return newest is run and bool(self._composer.prompt.toPlainText().strip())

    def draft(self) -> tuple[Draft, dict[str, Blob]]:
        """What the composer holds, with what is attached to it."""
        files = self._composer.attached.named
        self._packed = {id(file): self._packed.get(id(file)) or (file, *packed(name, file)) for name, file in files}
        held = [self._packed[id(file)] for _, file in files]
        before = self._home.session.draft
        text, system = self._composer.prompt.toPlainText(), self._composer.system.toPlainText()
        draft = Draft(text, system, self._variables(before), tuple(name for _, name, _ in held))
        return draft, {name.sha256: blob for _, name, blob in held}

    def request(self) -> Request:
        """What the draft asks as a first turn. Names without a value stay as they are, files as their names."""
        system, text = self._composer.texts
        asked = Message("user", text, self._composer.attached.files)
        return Request((asked,), system if system.strip() else None)

    def _variables(self, before: Draft) -> dict[str, Variable]:
        """Those of the form, and those of names that are not in the draft but may be in earlier prompts."""
        form = self._composer.form
        named = form.names if form is not None else ()
        kept = {name: each for name, each in before.variables.items() if name not in named}
        return kept | self._composer.variables

    def _begin(self) -> None:
        """What the window shows at its start is nobody's step, so there is nothing to undo yet."""
        lanes, next_lane = self._lanes_now()
        draft, blobs = self.draft()
        self._home.happened(lambda present: drafted(laned(present, lanes, next_lane), draft, blobs))

    def _on_bench(self) -> None:
        if self._is_showing:
            return
        lanes, next_lane = self._lanes_now()
        name = _step(self._home.session.lanes, tuple(lanes))
        routes = self.routes(tuple(place.text for place in self._desk.bench.places))
        self._home.do(name, lambda present: routed(laned(present, lanes, next_lane), routes))

    def _lanes_now(self) -> tuple[list[Lane], int]:
        """The lanes of the bench as the session tells them, and the id that the next new one gets."""
        session, lanes = self._home.session, list[Lane]()
        next_lane = session.next_lane
        for place in self._desk.bench.places:
            if place.number not in self._lanes:
                self._lanes[place.number], next_lane = next_lane, next_lane + 1
            lanes.append(_lane(place, session.lane(self._lanes[place.number]), self._lanes[place.number]))
        return lanes, next_lane

    def _on_draft(self) -> None:
        if self._is_showing:
            return
        draft, blobs = self.draft()
        self._home.do("typing", lambda present: drafted(present, draft, blobs), joins="typing")

    def _on_began(self, number: int) -> None:
        """The run is in the session once it has ended."""
        self._shown.pop(number, None)
        begun = self._runs.latest(number)
        if begun is not None and begun.order.live is not None:
            self._shown[number] = begun.order.live.id
        if (pane := self._grid.pane(number)) is not None:
            pane.show_turn(None, "")

    # From the session to the window

    @contextmanager
    def _showing(self) -> Iterator[None]:
        self._is_showing = True
        try:
            yield
        finally:
            self._is_showing = False

    def show(self) -> None:
        """Shows the session as it is: another was opened, or something was undone."""
        session = self._home.session
        if session.id != self._id:  # answers of the one before still come: they are kept there
            self._id = session.id
            self._runs.leave(self._runs.busy)
        with self._showing():
            self._show_lanes(session)
            self._show_draft(session)
        self._show_runs(session)

    def _show_lanes(self, session: Session) -> None:
        numbers = {lane: number for number, lane in self._lanes.items() if self._grid.pane(number) is not None}
        next_number, places = self._desk.bench.next_number, []
        faults = {place.number: (place.fault, place.fault_at) for place in self._desk.bench.places}
        for lane in session.lanes:
            if lane.id not in numbers:
                numbers[lane.id], next_number = next_number, next_number + 1
            spec = lane.spec
            place = Place(numbers[lane.id], spec.model, dict(spec.params), lane.color, spec.limits)
            fault, at = faults.get(place.number, ("", ""))
            places.append(replace(place, fault=fault, fault_at=at))
        self._lanes = {numbers[lane.id]: lane.id for lane in session.lanes}
        self._shown = {number: run for number, run in self._shown.items() if number in self._lanes}
        self._desk.show(Bench(tuple(places), next_number))

    def _show_draft(self, session: Session) -> None:
        draft = session.draft
        shown, _ = self.draft()
        if (draft.text, draft.system) != (shown.text, shown.system):
            self._composer.show_draft(draft.text, draft.system)
            self._composer.show_variables(draft.variables)
        elif draft.variables != shown.variables:
            self._composer.show_variables(draft.variables)
        if draft.attachments != shown.attachments:
            self._composer.attached.hold(_files(session, draft))

    def write(self, draft: Draft) -> None:
        """Puts a prompt of earlier, with what went with it, back where it can be written anew."""
        shown, _ = self.draft()
        self._composer.show_draft(draft.text, draft.system)
        self._composer.show_variables(draft.variables)
        if draft.attachments != shown.attachments:
            self._composer.attached.hold(_files(self._home.session, draft))

    def _show_runs(self, session: Session) -> None:
        for number, lane in self._lanes.items():
            found = session.lane(lane)
            if number in self._runs.busy or found is None:
                continue
            self.show_run(number, session.run(found.head))

    def show_run(self, number: int, run: Run | None) -> None:
        """Shows a run that has ended in that place, or none."""
        pane = self._grid.pane(number)
        if pane is None or (self._shown.get(number) == (run.id if run else None) and (run or pane.state == "empty")):
            return
        if run is None:
            self._shown.pop(number, None)
            self._runs.recall(number, None)
            pane.clear()
        else:
            self._shown[number] = run.id
            self._runs.recall(number, run.record)
            show(pane, run, self._directory.name(vendor_of(pane.place, run.record)))
        self._show_turn(pane)
        self.turned.emit(number)

    def show_anew(self) -> None:
        """Each place shows its run as that ended, whatever stands there now."""
        for number in self._lanes:
            if number not in self._runs.busy and self._grid.pane(number) is not None:
                run = self.shown(number)
                self._shown.pop(number, None)
                self.show_run(number, run)

    def go_to(self, number: int, run: str | None) -> None:
        """Shows that run in that place; the lane goes on from there."""
        found = self._home.session.run(run)
        if found is None or number not in self._lanes:
            return
        lane = self._lanes[number]
        self._home.do("going to another turn", lambda session: headed(session, lane, found.id), joins="turns")
        self.show_run(number, found)

    def _show_turns(self) -> None:
        """Not for each letter of the draft: a session may hold thousands of runs."""
        session = self._home.session
        runs = session.runs, session.prompts
        if runs[0] is self._turned[0] and runs[1] is self._turned[1]:
            return
        self._turned = runs
        for pane in self._grid.panes:
            self._show_turn(pane)

    def _show_turn(self, pane: Pane) -> None:
        session, run = self._home.session, self.shown(pane.place.number)
        if run is None:
            pane.show_turn(None, "")
            return
        prompt = session.prompt(run.prompt)
        pane.show_turn(turn_of(session, run), prompt.draft.text if prompt else "")


def _no_routes(_lanes: tuple[str, ...]) -> dict[str, str]:
    return {}


def show(pane: Pane, run: Run, vendor: str) -> None:
    """Shows a run that has ended, as if it had just been run there."""
    record = run.record
    kinds: tuple[Kind, ...] = ("reasoning", "text", "refusal")
    pieces = tuple((kind, text) for kind in kinds if (text := getattr(record, kind)))
    pane.begin()
    pane.take(Advance("streaming" if pieces else "waiting", pieces))
    pane.end(ending(record, vendor=vendor, course=run.course))
    pane.body.show_beginning()


def _files(session: Session, draft: Draft) -> tuple[tuple[str, types.Attachment], ...]:
    from app.session.making import unpacked

    found = ((each.name, session.attachments.get(each.sha256)) for each in draft.attachments)
    return tuple((name, made) for name, blob in found if blob and (made := unpacked(name, blob)) is not None)


def _lane(place: Place, before: Lane | None, id_: int) -> Lane:
    spec = LaneSpec(place.text, dict(place.params), place.limits)
    return Lane(id_, spec, place.color, before.head if before else None)


def _step(before: tuple[Lane, ...], after: tuple[Lane, ...]) -> str:
    """What the user did, in words that follow *Undo*."""
    old, new = [lane.id for lane in before], [lane.id for lane in after]
    if set(new) - set(old):
        return "adding a lane" if len(set(new) - set(old)) == 1 else "adding lanes"
    if set(old) - set(new):
        return "removing a lane" if len(set(old) - set(new)) == 1 else "removing lanes"
    return "moving a lane" if old != new else "changing a lane"
