"""Later runs of a prompt beside its baseline: every figure with what it was, what it is and how sure that is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.statistics.estimate import Estimate
from app.watch.bounds import fitting, marked, served
from app.watch.drift import Drift, Figure
from widgets.connections import forms
from widgets.labels import tinted
from widgets.repeats.table import figure
from widgets.sheet import Sheet

HEADS = ("Figure", "Baseline", "Now", "What that shows")
ALONE = "No run has come after the baseline yet. Send the prompt again, or repeat it."


class DriftSheet(Sheet):
    dropped = Signal()
    """There is to be no baseline any more."""
    repeat_wished = Signal()
    schema_chosen = Signal(str)
    """Answers are to fit the schema in that file."""
    schema_dropped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Compared with the baseline", width=820)
        self.head = forms.said(self)
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(3, 1)
        self._parts: list[QLabel] = []
        self.said = forms.small("", self, "text")
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.drop = QPushButton("Drop the baseline", self)
        self.again = QPushButton("Repeat…", self)
        self.fit = QPushButton("", self)
        self._has_schema = False
        self.drop.clicked.connect(self.dropped)
        self.fit.clicked.connect(self._on_fit)
        self.again.clicked.connect(self.repeat_wished)
        for part in (self.head, self._body, self.said):
            self.column.addWidget(part)
        self.column.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.drop)
        below.addWidget(self.fit)
        below.addStretch(1)
        below.addWidget(self.again)
        self.column.addLayout(below)

    def _on_fit(self) -> None:
        """Asks for the schema's file, or drops the one that there is; the window is not held meanwhile."""
        if self._has_schema:
            self.schema_dropped.emit()
            return
        dialog = QFileDialog(self, "The JSON schema that answers have to fit")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["JSON (*.json)", "All files (*)"])
        dialog.fileSelected.connect(self.schema_chosen)
        dialog.open()

    def first_focus(self) -> QWidget:
        return self.again

    def show_drift(self, label: str, found: Drift, *, has_schema: bool = False) -> None:
        self.fit.setText("Drop the schema" if has_schema else "Answers must fit a JSON schema…")
        self._has_schema = has_schema
        n, m = found.n
        self.head.setText(f"{label}: {m} later {_runs(m)} against {n} {_runs(n)} of the baseline.")
        for part in self._parts:
            self._grid.removeWidget(part)
            part.deleteLater()
        self._parts = []
        for column, head in enumerate(HEADS):
            self._put(forms.small(head, self._body), 0, column)
        known = [each for each in found.figures if each.before is not None]
        for row, each in enumerate(known, 1):
            self._row(row, each)
        self.said.setText("\n".join(_remarks(found)) or ALONE)

    def _row(self, row: int, each: Figure) -> None:
        unit = f", {each.metric.unit}" if each.metric.unit else ""
        self._put(forms.small(f"{each.metric.name}{unit}", self._body, "text"), row, 0)
        for column, value in ((1, each.before), (2, each.after)):
            self._put(forms.small(_value(value), self._body, "text"), row, column)
        if each.contrast is None or each.after is None:
            return
        said = forms.small(each.told, self._body)
        said.setWordWrap(True)
        if each.contrast.is_shown:
            tinted(said, "warning")
        self._put(said, row, 3)

    def _put(self, label: QLabel, row: int, column: int) -> None:
        self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        self._parts.append(label)


def _value(found: Estimate | None) -> str:
    if found is None:
        return "–"
    inside = found.interval
    return figure(found.value) + (f"  ({figure(inside[0])} to {figure(inside[1])})" if inside else "")


def _remarks(found: Drift) -> list[str]:
    said = []
    if found.strange_models:
        said.append(f"Another model: {served(found)}.")
    if found.strange_fingerprints:
        said.append(f"The provider has changed what serves: {marked(found)}.")
    if found.similarity is not None:
        said.append(f"Answers are {found.similarity:.0%} like the nearest one of the baseline, by edit distance.")
    if found.valid is not None:
        said.append(f"{fitting(found.valid)}.")
    if found.not_done:
        said.append(f"{found.not_done} {_runs(found.not_done)} {'was' if found.not_done == 1 else 'were'} not done.")
    return said


def _runs(n: int) -> str:
    return "run" if n == 1 else "runs"
