"""All shortcuts on one sheet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from widgets.commands import COMMANDS, IN_NO_MENU, Command, shown_keys
from widgets.labels import SMALL_PX, Chip, tinted
from widgets.sheet import Sheet

ALSO = (
    ("Go to lane 1 … 9", "Ctrl+1 … 9"),
    ("Rate its answer 1 … 5", "Alt+1 … 5"),
    ("Close a lane", "middle click on its head"),
    ("Move a lane", "drag it by its head"),
    ("Zoom", "Ctrl+wheel"),
)
COLUMNS = (("Session", "Edit", "Prompt"), ("Run", "Lane", "Copy as"), ("Measure", "View", "Help"))
"""Which menus stand below each other."""
WIDTH, HIGH = 1280, 620
GAP = 32
MARGINS = 44
"""What the sheet and its bar for scrolling take of its width."""
ROW = 22


class ShortcutsSheet(Sheet):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Keyboard shortcuts", width=WIDTH)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Keyboard shortcuts")
        self._area.viewport().setAutoFillBackground(False)
        sheet = QWidget(self._area)
        sheet.setAutoFillBackground(False)
        self._grid = QGridLayout(sheet)
        self._grid.setContentsMargins(0, 0, 12, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._columns = [self._column(sheet, menus) for menus in COLUMNS]
        self._abreast = 0
        self._lay(len(COLUMNS))
        self._area.setWidget(sheet)
        self._area.setMinimumHeight(min(HIGH, sheet.sizeHint().height() + 4))
        self.column.addWidget(self._area, 1)

    def first_focus(self) -> QWidget:
        return self._area

    def place(self) -> None:
        super().place()
        self._lay(next((n for n in (3, 2) if self._needs(n) <= self.width() - MARGINS), 1))

    def _needs(self, abreast: int) -> int:
        """How wide so many columns are beside each other."""
        widths = [column.sizeHint().width() for column in self._columns]
        return sum(max(widths[n::abreast]) for n in range(abreast)) + (abreast - 1) * GAP

    def _lay(self, abreast: int) -> None:
        """So many columns beside each other, the others below."""
        if abreast == self._abreast:
            return
        self._abreast = abreast
        for n, column in enumerate(self._columns):
            self._grid.addWidget(column, n // abreast, n % abreast, Qt.AlignmentFlag.AlignTop)
        for n in range(len(COLUMNS)):
            self._grid.setColumnStretch(n, int(n < abreast))

    def _column(self, sheet: QWidget, menus: tuple[str, ...]) -> QWidget:
        column = QWidget(sheet)
        grid = QGridLayout(column)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        for menu in menus:
            told = [(c.text.removesuffix("…"), shown_keys(c)) for c in _with_keys(menu)]
            self._group(grid, menu, told)
        if menus is COLUMNS[-1]:
            self._group(grid, "Also", list(ALSO))
        return column

    def _group(self, grid: QGridLayout, name: str, rows: list[tuple[str, str]]) -> None:
        at = grid.rowCount()
        grid.addWidget(_head(name, is_first=at == 1), at, 0, 1, 2)
        for text, keys in rows:
            at += 1
            label = QLabel(text)
            label.setFixedHeight(ROW)
            grid.addWidget(label, at, 0)
            grid.addWidget(Chip(keys, self, role="text"), at, 1, Qt.AlignmentFlag.AlignRight)


def _with_keys(menu: str) -> list[Command]:
    return [c for c in COMMANDS if c.menu == menu and c.keys and c.id not in IN_NO_MENU]


def _head(text: str, *, is_first: bool) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setPixelSize(SMALL_PX)
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 0 if is_first else 12, 0, 2)
    tinted(label, "muted")
    return label
