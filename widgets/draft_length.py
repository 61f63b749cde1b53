"""Tells in the composer how many tokens the draft is, about: a moment after it has changed, and never in the way."""

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance

from app.lanes import asked_model
from app.messages import Estimate, Estimated
from app.tokens import note, said
from widgets.main_window import MainWindow

PAUSE_MS = 250
FIRST_MS = 2500
"""After the start: counting begins when the window has done what comes first."""
MOST_CHARACTERS = 4_000_000
"""A longer draft is not sent through the pipe at every pause in typing."""


WITHOUT_FILES = "What is attached is not in it."


class Counter(Protocol):
    """What this needs of the engine's client."""

    estimated: SignalInstance
    ready: SignalInstance

    def estimate(self, question: Estimate) -> None: ...


class DraftLength(QObject):
    def __init__(self, window: MainWindow, engine: Counter) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self._asked = 0
        self._last: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        window.composer.edited.connect(self._on_changed)
        window.desk.changed.connect(self._on_changed)
        engine.estimated.connect(self._on_estimated)
        engine.ready.connect(self._on_ready)

    def end(self) -> None:
        """Nothing is asked any more, whatever is still typed: asking would start an engine anew."""
        self._timer.stop()
        self._timer.timeout.disconnect(self._ask)

    def _on_ready(self) -> None:
        """Also of a new engine, which knows nothing of what its predecessor was asked."""
        self._last = ((), ())
        self._timer.start(FIRST_MS)

    def _on_changed(self) -> None:
        self._timer.start(PAUSE_MS)

    def _ask(self) -> None:
        texts = self._texts()
        models = tuple(dict.fromkeys(asked_model(place.text) for place in self._window.desk.bench.places))
        if (texts, models) == self._last:
            return
        self._last = (texts, models)
        self._asked += 1
        if texts and models:
            self._engine.estimate(Estimate(self._asked, texts, models))
        else:
            self._window.composer.show_estimate("", "")

    def _texts(self) -> tuple[str, ...]:
        """The messages that would be sent; none if they cannot be, or are too long to be counted while typing."""
        composer = self._window.composer
        if composer.problem() is not None:
            return ()
        found = tuple(text for text in composer.texts if text.strip())
        return found if sum(map(len, found)) <= MOST_CHARACTERS else ()

    def _on_estimated(self, told: Estimated) -> None:
        if told.id == self._asked:
            composer = self._window.composer
            text = said(told.counts)
            how = note(told.counts) if text else told.error
            composer.show_estimate(text, f"{how} {WITHOUT_FILES}" if text and composer.attached.files else how)
