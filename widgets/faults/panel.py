"""The panel of faults of one lane: usual ones at one click, others by their SPEC."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.bench import Place
from app.faults import PRESETS, wrong
from providers.practice.faults import GRAMMAR
from widgets.connections import forms
from widgets.labels import SMALL_PX, one_line, tinted
from widgets.pick_box import PickBox
from widgets.sheet import Sheet

COLUMNS = 4
LEAD = (
    "Requests of this lane go wrong on purpose, so that you can watch what it makes of it. Such runs are marked, "
    "and count in no statistics. After a restart nothing of this is left."
)
ROOMY = 640
"""Pixels of height in which all of it has room."""
EVERYWHERE = "every model that it asks"


class FaultPanel(Sheet):
    wished = Signal(str, str)
    """A SPEC, "" for none, and the model that it strikes, "" for all."""
    all_off = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Faults", width=640)
        self._near = QRect()
        self._place = Place(0, "")
        self.presets = {preset.spec: QPushButton(preset.name, self) for preset in PRESETS}
        self.spec = forms.line(self, "Fault SPEC", "429:retry_after=2,times=1 + slow_first:s=3")
        self.inject = QPushButton("Inject", self)
        self.inject.setObjectName("primary")
        self.where = PickBox(self)
        self.where.setAccessibleName("Which model of the route is struck")
        self.said = forms.said(self)
        self.grammar = QLabel(GRAMMAR, self)
        self.how = QPushButton("How a SPEC is written", self)
        self.off = QPushButton("Off", self)
        self.off_all = QPushButton("Off for all lanes", self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._lead = forms.small(LEAD, self)
        self._lead.setWordWrap(True)
        self.column.addWidget(self._lead)
        grid = QGridLayout()
        grid.setSpacing(6)
        for at, preset in enumerate(PRESETS):
            button = self.presets[preset.spec]
            button.setCheckable(True)
            button.setToolTip(f"{preset.note}  ({preset.spec})")
            button.setAccessibleDescription(preset.note)
            button.setProperty("spec", preset.spec)
            grid.addWidget(button, at // COLUMNS, at % COLUMNS)
        self.column.addLayout(grid)
        self._at = QWidget(self)
        row = QHBoxLayout(self._at)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(forms.small("Strikes", self._at))
        row.addWidget(self.where, 1)
        self.column.addWidget(self._at)
        own = QHBoxLayout()
        own.addWidget(self.spec, 1)
        own.addWidget(self.inject)
        self.column.addLayout(own)
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing())
        self.column.addWidget(self.said)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(SMALL_PX - 2)
        self.grammar.setFont(font)
        self.grammar.setTextFormat(Qt.TextFormat.PlainText)
        self.grammar.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.grammar.hide()
        self.how.setFlat(True)
        self.how.setCheckable(True)
        self.column.addWidget(self.grammar)
        below = QHBoxLayout()
        below.addWidget(self.how)
        below.addStretch(1)
        below.addWidget(self.off_all)
        below.addWidget(self.off)
        self.column.addLayout(below)

    def _connect(self) -> None:
        for button in self.presets.values():
            button.clicked.connect(self._on_preset)
        self.spec.textEdited.connect(self._judge)
        self.spec.returnPressed.connect(self._on_inject)
        self.inject.clicked.connect(self._on_inject)
        self.where.activated.connect(self._on_where)
        self.how.toggled.connect(self._on_how)
        self.off.clicked.connect(self._on_off)
        self.off_all.clicked.connect(self.all_off)

    def show_place(self, place: Place, number: int, models: tuple[str, ...], struck: int) -> None:
        """`models` are those that it may ask; `struck` is how many lanes have a fault."""
        self._place = place
        self.set_title(f"Faults in lane {number}, {one_line(place.label)}")
        self.where.clear()
        self.where.addItem(EVERYWHERE, "")
        for model in dict.fromkeys(models):
            self.where.addItem(f"only {one_line(model)}", model)
        self.where.setCurrentIndex(max(0, self.where.findData(place.fault_at)))
        self._at.setVisible(len(set(models)) > 1)
        if self.spec.text() != place.fault:
            self.spec.setText(place.fault)
        for spec, button in self.presets.items():
            button.setChecked(spec == place.fault)
        self.off.setEnabled(bool(place.fault))
        self.off_all.setEnabled(struck > 0)
        self._judge()

    def open_near(self, near: QRect) -> None:
        """Beside `near`, a part of the window."""
        self._near = near
        self.open()

    def first_focus(self) -> QWidget:
        return self.presets.get(self._place.fault, next(iter(self.presets.values())))

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        x = min(max(room.left(), self._near.left() + 12), room.right() - width)
        return QPoint(x, min(max(room.top(), self._near.top() + 44), room.bottom() - height))

    def _judge(self) -> None:
        text = self.spec.text().strip()
        said = wrong(text, is_practice=self._place.is_practice) if text else ""
        injected = f"Injected from the next run on: {self._place.fault}." if self._place.fault else ""
        forms.say(self.said, said or (injected if text == self._place.fault else ""), is_good=not said)
        if not said and injected and text == self._place.fault:
            tinted(self.said, "warning")
        self.inject.setEnabled(bool(text) and not said and text != self._place.fault)

    def _on_preset(self) -> None:
        """A second click takes it back."""
        spec = self.sender().property("spec")
        self._wish("" if spec == self._place.fault else spec)

    def _on_inject(self) -> None:
        if self.inject.isEnabled():
            self._wish(self.spec.text().strip())

    def _on_where(self) -> None:
        if self._place.fault:
            self._wish(self._place.fault)

    def _on_off(self) -> None:
        self._wish("")

    def _wish(self, spec: str) -> None:
        self.wished.emit(spec, self.where.currentData() or "")

    def _on_how(self, shown: bool) -> None:
        self.grammar.setVisible(shown)
        self._lead.setVisible(not shown or self.content.height() >= ROOMY)  # a low window has room for one
        self.column.activate()
        self.place()
