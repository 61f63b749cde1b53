"""Reckons in a thread: hundreds of runs, or long texts compared with each other, take longer than a frame."""

import contextlib
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

Question = Callable[[], object]
"""Pure: it is asked in a thread, of values that nobody changes."""


class Reckoner(QObject):
    reckoned = Signal(object)
    """The answer. Of questions that come while one is reckoned, only the last is answered."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._next: Question | None = None
        self._is_at_work = False

    def ask(self, question: Question) -> None:
        with self._lock:
            self._next = question
            if self._is_at_work:
                return
            self._is_at_work = True
        threading.Thread(target=self._work, name="reckoner", daemon=True).start()

    def _work(self) -> None:
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            while (question := self._taken()) is not None:
                self.reckoned.emit(question())

    def _taken(self) -> Question | None:
        with self._lock:
            question, self._next = self._next, None
            self._is_at_work = question is not None
            return question
