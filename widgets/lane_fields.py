"""What may be set for one lane: parameters of its model, and limits of time and tries. Empty is unset."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.contacts import ContactError, check_header
from app.lane_support import Support
from app.limits import MOST_RETRIES, Limits
from app.params import ParamError, shown, variants, written
from providers.extra_headers import NAME as EXTRA_HEADERS
from widgets.labels import SMALL_PX, plain_tip, tinted

NAMED = {
    "temperature": "0 to 2: how freely tokens are drawn",
    "top_p": "0 to 1: only the likeliest tokens that sum to this",
    "max_tokens": "The answer's longest length in tokens",
    "seed": "A whole number: the same one asks for the same answer",
    "top_k": "A whole number: only that many of the likeliest tokens",
    "reasoning_effort": "none, minimal, low, medium, high: how much to think",
}
UNSET = "unset"
REASONS = 3
"""So many are told at once; each stands in its field's tooltip as well."""
LIMITS = {
    "first_s": (
        "first token within, s",
        "Seconds until something useful must come; keep-alives do not count. 0: no limit",
    ),
    "idle_s": ("silence at most, s", "Seconds between two pieces of the answer. 0: no limit"),
    "retries": ("retries", "How often a failure before any content is tried again, 0 to 9"),
}


class LaneFields(QWidget):
    changed = Signal()
    accepted = Signal()
    """Enter was pressed in a field."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels: dict[QLineEdit, QLabel] = {}
        self.named = {name: self._field(name, _unset_note(note), UNSET) for name, note in NAMED.items()}
        self._limits = {name: self._field(label, note, "usual") for name, (label, note) in LIMITS.items()}
        self.more = QPlainTextEdit(self)
        self.headers = QPlainTextEdit(self)
        self._warm = QCheckBox("Open the connection before the start", self)
        self.more.textChanged.connect(self.changed)
        self.headers.textChanged.connect(self.changed)
        self._arrange()

    def _field(self, name: str, note: str, empty: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(empty)
        field.setClearButtonEnabled(True)
        for button in field.findChildren(QToolButton):
            button.setAccessibleName(f"Unset {name}")
        field.setAccessibleName(name)
        field.setToolTip(note)
        field.textChanged.connect(self.changed)
        field.returnPressed.connect(self.accepted)
        return field

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._muted("Parameters. What is left empty is not sent; 0 / 0.7 / 1 makes three lanes."))
        column.addLayout(self._grid(list(self.named.items()), columns=3))
        column.addLayout(self._texts())
        column.addLayout(self._grid([(LIMITS[name][0], field) for name, field in self._limits.items()], columns=3))
        column.addWidget(self._warm)

    def _texts(self) -> QGridLayout:
        """Both fields for whatever has no field of its own, beside each other."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        others = ("Other body fields", "name=value, one a line,\nor a JSON object")
        headers = ("Headers", "Name: value, one a line")
        for at, (field, (name, hint)) in enumerate(((self.more, others), (self.headers, headers))):
            field.setPlaceholderText(hint)
            field.setAccessibleName(f"{name}: {hint}")
            field.setTabChangesFocus(True)
            field.setFixedHeight(field.fontMetrics().lineSpacing() * 3 + 16)
            grid.addWidget(self._muted(name, field), 0, at)
            grid.addWidget(field, 1, at)
        return grid

    def _grid(self, fields: list[tuple[str, QLineEdit]], *, columns: int) -> QGridLayout:
        """Each field below its name."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for at, (name, field) in enumerate(fields):
            row, column = divmod(at, columns)
            label = self._muted(name, field)
            label.setContentsMargins(0, 4, 0, 0)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # what it says moves no field
            grid.setColumnStretch(column, 1)
            self._labels[field] = label
            grid.addWidget(label, row * 2, column)
            grid.addWidget(field, row * 2 + 1, column)
        return grid

    def _muted(self, text: str, buddy: QWidget | None = None) -> QLabel:
        label = QLabel(text, self)
        font = label.font()
        font.setPixelSize(SMALL_PX)
        label.setFont(font)
        tinted(label, "muted")
        if buddy is not None:
            label.setBuddy(buddy)
        return label

    def show_lane(self, params: dict[str, Any], limits: Limits) -> None:
        for name, field in self.named.items():
            field.setText(shown(params[name]) if name in params else "")
        own = params.get(EXTRA_HEADERS, {})
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in own.items()))
        others = {name: value for name, value in params.items() if name not in (*NAMED, EXTRA_HEADERS)}
        self.more.setPlainText("\n".join(written(others)))
        for name, field in self._limits.items():
            value = getattr(limits, name)
            field.setText("" if value is None else f"{value:g}")
        self._warm.setChecked(limits.warm)

    def variants(self) -> list[dict[str, Any]]:
        """What is set: for one lane, or for several where a field holds several values. Raises `ParamError` with the
        sentence to show."""
        fields = {name: field.text() for name, field in self.named.items()}
        own = self._own_headers()
        made = variants(fields, self.more.toPlainText())
        return [{**each, EXTRA_HEADERS: own} for each in made] if own else made

    def _own_headers(self) -> dict[str, str]:
        """Raises `ParamError`."""
        found = {}
        for line in filter(str.strip, self.headers.toPlainText().splitlines()):
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not colon:
                raise ParamError("headers: each line is Name: value")
            try:
                check_header(name, value)
            except ContactError as error:
                raise ParamError(str(error)) from None
            found[name] = value
        return found

    def show_support(self, told: Mapping[str, Support]) -> tuple[str, bool]:
        """What the lane that is written would make of each parameter; the reasons in words, a line each, and whether
        they are of any that is set in vain. Those come first, and alone."""
        vainly: list[str] = []
        others: list[str] = []
        for name, field in self.named.items():
            found = told.get(name, Support())
            is_set = bool(field.text().strip())
            words = {"refused": "not taken", "ignored": "ignored", "default": "sent by default"}
            field.setPlaceholderText(words.get(found.state, UNSET))
            field.setEnabled(is_set or found.state in ("open", "default"))
            field.setToolTip(plain_tip("\n".join(filter(None, (found.note, _unset_note(NAMED[name]))))))
            vain = is_set and found.state in ("refused", "ignored")
            self._labels[field].setText(f"{name}: {words[found.state]}" if vain else name)
            tinted(self._labels[field], "warning" if vain else "text" if is_set else "muted")
            if found.note:
                (vainly if vain else others).append(found.note)
        return "\n".join((vainly or others)[:REASONS]), bool(vainly)

    def limits(self) -> Limits:
        """The limits that are written. Raises `ParamError` with the sentence to show."""
        first_s, idle_s, retries = (_number(LIMITS[name][0], field.text()) for name, field in self._limits.items())
        if retries is not None and (retries != int(retries) or retries > MOST_RETRIES):
            raise ParamError(f"retries: a whole number from 0 to {MOST_RETRIES}")
        return Limits(first_s, idle_s, None if retries is None else int(retries), self._warm.isChecked())


def _unset_note(note: str) -> str:
    return f"{note}. Left empty, nothing is sent."


def _number(name: str, text: str) -> float | None:
    """Raises `ParamError`."""
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise ParamError(f"{name}: a number, 0 or more")
    return value
