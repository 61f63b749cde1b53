"""What a pane shows of its run: reasoning, answer, tool calls, and what went wrong."""

from math import ceil
from time import perf_counter_ns
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.shown import Advance, Ending, Kind, Pause
from widgets.calls_view import CallsView
from widgets.labels import tinted
from widgets.problem_panel import ProblemPanel

if TYPE_CHECKING:
    from widgets.markdown import AnswerView, ReasoningView

IDLE = "The answer appears here.\nCtrl+Enter sends the prompt to every lane."
WAITING = "Waiting for the first token…"
NS_PER_S = 1e9


class PaneBody(QWidget):
    """Views for text are made when the first run begins: before that the window has nothing to show in them."""

    remedy_asked = Signal(str)
    link_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._scale = 1.0
        self._words = 0
        self._reasoning: ReasoningView | None = None
        self._answer: AnswerView | None = None
        self._calls: CallsView | None = None
        self._problem: ProblemPanel | None = None
        self._hint = QLabel(IDLE, self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setMargin(12)
        self._hint.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        tinted(self._hint, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._hint, 1)

    @property
    def answer(self) -> "AnswerView | None":
        """The answer's view; None before the first run."""
        return self._answer

    def focus(self) -> bool:
        """Whether there is something here to take the focus."""
        if self._answer is None or not self._answer.isVisible():
            return False
        self._answer.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def text(self) -> str:
        return self._answer.text() if self._answer else ""

    def begin(self) -> None:
        """A run begins: nothing is shown yet."""
        self.prepare()
        assert self._answer is not None
        assert self._reasoning is not None
        self._answer.clear()
        self._reasoning.clear()
        self._words = 0
        for part in self._parts():
            part.hide()
        self._hint.setText(WAITING)
        self._hint.show()

    def show_beginning(self) -> None:
        if self._answer is not None:
            self._answer.show_beginning()

    def clear(self) -> None:
        """No run is shown."""
        for part in self._parts():
            part.hide()
        if self._answer is not None:
            self._answer.clear()
        self._hint.setText(IDLE)
        self._hint.show()

    def prepare(self) -> None:
        """Makes the views for text, hidden, if there are none yet: some 8 ms, best spent when nothing is going on."""
        if self._answer is None:
            self._make()
            for part in self._parts():
                part.hide()

    def _parts(self) -> list[QWidget]:
        made = (self._answer, self._reasoning, self._calls, self._problem)
        return [part for part in made if part is not None]

    def _make(self) -> None:
        from widgets.markdown import AnswerView, ReasoningView  # only now: what they import takes its time

        self._reasoning = ReasoningView(self)
        self._answer = AnswerView(self)
        self._answer.setAccessibleName("Answer")
        self._answer.link_requested.connect(self.link_asked)
        for view in (self._reasoning, self._answer):
            view.set_font_scale(self._scale)
        self._calls = CallsView(self)
        self._problem = ProblemPanel(self)
        self._problem.remedy_asked.connect(self.remedy_asked)
        self._column.insertWidget(0, self._reasoning, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addWidget(self._answer, 1)
        self._column.addWidget(self._calls)
        self._column.addWidget(self._problem, 0, Qt.AlignmentFlag.AlignBottom)

    def show_pause(self, pause: Pause | None) -> None:
        """Counts down to the next try, in the place of text that is not there yet."""
        if pause is None:
            self._hint.setText(WAITING)
            return
        left_s = max(0, ceil((pause.until_ns - perf_counter_ns()) / NS_PER_S))
        self._hint.setText(f"Trying again in {left_s} s\n{pause.why}")

    def take(self, advance: Advance) -> None:
        assert self._answer is not None
        assert self._reasoning is not None
        if advance.reset:
            self._answer.clear()
            self._reasoning.clear()
        for kind, text in advance.pieces:
            self._take_piece(kind, text)
        if advance.calls is not None and self._calls is not None:
            self._hint.hide()
            self._calls.show_calls(advance.calls)

    def _take_piece(self, kind: Kind, text: str) -> None:
        assert self._answer is not None
        assert self._reasoning is not None
        self._hint.hide()
        if kind == "reasoning":
            self._reasoning.show()
            self._reasoning.append(text)
            self._words += sum(map(text.count, " \n"))
            self._reasoning.set_caption(f"Reasoning · {self._words + 1:,} words")
            return
        if self._answer.isHidden():
            self._reasoning.finish()
            self._answer.show()
        self._answer.append(text)

    def end(self, ending: Ending) -> None:
        if self._answer is None or self._reasoning is None or self._problem is None or self._calls is None:
            return
        self._answer.finish()
        self._reasoning.finish()
        if ending.reasoning_tokens and not self._reasoning.isHidden():
            self._reasoning.set_caption(f"Reasoning · {ending.reasoning_tokens:,} tokens")
        if ending.calls:
            self._calls.show_calls(ending.calls)
        if ending.problem is not None:
            self._problem.show_problem(ending.problem, grave=ending.state == "failed")
            self._problem.show()
        self._rest(ending)

    def _rest(self, ending: Ending) -> None:
        """What stands where text would, if none came."""
        bare = bool(self._answer and self._answer.isHidden())
        shown = [part for part in (self._reasoning, self._calls) if part is not None and not part.isHidden()]
        if not bare:
            return
        said = "" if ending.problem or shown else NOTHING.get(ending.state, "The model ended without text.")
        self._hint.setText(said)
        self._hint.show()  # without words it takes what room there is, and none where there is none

    def set_scale(self, scale: float) -> None:
        self._scale = scale
        for view in (self._reasoning, self._answer):
            if view is not None:
                view.set_font_scale(scale)


NOTHING = {
    "stopped": "Stopped before anything came.",
    "lost": "The engine ended before anything came.\nRun this lane again: a new engine is ready.",
}
