"""The rail at the left edge: the places that there are, and in which of them one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QToolBar

from widgets.buttons import IconButton
from widgets.commands import COMMANDS, shown_keys
from widgets.labels import SMALL_PX
from widgets.theme import theme_for

BENCH = "bench"
NARROW = 1000
"""A window that is narrower than this shows icons without words."""
ICON_PX = 20
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


@dataclass(frozen=True)
class Place:
    """`id` is its command's, its sheet's and its icon's."""

    id: str
    word: str


PLACES = (
    Place(BENCH, "Bench"),
    Place("history", "History"),
    Place("library", "Prompts"),
    Place("numbers", "Numbers"),
    Place("routes", "Routes"),
    Place("connections", "Connections"),
)


class Rail(QToolBar):
    """Shows the places for which there is a command."""

    asked = Signal(str)
    """A command's id."""

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__("Places", window)
        self._window = window
        self.setMovable(False)
        self.setContentsMargins(0, 4, 1, 4)
        self.toggleViewAction().setEnabled(False)  # a menu of Qt's own would hide it for good
        self.buttons = {place.id: self._button(place) for place in PLACES if place.id in actions}
        self.show_place(())
        self._fit()
        window.installEventFilter(self)

    def _button(self, place: Place) -> IconButton:
        command = next(command for command in COMMANDS if command.id == place.id)
        told, keys = command.text.removesuffix("…"), shown_keys(command)
        button = IconButton(place.id, f"{told} ({keys})" if keys else told, self, size=ICON_PX)
        button.setText(place.word)
        button.setObjectName(place.id)
        button.setCheckable(True)
        font = button.font()
        font.setPixelSize(SMALL_PX - 1)
        button.setFont(font)
        button.clicked.connect(self._on_clicked)
        button.installEventFilter(self)
        self.addWidget(button)
        return button

    def show_place(self, open_: Sequence[str]) -> None:
        """Marks the first of these that is a place, or the bench."""
        here = next((id_ for id_ in open_ if id_ in self.buttons), BENCH)
        for id_, button in self.buttons.items():
            button.setChecked(id_ == here)

    def _on_clicked(self) -> None:
        """One place at a time: what was open closes. The place that is open, clicked again, leads back to the bench."""
        button = self.sender()
        assert isinstance(button, IconButton)
        goes_there = button.isChecked()
        self.show_place(())
        self.asked.emit(BENCH)
        if goes_there and button.objectName() != BENCH:
            self.asked.emit(button.objectName())

    def _fit(self) -> None:
        is_narrow = self._window.width() < NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if is_narrow else Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        buttons = self.buttons.values()
        words = max(button.fontMetrics().horizontalAdvance(button.text()) for button in buttons)
        for button in buttons:
            if button.toolButtonStyle() != style:
                button.setToolButtonStyle(style)
                button.setFixedWidth(ICON_PX + 14 if is_narrow else words + 10)

    def _step(self, by: int) -> None:
        """The arrows lead from one button to the next."""
        buttons = list(self.buttons.values())
        at = next((n for n, button in enumerate(buttons) if button.hasFocus()), 0)
        buttons[(at + by) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fit()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in STEPS:
            self._step(STEPS[Qt.Key(event.key())])
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.color("hairline"))
