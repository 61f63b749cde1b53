"""All figures of a run, with their definitions on hover."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from app.shown import Figure
from widgets.labels import SMALL_PX, plain_tip, tinted
from widgets.theme import figures_font

HIGHEST = 260
COLUMN_WIDTH = 300


class DetailsGrid(QScrollArea):
    """Read with the arrow keys, copied with Ctrl+C from each value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMaximumHeight(HIGHEST)
        self.setAccessibleName("Details of the run")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        sheet = QWidget(self)
        sheet.setAutoFillBackground(False)
        grid = QGridLayout(sheet)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        columns = max(1, self._ground.width() // COLUMN_WIDTH)
        rows = -(-len(figures) // columns)
        for at, figure in enumerate(figures):
            column, row = divmod(at, rows)
            grid.setColumnStretch(column * 2 + 1, 1)
            name, value = self._label(figure.name, sheet), self._label(figure.value, sheet)
            tinted(name, "muted")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFont(figures_font(value.font()))
            for label in (name, value):
                label.setToolTip(plain_tip(figure.note))
                label.setAccessibleDescription(figure.note)
            grid.addWidget(name, row, column * 2)
            grid.addWidget(value, row, column * 2 + 1)
        self.setWidget(sheet)

    def _label(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        font = label.font()
        font.setPixelSize(SMALL_PX)
        label.setFont(font)
        return label
