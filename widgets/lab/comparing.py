"""Between the session and the inspector of pairs: its questions are compared by the engine before a cache is there."""

from PySide6.QtCore import QObject

from app.cache.wishes import CompareQuestions, QuestionsCompared, StopComparing
from app.lab.cases import models
from app.lab.questions import Questions, asides, questions
from widgets.lab.pairs_page import PairsPage
from widgets.run_controller import Engine
from widgets.sessions.home import SessionHome


class Comparing(QObject):
    def __init__(self, page: PairsPage, home: SessionHome, engine: Engine) -> None:
        super().__init__(page)
        self._page, self._home, self._engine = page, home, engine
        self._number = 0
        self._going: Questions | None = None
        self._last: tuple[str, bool] | None = None
        """What became of the last comparison, and whether it is good."""
        page.bar.chosen.connect(self._on_chosen)
        page.bar.asked.connect(self._on_asked)
        page.bar.stopped.connect(self.stop)
        home.replaced.connect(self._on_chosen)
        engine.died.connect(self._on_died)

    def look(self) -> None:
        """At what the session has asked by now. What is found stays until it is compared anew."""
        if self._going is None:
            self._page.bar.offer(models(self._home.session))
            self._page.bar.show_questions(self._questions())
            if self._last is not None:
                self._page.bar.say(self._last[0], is_good=self._last[1])

    def _questions(self) -> Questions:
        return questions(self._home.session, self._page.bar.model.currentData() or "")

    def _on_chosen(self) -> None:
        self._last = None
        self.stop()
        self._page.show_compared(None, Questions())
        self.look()

    def _on_asked(self, embed: str) -> None:
        self._last = None
        self._number += 1
        self._going = going = self._questions()
        self._engine.cache(CompareQuestions(self._number, embed, going.asked, going.currency))
        self._page.bar.show_progress(0, len(going.asked))

    def stop(self) -> None:
        if self._going is not None:
            self._engine.cache(StopComparing())
            self._forget()

    def told(self, told: QuestionsCompared) -> None:
        going = self._going
        if going is None or told.id != self._number:
            return
        if told.trouble:
            self._last = (f"Not compared: {told.trouble.rstrip('.')}.", False)
            self._forget()
        elif told.found is None:
            self._page.bar.show_progress(told.done, len(going.asked))
        else:
            self._last = (asides(going, told.found), True)
            self._forget()
            self._page.show_compared(told.found, going)

    def _forget(self) -> None:
        self._number += 1
        self._going = None
        self.look()

    def _on_died(self, _why: str) -> None:
        if self._going is not None:
            self._forget()
