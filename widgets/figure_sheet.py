"""Figures with their names, in as many columns as there is room for; each says on hover how it is defined."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.shown import Figure
from widgets.labels import SMALL_PX, plain_tip, tinted
from widgets.theme import figures_font

COLUMN_WIDTH = 300


class FigureSheet(QWidget):
    """Each value can be selected and copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._figures: tuple[Figure, ...] = ()
        self._columns = 0
        self.setAutoFillBackground(False)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        if figures != self._figures:
            self._figures = figures
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._room() != self._columns:
            self._fill()

    def _room(self) -> int:
        return max(1, self.width() // COLUMN_WIDTH)

    def _fill(self) -> None:
        self._empty()
        self._columns = self._room()
        rows = -(-len(self._figures) // self._columns) or 1
        for at, figure in enumerate(self._figures):
            column, row = divmod(at, rows)
            self._grid.setColumnStretch(column * 2 + 1, 1)
            name, value = self._label(figure.name), self._label(figure.value)
            tinted(name, "muted")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFont(figures_font(value.font()))
            for label in (name, value):
                label.setToolTip(plain_tip(figure.note))
                label.setAccessibleDescription(figure.note)
            self._grid.addWidget(name, row, column * 2)
            self._grid.addWidget(value, row, column * 2 + 1)

    def _empty(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        font = label.font()
        font.setPixelSize(SMALL_PX)
        label.setFont(font)
        return label
