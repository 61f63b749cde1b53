"""All figures of a run, with their definitions on hover, no higher than leaves room for the answer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.shown import Figure
from widgets.figure_sheet import FigureSheet

HIGHEST = 260


class DetailsGrid(QScrollArea):
    """Read with the arrow keys, copied with Ctrl+C from each value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMaximumHeight(HIGHEST)
        self.setAccessibleName("Details of the run")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)
        self._sheet = FigureSheet(self)
        self.setWidget(self._sheet)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        self._sheet.show_figures(figures)
