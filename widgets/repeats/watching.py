"""Makes runs the baseline of their prompt, and shows how later ones differ from it."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.session.document import Baseline, Run, Session
from app.session.edits import based, unbased
from app.session.making import new_id, now
from widgets.main_window import MainWindow
from widgets.repeats.reckoner import Reckoner
from widgets.repeats.repeating import Repeating
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from app.watch.drift import Drift
    from app.watch.remark import Remark
    from widgets.repeats.drift_sheet import DriftSheet


class Watching(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder, repeating: Repeating) -> None:
        super().__init__(window)
        self._window, self._home, self._binder, self._repeating = window, home, binder, repeating
        self._sheet: DriftSheet | None = None
        self._run = ""
        """The run that the sheet is about."""
        self._told: dict[int, tuple[str, tuple[Baseline, ...]]] = {}
        """What each pane's remark was made of: typing changes the session as well, and no remark."""
        self._sheets, self._remarks = Reckoner(self), Reckoner(self)
        self._sheets.reckoned.connect(self._on_compared)
        self._remarks.reckoned.connect(self._on_remarks)
        home.changed.connect(self._show)
        repeating.based.connect(self.base_runs)

    @property
    def sheet(self) -> "DriftSheet | None":
        return self._sheet

    # The baseline

    def base(self) -> None:
        """What the lane in focus shows is the baseline; what it repeats, with all of its repeats."""
        run = self._shown()
        if run is None or run.record.outcome != "done":
            self._window.announce("There is no answer here that could be a baseline: it has to be done.")
            return
        repeats = [each for each in self._home.session.runs if each.experiment and each.experiment == run.experiment]
        own = [e.id for e in repeats if e.lane == run.lane and e.record.outcome == "done" and not e.warmup]
        self.base_runs(tuple(own) or (run.id,))

    def base_runs(self, runs: tuple[str, ...]) -> None:
        baseline = Baseline(new_id(), now(), runs)
        self._home.do("making a baseline", lambda session: based(session, baseline))
        told = "1 run is" if len(runs) == 1 else f"{len(runs)} runs are"
        self._window.announce(f"{told} the baseline of this prompt now; later runs of it are compared with that.")

    def _on_dropped(self) -> None:
        from app.watch.question import baseline_of

        run = self._home.session.run(self._run)
        found = baseline_of(self._home.session, run) if run is not None else None
        own = next((each.id for each in self._home.session.baselines if self._run in each.runs), None)
        if (id_ := found[0].id if found is not None else own) is not None:
            self._home.do("dropping a baseline", lambda session: unbased(session, id_))
        if self._sheet is not None:
            self._sheet.dismiss()

    # What is shown

    def open(self) -> None:
        """Of the lane in focus: all later runs of its question against the baseline."""
        run = self._shown()
        if run is None:
            self._refuse()
            return
        self._run = run.id
        self._sheets.ask(partial(_compared, self._home.session, run))

    def _refuse(self) -> None:
        self._window.announce("This prompt has no baseline in this lane: make an answer the baseline first.")

    def _on_compared(self, found: "tuple[str, Drift] | None") -> None:
        if found is None:
            self._refuse()
            return
        if self._sheet is None:
            from widgets.repeats.drift_sheet import DriftSheet

            self._sheet = DriftSheet(self._window)
            self._sheet.dropped.connect(self._on_dropped)
            self._sheet.repeat_wished.connect(self._on_repeat_wished)
            self._window.overlays.hold("drift", self._sheet)
        self._sheet.show_drift(*found)
        self._sheet.open()

    def _on_repeat_wished(self) -> None:
        if self._sheet is not None:
            self._sheet.dismiss()
        self._repeating.open()

    def _shown(self) -> Run | None:
        pane = self._window.desk.current
        return self._binder.shown(pane.place.number) if pane is not None else None

    def _show(self) -> None:
        """What each pane shows is compared, if it has changed since; typing changes the session as well."""
        session = self._home.session
        if not session.baselines and not self._told:
            return
        shown = {pane.place.number: self._binder.shown(pane.place.number) for pane in self._window.grid.panes}
        made_of = {n: (run.id if run is not None else "", session.baselines) for n, run in shown.items()}
        new = {number: shown[number] for number in shown if self._told.get(number) != made_of[number]}
        self._told = {number: made_of[number] for number in shown if session.baselines}
        for number in new:
            self._tell(number, "", "")
        if any(new.values()) and session.baselines:
            self._remarks.ask(partial(_remarks, session, {n: run for n, run in shown.items() if run is not None}))

    def _on_remarks(self, found: "dict[int, tuple[str, Remark]]") -> None:
        for number, (id_, said) in found.items():
            run = self._binder.shown(number) if self._window.grid.pane(number) is not None else None
            if run is not None and run.id == id_ and self._home.session.baselines:
                self._tell(number, said.short, "\n".join(said.notes), is_baseline=said.is_baseline)

    def _tell(self, number: int, text: str, note: str, *, is_baseline: bool = False) -> None:
        if (pane := self._window.grid.pane(number)) is not None:
            pane.footer.show_drift(text, note, is_baseline=is_baseline)


def _remarks(session: Session, runs: dict[int, Run]) -> "dict[int, tuple[str, Remark]]":
    """With the run that each is about."""
    from app.watch.remark import remark

    return {number: (run.id, remark(session, run)) for number, run in runs.items()}


def _compared(session: Session, run: Run) -> "tuple[str, Drift] | None":
    """Its lane, and all later runs of its question against their baseline; None if it has none."""
    from app.watch.drift import drift
    from app.watch.question import later

    runs = _baseline(session, run)
    return (run.spec.model, drift(runs, later(session, run))) if runs else None


def _baseline(session: Session, run: Run) -> tuple[Run, ...]:
    """Of its question, whether the run is part of it or came later."""
    from app.watch.question import baseline_of, question, runs_of

    if (found := baseline_of(session, run)) is not None:
        return found[1]
    own = next((each for each in session.baselines if run.id in each.runs), None)
    asked = question(session, run)
    return tuple(each for each in runs_of(session, own) if question(session, each) == asked) if own is not None else ()
