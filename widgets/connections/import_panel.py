"""Keys that lie in the environment or in a `.env` file: recognised, and copied into the keyring if that is wished."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.messages import FindKeys, KeysFound, TakeKeys
from widgets.connections import forms
from widgets.labels import ElidedLabel, Hairline

TELL = (
    "Keys of vendors that Abreast knows, by their usual variables. Those of the environment are used where the keyring "
    "has none; copied, they are there without it. Nothing is copied unasked."
)


class ImportPanel(QWidget):
    wished = Signal(object)
    """A `Wish`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._path = ""
        self._boxes: dict[str, QCheckBox] = {}
        self.said = forms.said(self)
        self.environment = QPushButton("Environment", self)
        self.file = QPushButton("A .env file…", self)
        self.take = QPushButton("Copy into the keyring", self)
        self.take.setObjectName("primary")
        tell = forms.small(TELL, self)
        tell.setWordWrap(True)
        where = QHBoxLayout()
        where.addWidget(self.environment)
        where.addWidget(self.file)
        where.addStretch(1)
        self._found = QVBoxLayout()
        self._found.setSpacing(4)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(ElidedLabel("Copy keys into the keyring", self, bold=True))
        column.addWidget(tell)
        column.addLayout(where)
        column.addWidget(self.said)
        column.addWidget(Hairline(self))
        column.addLayout(self._found)
        column.addStretch(1)
        column.addLayout(below)
        self.environment.clicked.connect(self.begin)
        self.file.clicked.connect(self._on_file)
        self.take.clicked.connect(self._on_take)

    def begin(self) -> None:
        self._ask("")

    def show_keyring(self, absent: str) -> None:
        """Where there is none, what is copied stays in memory."""
        self.take.setText("Keep until Abreast is closed" if absent else "Copy into the keyring")

    def _ask(self, path: str) -> None:
        self._path = path
        self._show(KeysFound(path, ()))
        forms.say(self.said, "Looking …")
        self.wished.emit(FindKeys(path))

    def show_found(self, found: KeysFound) -> None:
        if found.path == self._path:
            self._show(found)

    def show_taken(self, text: str, *, is_good: bool) -> None:
        """What became of the wish to copy."""
        forms.say(self.said, text, is_good=is_good)
        for name in self._wanted if is_good else ():
            self._boxes[name].setEnabled(False)
        self._offer()

    def _show(self, found: KeysFound) -> None:
        while (item := self._found.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes = {}
        for each in found.keys:
            kept = ", in the keyring already" if each.kept else ""
            box = QCheckBox(f"{each.variable}   {each.tail}   for {each.vendor}{kept}", self)
            box.setChecked(not each.kept)
            box.setEnabled(not each.kept)
            box.toggled.connect(self._offer)
            self._found.addWidget(box)
            self._boxes[each.variable] = box
        where = found.path or "the environment"
        count = len(found.keys)
        told = f"{count} {'key' if count == 1 else 'keys'} in {where}." if count else f"No vendor's key is in {where}."
        forms.say(self.said, found.said or told, is_good=not found.said)
        self._offer()

    @property
    def _wanted(self) -> tuple[str, ...]:
        return tuple(name for name, box in self._boxes.items() if box.isChecked() and box.isEnabled())

    def _offer(self) -> None:
        self.take.setEnabled(bool(self._wanted))

    def _on_file(self) -> None:
        forms.choose_file(self, "A .env file", self._ask)

    def _on_take(self) -> None:
        self.wished.emit(TakeKeys(self._path, self._wanted))
