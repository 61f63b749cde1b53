"""Which answers the one in focus can be compared with: earlier versions of it, and what the other lanes show."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.session.document import Run, Session
from widgets.main_window import MainWindow
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

if TYPE_CHECKING:
    from widgets.comparing import CompareSheet

MOST_VERSIONS = 30
Others = tuple[tuple[str, Run], ...]
"""Answers that can be compared with: what each is called, and the run."""


class Comparing(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder) -> None:
        super().__init__(home)
        self._window, self._home, self._binder = window, home, binder
        self._sheet: CompareSheet | None = None
        window.add_doer("compare", self.open)

    def open(self) -> None:
        pane = self._window.desk.current
        run = self._binder.shown(pane.place.number) if pane is not None else None
        if pane is None or run is None:
            self._window.announce("There is no answer here that could be compared yet.")
            return
        others = (*versions(self._home.session, run), *self._beside(run))
        if not others:
            self._window.announce("There is nothing to compare with: run the lane again, or ask more lanes.")
            return
        if self._sheet is None:
            from widgets.comparing import CompareSheet  # only now, with what compares texts

            self._sheet = CompareSheet(self._window)
            self._window.overlays.hold("compare", self._sheet)
        self._sheet.compare(pane.place.label, run, others)

    def _beside(self, run: Run) -> Others:
        """What the other lanes show, those of the same prompt first."""
        found = []
        for pane in self._window.grid.panes:
            other = self._binder.shown(pane.place.number)
            if other is not None and other.id != run.id:
                found.append((other.prompt != run.prompt, (f"{pane.place.label}, beside it", other)))
        return tuple(other for _, other in sorted(found, key=_first))


def _first(pair: tuple[bool, tuple[str, Run]]) -> bool:
    return pair[0]


def versions(session: Session, run: Run) -> Others:
    """Its lane's other answers to what was asked, the latest before it first."""
    prompt = session.prompt(run.prompt)
    if prompt is None:
        return ()
    asks = {each.id: (each.draft.text, each.draft.system) for each in session.prompts}
    same = [each for each in session.runs if each.lane == run.lane and asks.get(each.prompt) == asks[run.prompt]]
    at = next((n for n, each in enumerate(same) if each.id == run.id), len(same))
    order = [*reversed(list(enumerate(same))[:at]), *list(enumerate(same))[at + 1 :]]
    return tuple((f"Version {n + 1} of {len(same)}, {each.spec.model}", each) for n, each in order[:MOST_VERSIONS])
