"""The steps of a route's course, a row each; what was set aside opens under its row."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QPushButton, QScrollArea, QWidget

from app.course_told import Row
from app.steps import Aside
from widgets.labels import SMALL_PX, tinted
from widgets.theme import figures_font

HIGHEST, LEAST = 260, 56
WIDE = 440
"""From so many pixels on, figures stand in columns; below, under what they are of."""
LINES = 8


class CourseSteps(QScrollArea):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = HIGHEST
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Each step of the route")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table = StepTable(self)
        self.setWidget(self.table)
        self.table.filled.connect(self.fit)

    def show_steps(self, rows: tuple[Row, ...], asides: tuple[Aside, ...]) -> None:
        self.table.show_steps(rows, {aside.attempt: aside for aside in asides})

    def fit(self) -> None:
        """As high as its rows are, up to where it scrolls."""
        wanted = self.table.height_for(self.viewport().width()) + 2
        self.setFixedHeight(min(wanted, HIGHEST, max(LEAST, self._room)))

    def set_room(self, height: int) -> None:
        """How high it may be at most."""
        self._room = height
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()


class StepTable(QWidget):
    filled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._asides: dict[int, Aside] = {}
        self._opened: set[int] = set()
        self._wide = True
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 4, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)

    def show_steps(self, rows: tuple[Row, ...], asides: dict[int, Aside]) -> None:
        if (rows, asides) != (self._rows, self._asides):
            self._rows, self._asides = rows, asides
            self._opened &= asides.keys()
            self._fill()

    def height_for(self, width: int) -> int:
        return self._grid.heightForWidth(width) if self._grid.hasHeightForWidth() else self._grid.sizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (self.width() >= WIDE) != self._wide:
            self._fill()

    def _fill(self) -> None:
        self._empty()
        self._wide = self.width() >= WIDE
        self._grid.setColumnStretch(1, 1)
        at = 0
        for row in self._rows:
            self._add(row, at)
            if row.aside is not None:
                button = self._reader(row.aside)
                self._grid.addWidget(button, at, 2, Qt.AlignmentFlag.AlignTop)
            if row.aside in self._opened:
                self._grid.addWidget(self._page(self._asides[row.aside]), at + 2, 0, 1, 6)
            at += 3
        self.filled.emit()

    def _add(self, row: Row, at: int) -> None:
        text = self._label(row.text, "error" if row.is_trouble else "text")
        text.setWordWrap(True)
        self._grid.addWidget(self._figure(row.at), at, 0, Qt.AlignmentFlag.AlignTop)
        figures = (row.took, row.tokens and f"{row.tokens} tok", row.cost)
        self._grid.addWidget(text, at, 1, 1, 1 if (any(figures) and self._wide) or row.aside is not None else 5)
        if self._wide:
            for column, figure in enumerate(figures, 3):
                self._grid.addWidget(self._figure(figure), at, column, Qt.AlignmentFlag.AlignTop)
        elif any(figures):
            self._grid.addWidget(self._label(" · ".join(filter(None, figures)), "muted"), at + 1, 1, 1, 2)

    def _reader(self, attempt: int) -> QPushButton:
        button = QPushButton("Hide" if attempt in self._opened else "Read", self)
        button.setFlat(True)
        button.setObjectName(f"aside_{attempt}")
        button.setAccessibleName(f"{button.text()} what {self._asides[attempt].by} had said")
        button.setStyleSheet("padding: 0 4px; min-height: 14px;")
        button.clicked.connect(self._on_read)
        return button

    def _on_read(self) -> None:
        self._opened ^= {int(self.sender().objectName().removeprefix("aside_"))}
        self._fill()

    def _page(self, aside: Aside) -> QPlainTextEdit:
        """What it had said, as it came: plain, selectable, and with why it stands no more."""
        why = f"Set aside: {aside.why}" if aside.why else "Set aside"
        page = QPlainTextEdit("\n\n".join(filter(None, (why, aside.reasoning, aside.text))), self)
        page.setReadOnly(True)
        page.setTabChangesFocus(True)
        page.setAccessibleName(f"What {aside.by} had said")
        lines = min(LINES, max(3, len(aside.text) // 50 + aside.text.count("\n") + 3))
        page.setFixedHeight(lines * page.fontMetrics().lineSpacing() + 14)
        return page

    def _figure(self, text: str) -> QLabel:
        label = self._label(text, "muted")
        label.setFont(figures_font(label.font()))
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        return label

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = label.font()
        font.setPixelSize(SMALL_PX)
        label.setFont(font)
        tinted(label, role)
        return label

    def _empty(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
