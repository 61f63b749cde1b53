"""The strip of a replay: play, a scrubber with a row for each lane, the speed, and that it costs nothing."""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.replay import Race
from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.pick_box import PickBox
from widgets.replay.player import SPEEDS
from widgets.theme import figures_font, theme_for

STEP_S = 0.5
ROW = 5
GAP = 2


class Scrubber(QWidget):
    """Time runs from left to right: a row for each lane, thin while it waits, pale while it reasons, full in text."""

    sought = Signal(float)
    """Seconds from the start."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._race = Race(())
        self._colors: tuple[int, ...] = ()
        self._at_s = 0.0
        self.setAccessibleName("Moment of the replay")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_race(self, race: Race, colors: tuple[int, ...]) -> None:
        self._race, self._colors = race, colors
        self.updateGeometry()
        self.update()

    def show_moment(self, at_s: float) -> None:
        self._at_s = at_s
        self.setAccessibleDescription(f"{at_s:.1f} of {self._race.duration_s:.1f} seconds")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(24, len(self._race.tracks) * (ROW + GAP) + 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def _x(self, at_s: float) -> float:
        room = max(1.0, self.width() - 12.0)
        return 6 + room * (at_s / self._race.duration_s if self._race.duration_s else 0.0)

    def _moment(self, x: float) -> float:
        room = max(1.0, self.width() - 12.0)
        return max(0.0, min(1.0, (x - 6) / room)) * self._race.duration_s

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.sought.emit(self._moment(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.sought.emit(self._moment(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        to = {
            Qt.Key.Key_Left: self._at_s - STEP_S,
            Qt.Key.Key_Right: self._at_s + STEP_S,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: self._race.duration_s,
        }.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
        else:
            self.sought.emit(to)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("accent") if self.hasFocus() else theme.color("hairline"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        height = len(self._race.tracks) * (ROW + GAP) - GAP
        y = (self.height() - height) / 2
        for track, place in zip(self._race.tracks, self._colors, strict=False):
            for phase, begin, end in track.phases():
                color = theme.lane(place)
                color.setAlphaF({"waiting": 0.3, "reasoning": 0.55, "text": 1.0}[phase])
                thin = ROW / 3 if phase == "waiting" else 0.0
                box = QRectF(self._x(begin), y + thin, max(1.0, self._x(end) - self._x(begin)), ROW - 2 * thin)
                painter.fillRect(box, color)
            y += ROW + GAP
        x = self._x(self._at_s)
        painter.fillRect(QRectF(x - 1, 2, 2, self.height() - 4), theme.color("text"))


class ReplayBar(QWidget):
    closed = Signal()
    speed_chosen = Signal(float)
    start_chosen = Signal(bool)
    """Whether all are to begin together, and not as they did."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.play = IconButton("play", "Play (Space)", self)
        self.scrubber = Scrubber(self)
        self._time = ElidedLabel("", self, px=SMALL_PX)
        self._time.setFont(figures_font(self._time.font()))
        self._time.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._time.setFixedWidth(self._time.fontMetrics().horizontalAdvance("0,000.0 / 0,000.0 s") + 4)
        self._told = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self.speed = PickBox(self)
        self.speed.setAccessibleName("Speed")
        for each in SPEEDS:
            self.speed.addItem(f"{each:g}×", each)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.start = PickBox(self)
        self.start.setAccessibleName("When the lanes begin")
        self.start.addItem("Together", True)
        self.start.addItem("As it was", False)
        self.close_button = IconButton("close", "End the replay (Esc)", self)
        self._duration = 0.0
        self._arrange()
        self.close_button.clicked.connect(self.closed)
        self.speed.activated.connect(self._on_speed)
        self.start.activated.connect(self._on_start)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self._time)
        row.addWidget(self.speed)
        row.addWidget(self.start)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 6)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._told)

    def show_race(self, race: Race, colors: tuple[int, ...]) -> None:
        self._duration = race.duration_s
        self.scrubber.show_race(race, colors)
        when = max((_when(track.run.at) for track in race.tracks), default="")
        self._told.setText(f"Replay of what was recorded{f' on {when}' if when else ''}; it costs nothing.")
        self.show_moment(0.0)

    def show_moment(self, at_s: float) -> None:
        self._time.setText(f"{at_s:,.1f} / {self._duration:,.1f} s")
        self.scrubber.show_moment(at_s)

    def show_playing(self, is_playing: bool) -> None:
        self.play.set_icon("pause" if is_playing else "play")
        self.play.set_name("Pause (Space)" if is_playing else "Play (Space)")

    def _on_speed(self) -> None:
        self.speed_chosen.emit(self.speed.currentData())

    def _on_start(self) -> None:
        self.start_chosen.emit(self.start.currentData())

    def step_speed(self, by: int) -> None:
        self.speed.setCurrentIndex(max(0, min(len(SPEEDS) - 1, self.speed.currentIndex() + by)))
        self._on_speed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self.play.click()
            case Qt.Key.Key_BracketLeft:
                self.step_speed(-1)
            case Qt.Key.Key_BracketRight:
                self.step_speed(1)
            case _:
                super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Whoever made the bar ends the replay, and the bar."""
        event.ignore()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("hairline"))


def _when(at: str) -> str:
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%d %b %Y, %H:%M")
    except ValueError:
        return ""
