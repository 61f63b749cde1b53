"""The strip that is there while repeats go on: how far they are, and the ways to end them and to see results."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import figures_font


class RepeatBar(QWidget):
    cancelled = Signal()
    results_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._told = ElidedLabel("", self, px=SMALL_PX)
        self._told.setFont(figures_font(self._told.font()))
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.progress.setAccessibleName("Repeats made")
        self.results = QPushButton("Results", self)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip("Stops what runs and sends no more; what came is kept (Esc)")
        self.results.clicked.connect(self.results_wished)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 2)
        row.setSpacing(12)
        row.addWidget(self._told, 2)
        row.addWidget(self.progress, 3)
        row.addWidget(self.results)
        row.addWidget(self.cancel)

    def show_progress(self, made: int, whole: int, failed: int, live: int) -> None:
        said = f"{made:,} of {whole:,} runs"
        if live > 1:
            said += f" · {live} at once"
        if failed:
            said += f" · {failed:,} not done"
        self._told.setText(said)
        self.progress.setRange(0, whole)
        self.progress.setValue(made)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Esc closes what is above the composer."""
        self.cancelled.emit()
        event.accept()

    @property
    def told(self) -> str:
        return self._told.text()
