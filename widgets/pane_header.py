"""The head of a pane: which lane it is, how it stands, and what can be done with it."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from app.bench import Place
from app.shown import LIVE, STATE_NAMES, State
from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, Chip, ElidedLabel, one_line
from widgets.theme import RADIUS, figures_font, theme_for

LABEL_PX = 120

STATE_ROLES: dict[State, str] = {
    "empty": "muted",
    "waiting": "muted",
    "retrying": "warning",
    "reasoning": "muted",
    "streaming": "accent",
    "done": "success",
    "stopped": "warning",
    "cut_off": "warning",
    "failed": "error",
    "lost": "error",
}


class Badge(QWidget):
    """The lane's number on its colour, so that colour never stands alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._number, self._color = 1, 0
        self.setFixedSize(QSize(20, 20))

    def show_lane(self, number: int, color: int) -> None:
        self._number, self._color = number, color
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = theme_for(self.palette()).lane(self._color)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS - 2, RADIUS - 2)
        font = figures_font(self.font())
        font.setPixelSize(SMALL_PX)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff" if color.lightnessF() < 0.5 else "#101010"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


class PaneHeader(QWidget):
    stop_asked = Signal()
    rerun_asked = Signal()
    remove_asked = Signal()
    menu_asked = Signal(QPoint)
    """At a point of the screen."""
    dragged = Signal(QPoint)
    dropped = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pressed_at: QPoint | None = None
        self._dragging = self._is_practice = False
        self._state: State = "empty"
        self._badge = Badge(self)
        self._label = ElidedLabel("", self, bold=True)
        self._vendor = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._chip = Chip("practice", self)
        self._chip.setToolTip("Practice model: a tiny language model on this machine, play prices, nobody is charged")
        self._fault = Chip("fault injected", self, role="warning")
        self._fault.hide()
        self._params = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._state_label = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._state_label.setFont(figures_font(self._state_label.font()))
        self._state_label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._act = IconButton("rerun", "Run this lane", self)
        self._menu = IconButton("more", "Lane menu", self)
        self._act.clicked.connect(self._on_act)
        self._menu.clicked.connect(self._on_menu)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        for button in (self._act, self._menu):
            button.setCursor(Qt.CursorShape.ArrowCursor)
        self._arrange()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 4, 6)
        row.setSpacing(8)
        row.addWidget(self._badge)
        for label in (self._label, self._vendor, self._params):
            label.hug()
        row.addWidget(self._label)
        row.addWidget(self._vendor)
        row.addWidget(self._chip)
        row.addWidget(self._fault)
        row.addWidget(self._params)
        row.addStretch(1)
        row.addWidget(self._state_label, 0)
        self._state_label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._state_label.setFixedWidth(self._state_label.fontMetrics().horizontalAdvance("reasoning 000.0 s") + 4)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.addWidget(self._act)
        buttons.addWidget(self._menu)
        row.addLayout(buttons)

    # What is shown

    def show_place(self, place: Place, number: int) -> None:
        self._badge.show_lane(number, place.color)
        self._label.setText(one_line(place.label))
        self._label.set_note(one_line(place.text))
        # Where room is short, the vendor and the parameters give way before the name does.
        self._label.setMinimumWidth(min(self._label.sizeHint().width(), LABEL_PX))
        self._vendor.setText(one_line(place.vendor))
        self._vendor.setVisible(not place.is_practice and bool(place.vendor))
        self._is_practice = place.is_practice
        self._chip.setVisible(place.is_practice and not self.tells_fault)
        params = ", ".join(f"{name}={value}" for name, value in place.params.items())
        self._params.setText(one_line(params))
        self._params.setVisible(bool(params))
        self._menu.setAccessibleName(f"Menu of lane {number}, {one_line(place.label)}")
        self._name_act()

    def show_fault(self, fault: str) -> None:
        """What goes wrong on purpose in what is shown, or in what comes next; "" for nothing."""
        self._fault.setVisible(bool(fault))
        self._chip.setVisible(self._is_practice and not fault)  # there is room for one
        note = f"Made to go wrong on purpose: {fault}. The figures are no real ones and count in no statistics."
        self._fault.setToolTip(note)
        self._fault.setAccessibleDescription(note if fault else "")

    @property
    def tells_fault(self) -> bool:
        return not self._fault.isHidden()

    def show_state(self, state: State, seconds: float | None = None) -> None:
        """`seconds` counts up while the lane is live."""
        name = STATE_NAMES[state]
        self._state_label.setText(name if seconds is None else f"{name} {seconds:.1f} s")
        self._state_label.set_role(STATE_ROLES[state])
        if state != self._state:
            self._state = state
            self._name_act()

    @property
    def state_text(self) -> str:
        return self._state_label.text()

    def _name_act(self) -> None:
        live = self._state in LIVE
        self._act.set_icon("stop" if live else "rerun")
        self._act.set_name("Stop this lane (Esc)" if live else "Run this lane alone (Ctrl+R)")

    def _on_act(self) -> None:
        (self.stop_asked if self._state in LIVE else self.rerun_asked).emit()

    def _on_menu(self) -> None:
        self.menu_asked.emit(self._menu.mapToGlobal(self._menu.rect().bottomLeft()))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.globalPosition().toPoint()
        if self._pressed_at is None:
            return
        far = (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        self._dragging = self._dragging or far
        if self._dragging:
            self.dragged.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, self._dragging, self._pressed_at = self._dragging, False, None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        elif event.button() == Qt.MouseButton.MiddleButton and self.rect().contains(event.position().toPoint()):
            self.remove_asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())
