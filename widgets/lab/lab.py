"""Between the session and the lab's sheet: what is swept, and what is missing is run, a few at a time."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject

from app.cache.wishes import AllowPair, AskPairs, CacheTold, ForbidPair, PairsTold
from app.messages import RunOrder
from app.records import RunRecord
from app.session.document import LaneSpec
from widgets.main_window import MainWindow
from widgets.run_controller import Engine, RunController
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from app.lab.cases import Gathered, Grade
    from widgets.lab.comparing import Comparing
    from widgets.lab.sheet import LabSheet

AT_ONCE = 4
"""Runs of the lab that go on together: its prompts may be many, and vendors have limits."""
Make = Callable[[int], RunOrder]


class Lab(QObject):
    """Grades are kept as long as the window is open; runs are the session's."""

    def __init__(self, window: MainWindow, home: SessionHome, runs: RunController, engine: Engine) -> None:
        super().__init__(home)
        self._window, self._home, self._runs, self._engine = window, home, runs, engine
        self._sheet: LabSheet | None = None
        self._comparing: Comparing | None = None
        self._grades: dict[str, Grade] = {}
        self._graded: dict[int, str] = {}
        """Which run each order asks a grade for."""
        self._waiting: deque[tuple[str, Make]] = deque()
        self._going: set[int] = set()
        self._asked = self._failed = 0
        self._why = ""
        window.add_doer("lab", self.open)
        runs.aside_ended.connect(self._on_ended)
        home.changed.connect(self._sweep_if_seen)
        home.replaced.connect(self._sweep_if_seen)
        engine.pairs_told.connect(self._on_pairs)
        engine.died.connect(self._on_died)

    @property
    def sheet(self) -> "LabSheet":
        if self._sheet is None:
            from widgets.lab.comparing import Comparing
            from widgets.lab.sheet import LabSheet

            self._sheet = LabSheet(self._window)
            self._comparing = Comparing(self._sheet.pairs, self._home, self._engine)
            self._sheet.chosen.connect(self._sweep)
            self._sheet.run_asked.connect(self._on_run)
            self._sheet.pairs.forbidden.connect(self._on_forbidden)
            self._sheet.pairs.allowed.connect(self._on_allowed)
            self._window.overlays.hold("lab", self._sheet)
        return self._sheet

    def open(self) -> None:
        self._sweep()
        self._engine.cache(AskPairs())
        self.sheet.open()

    # The sweep

    def _sweep_if_seen(self) -> None:
        if self._sheet is not None and self._sheet.isVisible():
            self._sweep()

    def _sweep(self) -> None:
        from app.lab.cases import models
        from app.lab.sweep import swept

        there = tuple(each for each in models(self._home.session) if not each.startswith("route:"))
        first, second, last = (there[min(at, len(there) - 1)] if there else "" for at in (0, 1, 2))
        self.sheet.offer(there, first, second, last)
        found = self._gathered()
        self.sheet.show_curve(swept(found.cases, self.sheet.score.currentData()), found)
        if self._is_running:
            self.sheet.show_progress(self._done, self._asked)
        if self._comparing is not None:
            self._comparing.look()

    def _gathered(self) -> "Gathered":
        from app.lab.cases import gathered

        sheet = self.sheet
        return gathered(
            self._home.session,
            sheet.cheap.currentData() or "",
            sheet.strong.currentData() or "",
            score=sheet.score.currentData(),
            quality=sheet.quality.currentData(),
            grades=self._grades,
        )

    # What is missing

    @property
    def _is_running(self) -> bool:
        return bool(self._going or self._waiting)

    @property
    def _done(self) -> int:
        return self._asked - len(self._going) - len(self._waiting)

    def _on_run(self) -> None:
        if self._is_running:
            self._waiting.clear()
            self._runs.stop_runs(tuple(self._going))
            return
        self._failed, self._why = 0, ""
        self._home.know()
        self._waiting.extend(self._lacking(self._gathered()))
        self._asked = len(self._waiting)
        self._go_on()

    def _lacking(self, found: "Gathered") -> list[tuple[str, Make]]:
        """Runs of lanes, and grades of answers that are there; those of answers that come are asked for after them."""
        from app.lab.running import grade_orders, lane_orders

        session, sheet = self._home.session, self.sheet
        specs = [self._spec(box.currentData()) for box in (sheet.cheap, sheet.strong)]
        orders = lane_orders(session, found, specs[0], specs[1], sheet.score.currentData(), 0)
        made = [("", partial(_numbered, order)) for order in orders]
        judge = sheet.judge.currentData()
        graded = grade_orders(session, found, judge, 0) if judge else ()
        return [*made, *((run, partial(_numbered, order)) for run, order in graded)]

    def _spec(self, model: str) -> LaneSpec:
        """As the bench has that model, else bare."""
        return next((each.spec for each in self._home.session.lanes if each.spec.model == model), LaneSpec(model))

    def _go_on(self) -> None:
        while self._waiting and len(self._going) < AT_ONCE:
            graded, make = self._waiting.popleft()
            run = self._runs.aside(make)
            self._going.add(run)
            if graded:
                self._graded[run] = graded
        self.sheet.show_progress(self._done, self._asked)

    def _on_ended(self, record: RunRecord) -> None:
        if record.run not in self._going:
            return
        self._going.discard(record.run)
        self._learn(record)
        if self._is_running:
            self._go_on()
            return
        lacking = [each for each in self._lacking(self._gathered()) if each[0]] if not self._failed else []
        if lacking:  # answers that have just come are still to be graded
            self._waiting.extend(lacking)
            self._asked += len(lacking)
            self._go_on()
            return
        self._sweep()
        self._window.announce(self.sheet.sentence.text())
        if self._failed:
            self.sheet.say(f"{self._failed} of {self._asked} did not come to an end: {self._why}.")

    def _learn(self, record: RunRecord) -> None:
        from app.lab.running import grade

        why = record.error.message if record.error is not None else ""
        if (run := self._graded.pop(record.run, "")) and not why:
            found = grade(record)
            if found is not None:
                self._grades[run] = found
            else:
                why = f"{record.model} gave no grade from 0 to 10, but “{record.text[:40]}”"
        if record.outcome != "done" or why:
            self._failed, self._why = self._failed + 1, why.rstrip(".") or record.outcome

    def _on_died(self, _why: str) -> None:
        self._waiting.clear()
        self._going.clear()
        self._graded.clear()
        self._sweep_if_seen()

    # The cache

    def _on_pairs(self, told: CacheTold) -> None:
        if self._sheet is None or self._comparing is None:
            return
        if isinstance(told, PairsTold):
            self._sheet.pairs.show_pairs(told.pairs, told.trouble)
        else:
            self._comparing.told(told)

    def _on_forbidden(self, one: str, other: str) -> None:
        self._engine.cache(ForbidPair(one, other))

    def _on_allowed(self, one: str, other: str) -> None:
        self._engine.cache(AllowPair(one, other))


def _numbered(order: RunOrder, run: int) -> RunOrder:
    return replace(order, run=run)
