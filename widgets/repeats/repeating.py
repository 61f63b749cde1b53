"""Carries out a plan in the window: sends what is due, counts what has ended, shows what it came to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec.structs import replace as altered
from PySide6.QtCore import QObject, QTimer, Signal

from app.bench import Place
from app.lanes import Lane
from app.repeats.course import Course, course, vendors_of
from app.repeats.pace import was_limited
from app.repeats.plan import Plan, Slot, as_lanes_are, shuffled, slots
from app.session.document import Experiment, Prompt, Run
from app.session.edits import experimented
from app.session.making import new_id, now
from widgets.main_window import MainWindow
from widgets.run_controller import Job, RunController
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from widgets.repeats.bar import RepeatBar
    from widgets.repeats.results import ResultsSheet
    from widgets.repeats.sheet import RepeatSheet

REDRAWN_MS = 500
"""Results that are open while runs come in are drawn anew this often."""
AskPrompt = Callable[..., Prompt | None]
"""Of the places that it is to be sent to."""
MakeJob = Callable[[Place, Prompt, str | None], Job]


class Going:
    """A plan that is being carried out."""

    def __init__(
        self,
        id_: str,
        plan: Plan,
        places: tuple[Place, ...],
        vendors: Sequence[tuple[str, ...]],
        prompt: Prompt,
        after: Sequence[str | None],
    ):
        """`vendors` are those that each place may ask."""
        self.id, self.plan, self.places, self.prompt, self.after = id_, plan, places, prompt, after
        rounds = shuffled(plan, slots(plan, len(places)))
        self.course: Course[Slot] = course(plan, rounds, vendors, lambda slot: slot)
        self.live: dict[str, tuple[int, Slot]] = {}
        """Number and slot of what runs, by the run's id in the session."""
        self.made = self.failed = 0

    @property
    def whole(self) -> int:
        return self.plan.rounds * len(self.places)


