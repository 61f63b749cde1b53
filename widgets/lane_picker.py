"""The panel in which a lane is written down: what it runs, and the parameters set for it alone."""

from time import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget

from app.bench import Place
from app.choices import state, troubles
from app.directory import Directory
from app.lane_support import support
from app.lanes import LaneError, Target, VendorTarget, is_part, parse, route_name
from app.limits import USUAL, Limits
from app.params import ParamError, has_lone_surrogate
from app.pasted import lane_text
from widgets.buttons import IconButton
from widgets.known_models import KnownModels
from widgets.labels import SMALL_PX, ElidedLabel, tinted
from widgets.lane_fields import LaneFields
from widgets.pick_list import PickList
from widgets.problem_panel import breakable
from widgets.sheet import Sheet

SEARCHING = "Enter takes the first line; arrows choose another, Ctrl+D makes the chosen one a favourite."
NOTHING = "No model in the lists has this name. Write vendor/model for one that is in none."
HINT = "Search models, or write vendor/model"
LEAST_LIST = 120
"""Pixels: three lines and the beginning of a fourth, also in a low window."""
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class NoVendorError(LaneError):
    """The lane would be of a vendor that is not known."""


class LanePicker(Sheet):
    chosen = Signal(object, str, object, object)
    """The number of the place to change or None for a new one, the lane's text, its parameters and its `Limits`."""

    shared = Signal(object, object)
    """Parameters and `Limits` that all lanes are to have."""
    starred = Signal(object)
    """The favourites as they are now: a tuple of lanes."""
    key_wanted = Signal(str)
    """A vendor's id, of whose models one was chosen that needs a key."""
    routes_wanted = Signal()
    """A route is to be built."""
    models_asked = Signal(bool)
    """Which models are there? True: even if the lists that are known are young enough."""

    def __init__(self, parent: QWidget, known: KnownModels, directory: Directory) -> None:
        super().__init__(parent, "Add a lane", width=480)
        self._known, self._directory = known, directory
        self._recent: tuple[str, ...] = ()
        self._favourites: tuple[str, ...] = ()
        self._number: int | None = None
        self._room = 0
        self._edited = ""
        """The text of the lane that is changed: what stands already, or has been used, is taken as it is."""
        self._text = QLineEdit(self)
        self._text.setPlaceholderText(HINT)
        self._text.setAccessibleName("Lane")
        self._error = QLabel(self)
        self._fields = LaneFields(self)
        self._models = PickList(self)
        self._state = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._again = IconButton("rerun", "Read the lists of models again", self)
        self._accept = QPushButton("Add lane", self)
        self._cancel = QPushButton("Cancel", self)
        self._share = QPushButton("Same for all", self)
        self._share.setToolTip("Saves this lane, and gives its parameters and limits to all other lanes")
        self._share.clicked.connect(self._on_share)
        self._build = QPushButton("Build a route…", self)
        self._build.setToolTip("Several models as one lane: cheap first, fallback, cache and more (Ctrl+Shift+T)")
        self._build.clicked.connect(self._on_build)
        self._arrange()
        known.changed.connect(self._on_known)
        self._models.taken.connect(self._take)
        self._models.starred.connect(self._on_starred)
        self._again.clicked.connect(self._on_again)
        self._text.installEventFilter(self)
        self._text.textChanged.connect(self._narrow)
        self._text.textChanged.connect(self._check)
        self._fields.changed.connect(self._check)
        self._fields.accepted.connect(self._on_accept)
        self._text.returnPressed.connect(self._on_enter)
        self._accept.clicked.connect(self._on_accept)
        self._cancel.clicked.connect(self.dismiss)

    def _arrange(self) -> None:
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setWordWrap(True)
        self._error.setMinimumHeight(self._error.fontMetrics().lineSpacing() * 3)
        self._error.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._text)
        self._models.setMinimumHeight(LEAST_LIST)
        self.column.addWidget(self._models, 1)
        below = QHBoxLayout()
        below.addWidget(self._state, 1)
        below.addWidget(self._again)
        self.column.addLayout(below)
        self.column.addWidget(self._error)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._fields)
        scroll.setMaximumHeight(self._fields.sizeHint().height())
        self.column.addWidget(scroll, 4)
        buttons = QHBoxLayout()
        buttons.addWidget(self._build)
        buttons.addWidget(self._share)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._accept)
        self._accept.setObjectName("primary")
        self.column.addLayout(buttons)

    # Opening

    def add(self, recent: tuple[str, ...], room: int) -> None:
        """`room` is how many lanes may still be added."""
        self._room = room
        self._begin(None, "", {}, USUAL, recent, "Add a lane")

    def edit(self, place: Place, recent: tuple[str, ...]) -> None:
        self._begin(place.number, place.text, dict(place.params), place.limits, recent, "Edit lane")

    def _begin(
        self,
        number: int | None,
        text: str,
        params: dict[str, Any],
        limits: Limits,
        recent: tuple[str, ...],
        title: str,
    ) -> None:
        self._number = number
        self._edited = text
        self._recent = recent
        self._text.setText(text)
        self._show_known()
        self._fields.show_lane(params, limits)
        self._share.setVisible(number is not None)
        self._build.setText("Edit the route…" if route_name(text) else "Build a route…")
        self._check()
        self.open(title)
        self.models_asked.emit(False)

    def first_focus(self) -> QWidget:
        return self._text

    # Models

    def _show_known(self) -> None:
        self._models.choices.know(self._known.lines(self._recent, self._favourites))
        self._narrow()

    def _on_known(self) -> None:
        if self.isVisible():
            self._show_known()

    def _narrow(self) -> None:
        self._models.choices.narrow(self._text.text())
        listings = self._known.listings
        self._state.setText(state(listings, self._directory.name, self._text.text(), time()))
        self._state.set_note(troubles(listings, self._directory.name))

    def _on_again(self) -> None:
        self._state.setText("Reading the lists …")
        self.models_asked.emit(True)

    def show_favourites(self, favourites: tuple[str, ...]) -> None:
        self._favourites = favourites

    def _on_starred(self, lane: str) -> None:
        rest = tuple(each for each in self._favourites if each != lane)
        self._favourites = rest if lane in self._favourites else (*rest, lane)
        self._show_known()
        self.starred.emit(self._favourites)

    def _take(self, lane: str) -> None:
        choice = next((each for each in self._models.choices.shown if each.lane == lane), None)
        if choice is not None and choice.blocked:
            self.dismiss()
            self.key_wanted.emit(lane.partition("/")[0])
            return
        self._text.setText(lane)
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_enter(self) -> None:
        """Takes the line that is marked; accepts what is written when none is, or takes the first if it is no lane."""
        marked = self._models.current or ("" if self._accept.isEnabled() else self._models.first)
        if marked and marked != self._text.text():
            self._take(marked)
        else:
            self._on_accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._text and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and _is_star(event):
                event.accept()  # here, it is not the window's
                return True
            if event.type() == QEvent.Type.KeyPress and self._is_for_list(event):
                return True
        return super().eventFilter(watched, event)

    def _is_for_list(self, event: QKeyEvent) -> bool:
        """Whether a key that was pressed in the field was the list's."""
        if _is_star(event):
            if self._models.current:
                self._on_starred(self._models.current)
            return True
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._models.step(step)
        return step is not None

    # Judging

    def lanes(self) -> tuple[str, list[dict[str, Any]]]:
        """The text that is written, and the parameters of each lane that is to have it.

        Raises `LaneError` or `ParamError` with the sentence to show.
        """
        text = self._text.text().strip()
        if has_lone_surrogate(text):
            raise LaneError("the lane holds half a character (a lone surrogate)")
        if route_name(text):
            self._check_route(text)
        elif text not in (self._edited, *self._recent):
            text = lane_text(text)
        params = self._fields.variants()
        if not route_name(text):
            self._check_vendor(text, parse(text))
        if self._number is not None and len(params) > 1:
            raise ParamError("several values make several lanes: add a lane for them (Ctrl+T)")
        if self._number is None and len(params) > self._room:
            raise ParamError(f"these are {len(params)} lanes, and there is room for {self._room} more")
        return text, params

    def _check_route(self, text: str) -> None:
        there = [each.lane for each in (*self._known.routes, *self._known.templates)]
        if text not in (self._edited, *there):
            raise LaneError(f"lane {text!r}: there is no such route; there are {', '.join(there) or 'none'}")

    def _check_vendor(self, text: str, target: Target) -> None:
        ids = [row.id for row in self._directory.rows]
        if isinstance(target, VendorTarget) and target.vendor not in ids:
            raise NoVendorError(f"lane {text!r}: there is no vendor {target.vendor!r}; there are {', '.join(ids)}")

    @property
    def error(self) -> str:
        return self._error.text()

    def _check(self) -> None:
        params: list[dict[str, Any]] = []
        is_lane = True
        wrong, told = "", "For example practice/swift, openai/gpt-5, or openai_chat:my-model@http://127.0.0.1:8000/v1"
        if self._text.text().strip():
            try:
                text, params = self.lanes()
                self._fields.limits()
                told = "" if text == self._text.text().strip() else f"Taken as {text}"
            except LaneError as error:
                wrong, told = self._unread(error)
                is_lane = False
            except ParamError as error:
                wrong = str(error)
        reasons, in_vain = self._show_support(params[0] if params else {})
        tinted(self._error, "error" if wrong else "warning" if in_vain else "muted")
        self._error.setText(breakable(wrong or "\n".join(filter(None, (told, reasons)))))
        self._accept.setEnabled(is_lane and bool(self._text.text().strip()) and not wrong)
        self._accept.setText("Save lane" if self._number is not None else _adding(len(params)))
        self._share.setEnabled(self._accept.isEnabled())

    def _unread(self, error: LaneError) -> tuple[str, str]:
        """What is wrong with a text that is no lane, and what is told: a search is no mistake, found or not."""
        text = self._text.text().strip()
        lanes = [each.lane for each in self._models.choices.shown]
        if isinstance(error, NoVendorError) and text in (self._edited, *lanes):
            return str(error), ""  # it was a lane once
        if isinstance(error, NoVendorError) and lanes and not any(text in lane for lane in lanes):
            return "", f"There is no vendor {text.partition('/')[0]!r}. {SEARCHING}"
        if lanes:
            return "", SEARCHING
        return ("", NOTHING) if is_part(self._text.text()) else (str(error), "")

    def _show_support(self, params: dict[str, Any]) -> tuple[str, bool]:
        """Of the lane as it would be taken; of none, everything is open. Gives what `LaneFields.show_support` says."""
        try:
            text = lane_text(self._text.text().strip())
        except LaneError:
            text = ""
        return self._fields.show_support(support(text, params, self._directory))

    def _on_accept(self) -> None:
        if not self._accept.isEnabled():
            return
        text, variants = self.lanes()
        number, limits = self._number, self._fields.limits()
        self.dismiss()
        for params in variants:
            self.chosen.emit(number, text, params, limits)

    def _on_build(self) -> None:
        self.dismiss()
        self.routes_wanted.emit()

    def _on_share(self) -> None:
        _, (params,) = self.lanes()
        limits = self._fields.limits()
        self._on_accept()
        self.shared.emit(params, limits)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.right() - width, min(room.top() + 48, room.bottom() + 1 - height))


def _is_star(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _adding(lanes: int) -> str:
    return f"Add {lanes} lanes" if lanes > 1 else "Add lane"
