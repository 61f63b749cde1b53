"""Brings what the user thinks of an answer into the session, and shows it at its pane."""

from PySide6.QtCore import QObject, QPoint, QRect

from app.session.document import Better, Opinion, Run, Session
from app.session.edits import preferred, thought
from app.session.making import now
from widgets.judging import JudgeSheet, Rival, told
from widgets.main_window import MainWindow
from widgets.pane import Pane
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome


class Judge(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder) -> None:
        super().__init__(home)
        self._window, self._home, self._binder = window, home, binder
        self._sheet: JudgeSheet | None = None
        home.changed.connect(self._show)
        window.judge_asked.connect(self.judge)

    def open(self) -> None:
        if (pane := self._window.desk.current) is not None:
            self.judge(pane.place.number)

    def judge(self, number: int) -> None:
        pane, run = self._window.grid.pane(number), self._binder.shown(number)
        if pane is None or run is None:
            self._window.announce("There is no answer here that could be judged yet.")
            return
        if self._sheet is None:
            self._sheet = JudgeSheet(self._window)
            self._sheet.thought.connect(self._on_thought)
            self._sheet.preferred.connect(self._on_preferred)
            self._window.overlays.hold("judge", self._sheet)
        near = QRect(pane.mapTo(self._window, QPoint(0, 0)), pane.size())
        self._sheet.judge(run.id, run.opinion, self._rivals(run), near)

    def rate(self, stars: int) -> None:
        """The answer in focus, without opening anything."""
        pane = self._window.desk.current
        if pane is None or (run := self._binder.shown(pane.place.number)) is None:
            return
        opinion = Opinion(stars, run.opinion.thumb, run.opinion.note)
        self._on_thought(run.id, opinion)
        self._window.announce(f"Rated {stars} of 5.")

    def _rivals(self, run: Run) -> tuple[Rival, ...]:
        """What the other lanes show that was asked the same."""
        session, found = self._home.session, []
        for pane in self._window.grid.panes:
            other = self._binder.shown(pane.place.number)
            if other is not None and other.id != run.id and _asked(session, other) == _asked(session, run):
                found.append(Rival(other.id, pane.place.label, _verdict(session, run.id, other.id)))
        return tuple(found)

    def _on_thought(self, run: str, opinion: Opinion) -> None:
        self._home.do("judging an answer", lambda session: thought(session, run, opinion), joins=f"judging {run}")

    def _on_preferred(self, better: str, worse: str) -> None:
        verdict = Better(better, worse, now())
        self._home.do("preferring an answer", lambda session: preferred(session, verdict))

    def _show(self) -> None:
        for pane in self._window.grid.panes:
            self._show_pane(pane)

    def _show_pane(self, pane: Pane) -> None:
        run, session = self._binder.shown(pane.place.number), self._home.session
        if run is None:
            pane.footer.show_opinion(False, "", "")
            return
        wins = [each.worse for each in session.better if each.better == run.id]
        beaten = [lost.spec.model for each in wins if (lost := session.run(each)) is not None]
        notes = (run.opinion.note, f"Better than {', '.join(beaten)}" if beaten else "")
        text = told(run.opinion) or (">" if beaten else "")
        pane.footer.show_opinion(True, text, "\n".join(filter(None, notes)))


def _asked(session: Session, run: Run) -> tuple[str, str]:
    """What was asked, as it was sent: running a lane again sends the same as a prompt of its own."""
    prompt = session.prompt(run.prompt)
    return (prompt.text, prompt.system) if prompt is not None else (run.prompt, "")


def _verdict(session: Session, run: str, other: str) -> str:
    pair = {run, other}
    found = next((each for each in session.better if {each.better, each.worse} == pair), None)
    return "" if found is None else ("better" if found.better == run else "worse")