class Repeating(QObject):
    based = Signal(object)
    """Ids of runs that are to be the baseline of their prompt."""

    def __init__(
        self,
        window: MainWindow,
        home: SessionHome,
        binder: SessionBinder,
        runs: RunController,
        prompt: AskPrompt,
        job: MakeJob,
    ) -> None:
        super().__init__(window)
        self._window, self._home, self._binder, self._runs = window, home, binder, runs
        self._prompt, self._job = prompt, job
        self._sheet: RepeatSheet | None = None
        self._results: ResultsSheet | None = None
        self._bar: RepeatBar | None = None
        self._shown = ""
        """The experiment that the results are of."""
        self._is_mine = False
        self.going: Going | None = None
        self._next = self._timer(self._send_due)
        self._redraw = self._timer(self._show_results)
        runs.kept.connect(self._on_kept)
        runs.refused.connect(self._on_refused)
        runs.raced.connect(self._on_raced)
        window.stop_asked.connect(self._on_stopped)
        window.desk.removed.connect(self._on_stopped)
        home.replaced.connect(self._on_replaced)
        window.composer.repeat_asked.connect(self.open)

    def _timer(self, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(then)
        return timer

    # What is opened

    def open(self) -> None:
        from app.repeats.of_session import newest
        from widgets.repeats.sheet import RepeatSheet

        if self._sheet is None:
            self._sheet = RepeatSheet(self._window)
            self._sheet.begun.connect(self._on_begun)
            self._sheet.floor_wished.connect(self._on_floor)
            self._sheet.results_wished.connect(self.open_results)
            self._window.overlays.hold("repeat", self._sheet)
        session = self._home.session
        self._sheet.show_bench(len(self._window.desk.bench.places), has_results=bool(newest(session)))
        self._sheet.open()

    def open_results(self) -> None:
        """Of the plan that goes on, else of the last one."""
        from app.repeats.of_session import newest
        from widgets.repeats.results import ResultsSheet

        if self._results is None:
            self._results = ResultsSheet(self._window)
            self._results.repeat_wished.connect(self._on_repeat_wished)
            self._results.based.connect(self._on_based)
            self._results.chosen.connect(self._on_chosen)
            self._window.overlays.hold("results", self._results)
        if self._sheet is not None:
            self._sheet.hide()
        self._shown = self.going.id if self.going is not None else newest(self._home.session)
        self._show_results()
        self._results.open()

    @property
    def sheet(self) -> "RepeatSheet | None":
        return self._sheet

    @property
    def results(self) -> "ResultsSheet | None":
        return self._results

    @property
    def bar(self) -> "RepeatBar | None":
        return self._bar

    def _on_repeat_wished(self) -> None:
        if self._results is not None:
            self._results.dismiss()
        self.open()

    def _on_chosen(self, id_: str) -> None:
        self._shown = id_
        self._show_results()

    def _on_based(self) -> None:
        if self._results is not None and (shown := self._results.summary) is not None:
            done = [e.id for own in shown.held.runs for e in own if e.record.outcome == "done" and not e.warmup]
            self._results.dismiss()
            self.based.emit(tuple(done))

    def _show_results(self) -> None:
        if self._results is not None:
            self._results.show_session(self._home.session, self._shown)

    # A plan begins

    def _on_begun(self, plan: Plan) -> None:
        self.begin(plan, self._window.desk.bench.places)

    def _on_floor(self, plan: Plan) -> None:
        if (pane := self._window.desk.current) is not None:
            self.begin(plan, (pane.place, pane.place))

    def begin(self, plan: Plan, places: tuple[Place, ...]) -> None:
        """Nothing happens, and it is said why, while lanes answer or where there is nothing to send."""
        if self.going is not None or self._runs.busy:
            self._window.composer.say("Lanes are still answering. Stop them first (Ctrl+.).", problem=True)
        elif places and (prompt := self._prompt(*places)) is not None:
            self._begin(plan, places, prompt)
        if self._sheet is not None and self._sheet.isVisible():
            self._sheet.dismiss()

    def _begin(self, plan: Plan, places: tuple[Place, ...], prompt: Prompt) -> None:
        continues = self._window.composer.is_continuing
        plan = as_lanes_are(plan, (place.limits.warm for place in places))
        shown = [self._binder.shown(place.number) if continues else None for place in places]
        vendors = [vendors_of(Lane(place.text, route=self._job(place, prompt, None).route)) for place in places]
        going = Going(new_id(), plan, places, vendors, prompt, [run.id if run else None for run in shown])
        self.going = going
        experiment = Experiment(going.id, now(), plan)
        self._home.happened(lambda session: experimented(session, experiment))
        self._gather(going)
        from widgets.repeats.bar import RepeatBar

        self._bar = RepeatBar(self._window)
        self._bar.cancelled.connect(self.cancel)
        self._bar.results_wished.connect(self.open_results)
        self._window.hold_bar(self._bar)
        self._send_due()

    def _gather(self, going: Going) -> None:
        self._is_mine = True
        self._runs.gather(going.places)
        self._is_mine = False

    # It goes on

    def _send_due(self) -> None:
        going = self.going
        if going is None:
            return
        due = going.course.due()
        if due and going.made and going.plan.at_once == 0:
            self._gather(going)  # each round is a race of its own, to the graphs and for the marks
        jobs = [self._job_of(going, slot) for slot in due]
        numbers = self._runs.again(jobs) if jobs else ()
        for job, slot, number in zip(jobs, due, numbers, strict=True):
            assert job.live is not None
            going.live[job.live.id] = number, slot
        if not going.live:
            self._end(f"The repeats have ended: {going.made} of {going.whole} runs were made.")
        self._show_progress()

    def _job_of(self, going: Going, slot: Slot) -> Job:
        place = going.places[slot.lane]
        job = self._job(place, going.prompt, going.after[slot.lane])
        assert job.live is not None
        live = altered(job.live, at=now(), experiment=going.id, warmup=slot.warmup)
        if going.plan.warm:
            place = replace(place, limits=replace(place.limits, warm=True))
        return replace(job, place=place, live=live, index=slot.lane, repeat=slot.repeat, warmup=slot.warmup)

    def _on_kept(self, _session: str, _prompt: Prompt, run: Run) -> None:
        going = self.going
        if going is None or run.id not in going.live:
            return
        _, slot = going.live.pop(run.id)
        going.course.ended(slot, limited=was_limited(run.record))
        going.made += 1
        going.failed += run.record.outcome != "done"
        if not self._next.isActive():
            self._next.start(0)  # when the controller is done with the run that has just ended
        if self._results is not None and self._results.isVisible() and not self._redraw.isActive():
            self._redraw.start(REDRAWN_MS)

    def _on_refused(self, run: int) -> None:
        for number, slot in self.going.live.values() if self.going is not None else ():
            if number == run and self.going is not None:
                self.going.course.refused(slot)

    def _show_progress(self) -> None:
        if self._bar is not None and self.going is not None:
            self._bar.show_progress(self.going.made, self.going.whole, self.going.failed, len(self.going.live))

    # It ends

    def cancel(self) -> None:
        """What runs is stopped, and nothing more is sent; what came is kept."""
        going = self.going
        if going is None:
            return
        numbers = [number for number, _ in going.live.values()]
        self._end(f"The repeats were cancelled after {going.made} of {going.whole} runs.")
        self._runs.stop_runs(numbers)

    def _end(self, said: str) -> None:
        going, self.going = self.going, None
        self._next.stop()
        if self._bar is not None:
            if self._bar in self._window.bars:
                self._window.bars.remove(self._bar)
            self._bar.hide()
            self._bar.deleteLater()
            self._bar = None
        self._window.announce(said)
        if going is not None and going.made and not self._window.isHidden():
            self.open_results_of(going.id)

    def open_results_of(self, id_: str) -> None:
        self.open_results()
        self._shown = id_
        self._show_results()

    def end(self) -> None:
        """The window closes."""
        self.going = None
        self._next.stop()
        self._redraw.stop()

    def _on_stopped(self, _which: object) -> None:
        self.cancel()

    def lose(self, _why: str) -> None:
        """The engine is gone, and all that ran in it."""
        self.cancel()

    def _on_raced(self, _places: object) -> None:
        if not self._is_mine:
            self.cancel()

    def _on_replaced(self) -> None:
        """Another session is shown, or something was undone."""
        going = self.going
        if going is not None and all(each.id != going.id for each in self._home.session.experiments):
            self.cancel()
