"""Between the runs and the details of panes: how the figures of what a pane shows were made."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.messages import CostsExplained, ExplainCosts
from app.session.document import Run
from app.shown import Ending
from widgets.pane import Pane
from widgets.pane_grid import PaneGrid
from widgets.run_controller import Engine, Live, RunController
from widgets.sessions.binder import SessionBinder

if TYPE_CHECKING:
    from app.anatomy import Quotes


class Dissecting(QObject):
    """Works only for panes whose details are open."""

    def __init__(self, grid: PaneGrid, runs: RunController, binder: SessionBinder, engine: Engine) -> None:
        super().__init__(runs)
        self._grid, self._runs, self._binder, self._engine = grid, runs, binder, engine
        self._next_question = 1
        self._questions: dict[int, int] = {}
        """The last question of each place. Its answer is what it shows, whatever else comes later."""
        grid.made.connect(self._on_made)
        for pane in grid.panes:
            self._on_made(pane)
        runs.amended.connect(self._on_amended)
        engine.explained.connect(self._on_explained)

    def _on_made(self, pane: Pane) -> None:
        pane.details_opened.connect(self._on_opened)

    def _on_opened(self, number: int) -> None:
        self._show(number, None)
        self._ask(number)

    def _on_amended(self, number: int, _ending: Ending) -> None:
        pane = self._grid.pane(number)
        if pane is not None and pane.has_details:
            self._on_opened(number)

    def _what(self, number: int) -> Live | Run | None:
        """What the place shows: a run that ended here, or one of the session."""
        live = self._runs.latest(number)
        return live if live is not None else self._binder.shown(number)

    def _show(self, number: int, quotes: "Quotes") -> None:
        from app.anatomy import of_fold, of_run

        pane, what, record = self._grid.pane(number), self._what(number), self._runs.record(number)
        if pane is None:
            return
        if isinstance(what, Run):
            pane.show_anatomy(of_run(what, quotes))
        elif what is not None and record is not None and record.run == what.order.run:
            pane.show_anatomy(of_fold(what.feed.fold, record, quotes))

    def _ask(self, number: int) -> None:
        from app.past_calls import of_fold, of_run

        what = self._what(number)
        if what is None:
            return
        calls = of_run(what) if isinstance(what, Run) else of_fold(what.feed.fold)
        self._questions[number] = self._next_question
        self._engine.wish(ExplainCosts(self._next_question, calls))
        self._next_question += 1

    def _on_explained(self, told: CostsExplained) -> None:
        for number, question in self._questions.items():
            if question == told.id:
                self._show(number, told.quotes)
