"""What is taken out of the window: answers, comparisons, requests as code, exchanges as an HTTP Archive."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QGuiApplication

from app.directory import Directory
from app.exchange import Exchange
from app.lanes import Lane
from app.session.asking import request
from app.session.document import Run
from widgets.connections import forms
from widgets.file_writer import FileWriter
from widgets.main_window import MainWindow
from widgets.run_controller import RunController
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome

LANGUAGES = {
    "copy_curl": ("curl", "a cURL command"),
    "copy_openai": ("python-openai", "Python for the openai library"),
    "copy_anthropic": ("python-anthropic", "Python for the anthropic library"),
    "copy_google": ("python-google-genai", "Python for the google-genai library"),
    "copy_httpx": ("python-httpx", "Python for httpx"),
    "copy_javascript": ("javascript", "JavaScript"),
}
NO_ANSWER = "There is no answer here yet."


class Sender(Protocol):
    """What is needed of the engine's client."""

    inspected: SignalInstance

    def inspect(self, run: int) -> None: ...


class Giving(QObject):
    def __init__(
        self,
        window: MainWindow,
        home: SessionHome,
        binder: SessionBinder,
        runs: RunController,
        engine: Sender,
    ) -> None:
        super().__init__(home)
        self._window, self._home, self._binder, self._runs = window, home, binder, runs
        self._engine = engine
        self._directory: Directory = window.overlays.directory
        self._archive: tuple[int, Run] | None = None
        """The engine's number of the run whose exchanges are wanted, and the run."""
        self._data = b""
        self._writer = FileWriter(self)
        self._writer.said.connect(window.announce)
        engine.inspected.connect(self._on_inspected)
        doers: dict[str, Callable[[], object]] = {
            "copy_text": self.copy_text,
            "copy_pane": self.copy_pane,
            "copy_comparison": self.copy_comparison,
            "save_answer": self.save_answer,
            "save_har": self.save_har,
            **{id_: partial(self.copy_code, id_) for id_ in LANGUAGES},
        }
        for id_, doer in doers.items():
            window.add_doer(id_, doer)

    def _shown(self) -> Run | None:
        """The run that the lane in focus shows; without one, that is said."""
        pane = self._window.desk.current
        run = self._binder.shown(pane.place.number) if pane is not None else None
        if run is None:
            self._window.announce(NO_ANSWER)
        return run

    def _copied(self, text: str, said: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._window.announce(said)

    # Answers

    def copy_text(self) -> None:
        if (run := self._shown()) is not None:
            from app.export.markdown import pane_text

            self._copied(pane_text(self._home.session, run), "The answer was copied as it came.")

    def copy_pane(self) -> None:
        if (run := self._shown()) is not None:
            from app.export.markdown import pane_markdown

            text = pane_markdown(self._home.session, run)
            self._copied(text, "Prompt, answer and figures were copied as Markdown.")

    def copy_comparison(self) -> None:
        if not self._home.session.runs:
            self._window.announce(NO_ANSWER)
            return
        from app.export.markdown import markdown

        self._copied(markdown(self._home.session), "The comparison was copied as Markdown.")

    def save_answer(self) -> None:
        if (run := self._shown()) is not None:
            from app.export.markdown import pane_text

            self._data = pane_text(self._home.session, run).encode()
            forms.choose_file(self._window, "Save the answer", self._on_chosen, name="answer.md")

    # Requests

    def copy_code(self, id_: str) -> None:
        """Of what is shown; before anything was asked, of the draft."""
        pane = self._window.desk.current
        if pane is None:
            return
        from app.export.code import code
        from app.export.errors import ExportError

        language, told = LANGUAGES[id_]
        run, session = self._binder.shown(pane.place.number), self._home.session
        prompt = session.prompt(run.prompt) if run is not None else None
        if run is not None and prompt is not None:
            lane = Lane(run.spec.model, dict(run.spec.params), run.spec.limits)
            asked = request(session, prompt, run.after)
        else:
            lane = Lane(pane.place.text, dict(pane.place.params), pane.place.limits)
            asked = self._binder.request()
        try:
            text = code(asked, lane, language, self._directory)
        except ExportError as error:
            self._window.add_strip(str(error), "warning")
            self._window.announce(str(error))
            return
        self._copied(text, f"The request was copied as {told}. A key comes from an environment variable.")

    # Exchanges

    def save_har(self) -> None:
        """Of runs that this window has made: sessions hold answers, not what went over the wire."""
        pane = self._window.desk.current
        if pane is None or (run := self._shown()) is None:
            return
        latest = self._runs.latest(pane.place.number)
        if latest is None or latest.order.live is None or latest.order.live.id != run.id:
            self._window.announce("What went over the wire is kept of runs of this window, until the next in its lane.")
            return
        self._archive = latest.order.run, run
        self._engine.inspect(latest.order.run)

    def _on_inspected(self, number: int, exchanges: tuple[Exchange, ...] | None) -> None:
        if self._archive is None or self._archive[0] != number:
            return
        run, self._archive = self._archive[1], None
        if not exchanges or all(each.asked is None for each in exchanges):
            self._window.announce("Nothing of this run went over the wire, or it is not kept any more.")
            return
        from app.export.har import har

        self._data = har(exchanges, run.at)
        forms.choose_file(self._window, "Save the exchanges as HAR", self._on_chosen, name="exchanges.har")

    def _on_chosen(self, path: str) -> None:
        self._writer.start(Path(path), self._data)
