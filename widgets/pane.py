"""One lane in the window: head, body and foot. It shows what it is told and asks for what is wished."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.bench import Place
from app.shown import LIVE, Advance, Ending, Figure, Mark, Pause, State, Topic
from widgets.labels import Hairline, one_line
from widgets.pane_body import PaneBody
from widgets.pane_footer import PaneFooter
from widgets.pane_header import PaneHeader
from widgets.theme import theme_for
from widgets.turn_bar import TurnBar

if TYPE_CHECKING:
    from app.anatomy import Anatomy
    from app.session.browse import Turn
    from app.steps import Course
    from widgets.course_bar import CourseBar
    from widgets.details_grid import DetailsGrid

AROUND = 130
"""What stands around its answer, in pixels."""
LOW = 300
"""A pane that is no higher has no room for both its answer and its details."""
SHARE = 0.5
"""The most of another that details take."""


class Pane(QWidget):
    """All wishes carry the number of the place."""

    stop_asked = Signal(int)
    rerun_asked = Signal(int)
    edit_asked = Signal(int)
    inspect_asked = Signal(int)
    details_opened = Signal(int)
    """It is wanted how the figures were made: `show_anatomy`."""
    remove_asked = Signal(int)
    menu_asked = Signal(int, QPoint)
    dragged = Signal(int, QPoint)
    dropped = Signal(int, QPoint)
    link_asked = Signal(str)
    run_asked = Signal(int, str)
    """Another run is to be shown here: its id."""
    judge_asked = Signal(int)
    turn_edited = Signal(int)
    """The prompt of what is shown is to be written anew."""

    def __init__(self, parent: QWidget, place: Place) -> None:
        super().__init__(parent)
        self.place = place
        self._state: State = "empty"
        self._seconds = 0.0
        self._pause: Pause | None = None
        self._figures: tuple[Figure, ...] = ()
        self._details: DetailsGrid | None = None
        self.course: CourseBar | None = None
        self._fault = ""
        self.header = PaneHeader(self)
        self.turns = TurnBar(self)
        self.body = PaneBody(self)
        self.footer = PaneFooter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addWidget(Hairline(self))
        self._column.addWidget(self.turns)
        self._column.addWidget(self.body, 1)
        self._column.addWidget(Hairline(self))
        self._column.addWidget(self.footer)

    def _connect(self) -> None:
        self.header.stop_asked.connect(self._on_stop)
        self.header.rerun_asked.connect(self._on_rerun)
        self.header.remove_asked.connect(self._on_remove)
        self.header.menu_asked.connect(self._on_menu)
        self.header.dragged.connect(self._on_dragged)
        self.header.dropped.connect(self._on_dropped)
        self.body.remedy_asked.connect(self._on_remedy)
        self.body.link_asked.connect(self.link_asked)
        self.turns.asked.connect(self._on_run_asked)
        self.turns.edit_asked.connect(self._on_turn_edited)
        self.footer.details_asked.connect(self._on_details)
        self.footer.figure_asked.connect(self._on_figure)
        self.footer.inspect_asked.connect(self._on_inspect)
        self.footer.judge_asked.connect(self._on_judge)

    # What is shown

    @property
    def state(self) -> State:
        return self._state

    @property
    def is_live(self) -> bool:
        return self._state in LIVE

    def show_place(self, place: Place, number: int) -> None:
        """`number` is its place in the row, from 1."""
        self.place = place
        self.header.show_place(place, number)
        self.header.show_fault(place.fault or self._fault)
        self.setAccessibleName(f"Lane {number}, {one_line(place.label)}")

    def clear(self) -> None:
        """No run is shown."""
        self._tell_fault("")
        self._on_details(False)
        self._show_course(None)
        self.body.clear()
        self.footer.clear()
        self._figures = ()
        self._set_state("empty")

    def show_turn(self, turn: "Turn | None", prompt: str) -> None:
        """Which turn of which conversation this is; nothing, if that goes without saying."""
        self.turns.show_turn(turn, prompt)

    def begin(self) -> None:
        self._tell_fault("")
        self._seconds = 0.0
        self._pause = None
        self._figures = ()
        had_focus = self.has_focus
        self._on_details(False)
        self._show_course(None)
        self.body.begin()
        if had_focus and not self.has_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # what had it is hidden until text comes
        self.footer.clear()
        self._set_state("waiting")

    def take(self, advance: Advance) -> None:
        self.body.take(advance)
        if advance.pause != self._pause:
            self._pause = advance.pause
            self.body.show_pause(self._pause)
        if advance.course is not None:
            self._show_course(advance.course)
        self.footer.show_segments(advance.segments)
        self._set_state(advance.state)

    def tick(self, seconds: float) -> None:
        """Counts up while the run is live."""
        self._seconds = seconds
        if self.is_live:
            self.header.show_state(self._state, seconds)
        if self._pause is not None:
            self.body.show_pause(self._pause)

    def end(self, ending: Ending) -> None:
        self._pause = None
        self._figures = ending.figures
        self._tell_fault(ending.fault)
        self.body.end(ending)
        if ending.course is not None:
            self._show_course(ending.course)
        self.footer.show_ending(ending)
        self._set_state(ending.state)

    def amend(self, ending: Ending) -> None:
        """Shows figures of the run that has ended which are known only now."""
        self._figures = ending.figures
        self.footer.show_ending(ending)
        if self._details is not None:
            self._details.show_figures(self._figures)

    def _tell_fault(self, fault: str) -> None:
        """Of the run that is shown; what is switched on for the next one is told as well."""
        self._fault = fault
        self.header.show_fault(fault or self.place.fault)

    def show_marks(self, marks: tuple[Mark, ...]) -> None:
        self.footer.show_marks(marks)

    def set_scale(self, scale: float) -> None:
        self.body.set_scale(scale)

    def focus(self) -> None:
        if not self.body.focus():
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _set_state(self, state: State) -> None:
        self._state = state
        self.setAccessibleDescription(state.replace("_", " "))
        self.header.show_state(state, self._seconds if state in LIVE else None)

    # What is wished

    def _on_stop(self) -> None:
        self.stop_asked.emit(self.place.number)

    def _on_run_asked(self, run: str) -> None:
        self.run_asked.emit(self.place.number, run)

    def _on_turn_edited(self) -> None:
        self.turn_edited.emit(self.place.number)

    def _on_rerun(self) -> None:
        self.rerun_asked.emit(self.place.number)

    def _on_remove(self) -> None:
        self.remove_asked.emit(self.place.number)

    def _on_menu(self, at: QPoint) -> None:
        self.menu_asked.emit(self.place.number, at)

    def _on_dragged(self, at: QPoint) -> None:
        self.dragged.emit(self.place.number, at)

    def _on_dropped(self, at: QPoint) -> None:
        self.dropped.emit(self.place.number, at)

    def _on_inspect(self) -> None:
        self.inspect_asked.emit(self.place.number)

    def _on_judge(self) -> None:
        self.judge_asked.emit(self.place.number)

    def _on_remedy(self, remedy: str) -> None:
        (self.edit_asked if remedy == "edit" else self.rerun_asked).emit(self.place.number)

    def _on_details(self, shown: bool) -> None:
        if shown and self._details is None:
            from widgets.details_grid import DetailsGrid  # and all that it draws: not before it is wanted

            self._details = DetailsGrid(self)
            self._column.insertWidget(self._column.indexOf(self.footer) - 1, self._details)
        if self._details is not None:
            self._details.setVisible(shown)
            self._details.go_to(None)
            self._make_room()
            if shown:
                self._details.show_figures(self._figures)
                self._details.show_anatomy(None)
                self.details_opened.emit(self.place.number)

    def _make_room(self) -> None:
        """In a low pane the details stand in the place of the answer: two slits would show neither."""
        is_low = self.height() < LOW
        self.body.setVisible(not ((self.has_details or self.has_steps) and is_low))
        if self.course is not None:
            self.course.set_room(self.height() - AROUND if is_low else round(self.height() * SHARE))
        if self._details is not None:
            self._details.set_room(self.height() if is_low else round(self.height() * SHARE))

    def _on_figure(self, topic: Topic) -> None:
        if self._details is not None:
            self._details.go_to(topic)

    @property
    def has_steps(self) -> bool:
        """Whether each step of a route is shown."""
        return self.course is not None and self.course.is_open

    @property
    def has_details(self) -> bool:
        """Whether the details are shown."""
        return self._details is not None and not self._details.isHidden()

    def show_anatomy(self, anatomy: "Anatomy") -> None:
        """How the figures of what is shown were made."""
        if self._details is not None:
            self._details.show_anatomy(anatomy)

    def _show_course(self, course: "Course | None") -> None:
        """Made when a route first has one to tell."""
        if self.course is None and course is not None and course.steps:
            from widgets.course_bar import CourseBar

            self.course = CourseBar(self)
            self.course.opened.connect(self._make_room)
            self._column.insertWidget(self._column.indexOf(self.body) + 1, self.course)
        if self.course is not None:
            self.course.show_course(course)
            self._make_room()

    # Looks

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @property
    def has_focus(self) -> bool:
        """Whether the focus is on the pane or on something in it."""
        focused = QApplication.focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(theme.color("accent" if self.has_focus else "hairline"))
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))
        painter.fillRect(0, 0, self.width(), 2, theme.lane(self.place.color))
