"""Makes runs the baseline of their prompt, and shows how later ones differ from it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.session.document import Baseline, Run, Session
from app.session.edits import based, fitted, unbased
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
        if (id_ := self._baseline_id()) is not None:
            self._home.do("dropping a baseline", lambda session: unbased(session, id_))
        if self._sheet is not None:
            self._sheet.dismiss()

    def _baseline_id(self) -> str | None:
        """That of the run which the sheet is about, whether it is part of it or came later."""
        from app.watch.question import baseline_for

        run = self._home.session.run(self._run)
        found = baseline_for(self._home.session, run) if run is not None else None
        return found[0].id if found is not None else None

    def _on_schema(self, path: str) -> None:
        from app.shapes import ShapeError, schema

        try:
            found = schema(Path(path).read_text(encoding="utf-8")).schema
        except OSError as error:
            self._window.announce(f"{Path(path).name} cannot be read: {error.strerror}.")
        except (ShapeError, UnicodeDecodeError) as error:
            self._window.announce(f"{Path(path).name} is no JSON schema: {error}.")
        else:
            self._fit("setting a JSON schema", found)

    def _on_schema_dropped(self) -> None:
        self._fit("dropping a JSON schema", {})

    def _fit(self, what: str, schema: dict[str, Any]) -> None:
        if (id_ := self._baseline_id()) is not None:
            self._home.do(what, lambda session: fitted(session, id_, schema))
            self._compare()

    # What is shown

    def open(self) -> None:
        """Of the lane in focus: all later runs of its question against the baseline."""
        run = self._shown()
        if run is None:
            self._refuse()
            return
        self._run = run.id
        self._compare()

    def _compare(self) -> None:
        if (run := self._home.session.run(self._run)) is not None:
            self._sheets.ask(partial(_compared, self._home.session, run))

    def _refuse(self) -> None:
        self._window.announce("This prompt has no baseline in this lane: make an answer the baseline first.")

    def _on_compared(self, found: "tuple[str, Drift, bool] | None") -> None:
        if found is None:
            self._refuse()
            return
        if self._sheet is None:
            from widgets.repeats.drift_sheet import DriftSheet

            self._sheet = DriftSheet(self._window)
            self._sheet.dropped.connect(self._on_dropped)
            self._sheet.repeat_wished.connect(self._on_repeat_wished)
            self._sheet.schema_chosen.connect(self._on_schema)
            self._sheet.schema_dropped.connect(self._on_schema_dropped)
            self._window.overlays.hold("drift", self._sheet)
        label, seen, has_schema = found
        self._sheet.show_drift(label, seen, has_schema=has_schema)
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


def _compared(session: Session, run: Run) -> "tuple[str, Drift, bool] | None":
    """Its lane, all later runs of its question against their baseline, and whether that holds a schema; None if it has
    none."""
    from app.watch.drift import drift
    from app.watch.question import baseline_for, later
    from app.watch.validity import schema_of

    if (found := baseline_for(session, run)) is None:
        return None
    baseline, runs = found
    seen = drift(runs, later(session, run), schema_of(baseline, run))
    return run.spec.model, seen, bool(baseline.json_schema)
