"""Which of a session's questions are held beside each other: those of which model, embedded by whom."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.lab.questions import Questions, asides
from app.lab.sweep import count
from widgets.connections import forms
from widgets.labels import one_line
from widgets.pick_box import PickBox

LOCAL = "local"
NOTHING = "Nothing that can be compared was asked of this model yet: send at least two questions to it."
ONE = "One question was asked of this model: there is nothing to hold it beside."


class QuestionsBar(QWidget):
    chosen = Signal()
    """Another model's questions."""
    asked = Signal(str)
    """They are to be compared, embedded by that lane."""
    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_busy = False
        self._count = 0
        self.model = PickBox(self)
        self.model.setAccessibleName("Asked of")
        self.model.setMinimumContentsLength(10)
        self.model.setSizeAdjustPolicy(PickBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.embed = forms.line(self, "Who embeds", "vendor/model or local", "A lane of any server, or local")
        self.embed.setText(LOCAL)
        self.go = QPushButton("Compare", self)
        self.said = forms.said(self)
        self._arrange()
        self.model.activated.connect(self.chosen)
        self.embed.textChanged.connect(self._enable)
        self.embed.returnPressed.connect(self.go.click)
        self.go.clicked.connect(self._on_go)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(forms.small("Asked of", self))
        row.addWidget(self.model, 1)
        row.addWidget(forms.small("Embedded by", self))
        row.addWidget(self.embed, 1)
        row.addWidget(self.go)
        column.addLayout(row)
        column.addWidget(self.said)

    def offer(self, models: tuple[str, ...]) -> None:
        wanted = self.model.currentData()
        self.model.clear()
        for model in models:
            self.model.addItem(one_line(model), model)
        self.model.setCurrentIndex(max(0, self.model.findData(wanted)))

    def show_questions(self, found: Questions) -> None:
        """Those that could be compared now."""
        self._is_busy, self._count = False, len(found.asked)
        self.go.setText(f"Compare {count(self._count, 'question')}")
        forms.say(self.said, (NOTHING, ONE)[self._count] if self._count < 2 else asides(found))
        self._enable()

    def show_progress(self, done: int, of: int) -> None:
        self._is_busy = True
        self.go.setText("Stop")
        forms.say(self.said, f"{done} of {count(of, 'question')} embedded.")
        self._enable()

    def say(self, text: str, *, is_good: bool = True) -> None:
        forms.say(self.said, text, is_good=is_good)

    def _enable(self) -> None:
        self.go.setEnabled(self._is_busy or (self._count > 1 and bool(self.embed.text().strip())))

    def _on_go(self) -> None:
        if self._is_busy:
            self.stopped.emit()
        else:
            self.asked.emit(self.embed.text().strip())
