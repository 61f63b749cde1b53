"""How a run's figures were made, no higher than leaves room for the answer."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.anatomy import Anatomy
from app.shown import Figure, Topic
from widgets.run_sheet import RunSheet

HIGHEST = 340
SETTLED_MS = 300
"""For so long after a part was asked for it is kept at the top, while what it holds finds its place."""


class DetailsGrid(QScrollArea):
    """Read with the arrow keys, copied with Ctrl+C from each value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumHeight(HIGHEST)
        self.setAccessibleName("Details of the run")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)
        self.sheet = RunSheet(self)
        self._topic: Topic | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        self.verticalScrollBar().rangeChanged.connect(self._show_topic)
        self.setWidget(self.sheet)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), min(HIGHEST, self.sheet.sizeHint().height()))

    def set_room(self, height: int) -> None:
        self.setMaximumHeight(min(HIGHEST, height))

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        self.sheet.show_figures(figures)

    def show_anatomy(self, anatomy: Anatomy | None) -> None:
        self.sheet.show_anatomy(anatomy)
        self.updateGeometry()
        if self._topic is not None:
            self._settled.start()

    def go_to(self, topic: Topic | None) -> None:
        """Brings that part to the top."""
        self._topic = topic
        self.sheet.choose(topic)
        if topic is not None:
            self._show_topic()
            self._settled.start()

    def _show_topic(self) -> None:
        if self._topic is not None:
            self.verticalScrollBar().setValue(self.sheet.sections[self._topic].y())

    def _on_settled(self) -> None:
        self._show_topic()
        self._topic = None
