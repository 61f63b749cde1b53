"""All shortcuts on one sheet."""

from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from widgets.commands import COMMANDS, IN_NO_MENU, MENUS, Command, shown_keys
from widgets.labels import SMALL_PX, Chip, tinted
from widgets.sheet import Sheet

ALSO = (
    ("Go to lane 1 … 9", "Ctrl+1 … 9"),
    ("Close a lane", "middle click on its head"),
    ("Put lanes in another order", "drag a lane by its head"),
    ("Zoom", "Ctrl+wheel"),
)


class ShortcutsSheet(Sheet):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Keyboard shortcuts", width=860)
        area = QScrollArea(self)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName("Keyboard shortcuts")
        area.viewport().setAutoFillBackground(False)
        sheet = QWidget(area)
        sheet.setAutoFillBackground(False)
        self._grid = QGridLayout(sheet)
        self._grid.setContentsMargins(0, 0, 12, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._fill(sheet)
        area.setWidget(sheet)
        area.setMinimumHeight(min(480, sheet.sizeHint().height() + 4))
        self.column.addWidget(area, 1)
        self._area = area

    def first_focus(self) -> QWidget:
        return self._area

    def _fill(self, sheet: QWidget) -> None:
        groups = {menu: [c for c in COMMANDS if c.menu == menu and c.keys and c.id not in IN_NO_MENU] for menu in MENUS}
        left = self._column(sheet, 0, {name: groups[name] for name in ("Run", "Lane")})
        self._column(sheet, 3, {name: groups[name] for name in ("Session", "Edit", "Copy as", "View", "Help")})
        self._head(sheet, left, 0, "Also")
        for row, (text, keys) in enumerate(ALSO, left + 1):
            self._row(sheet, row, 0, text, keys)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(2, 16)
        self._grid.setColumnStretch(3, 1)

    def _column(self, sheet: QWidget, column: int, groups: dict[str, list[Command]]) -> int:
        row = 0
        for name, commands in groups.items():
            self._head(sheet, row, column, name)
            for command in commands:
                row += 1
                self._row(sheet, row, column, command.text.removesuffix("…"), shown_keys(command))
            row += 1
        return row

    def _head(self, sheet: QWidget, row: int, column: int, text: str) -> None:
        label = QLabel(text, sheet)
        font = label.font()
        font.setPixelSize(SMALL_PX)
        font.setBold(True)
        label.setFont(font)
        label.setContentsMargins(0, 8 if row else 0, 0, 0)
        tinted(label, "muted")
        self._grid.addWidget(label, row, column, 1, 2)

    def _row(self, sheet: QWidget, row: int, column: int, text: str, keys: str) -> None:
        self._grid.addWidget(QLabel(text, sheet), row, column)
        self._grid.addWidget(Chip(keys, sheet, role="text"), row, column + 1)
