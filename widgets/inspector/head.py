"""The inspector's title bar: which lane and attempt it shows, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.pick_box import PickBox


class Head(QWidget):
    chosen = Signal(int)
    """An attempt, by its place in the list."""
    curl_asked = Signal()
    raw_asked = Signal()
    save_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = ElidedLabel("Inspector", self, bold=True)
        self.attempts = PickBox(self)
        self.attempts.setAccessibleName("Attempt")
        self.attempts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.only = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.curl = IconButton("terminal", "Copy the request as a cURL command", self)
        self.raw = IconButton("copy", "Copy the raw answer", self)
        self.save = IconButton("save", "Save as a recorded stream…", self)
        self.close_button = IconButton("close", "Close the inspector (Ctrl+Shift+I)", self)
        self._arrange()
        self._connect()
        self.offer(asked=False, answered=False)
        self.show_attempts((), 0)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.name, 1)
        for button in (self.curl, self.raw, self.save, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 4, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.attempts)
        column.addWidget(self.only)

    def _connect(self) -> None:
        self.attempts.activated.connect(self.chosen)
        self.curl.clicked.connect(self.curl_asked)
        self.raw.clicked.connect(self.raw_asked)
        self.save.clicked.connect(self.save_asked)
        self.close_button.clicked.connect(self.closed)

    def show_name(self, name: str) -> None:
        self.name.setText(f"Inspector · {name}" if name else "Inspector")

    def show_attempts(self, titles: tuple[str, ...], chosen: int) -> None:
        """A list only where there is a choice."""
        shown = tuple(self.attempts.itemText(at) for at in range(self.attempts.count()))
        if shown != titles:
            self.attempts.clear()
            self.attempts.addItems(list(titles))
        self.attempts.setCurrentIndex(chosen)
        self.attempts.setVisible(len(titles) > 1)
        self.only.setText(titles[0] if titles else "")
        self.only.setVisible(len(titles) == 1)

    def offer(self, *, asked: bool, answered: bool) -> None:
        self.curl.setEnabled(asked)
        self.raw.setEnabled(answered)
        self.save.setEnabled(answered)
