"""How a route came to its answer: one line under the answer, and on demand each step with time, tokens and cost."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from app.course_told import ARROW, line, rows, saved, total
from widgets.icons import tinted
from widgets.labels import SMALL_PX, Hairline, one_line, plain_tip
from widgets.theme import theme_for

if TYPE_CHECKING:
    from app.steps import Course
    from widgets.course_steps import CourseSteps

ICON = 12


class CourseLine(QAbstractButton):
    """One line; where it is too long, whole steps give way, the first ones first: how it ended is told. Opens all."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        font = self.font()
        font.setPixelSize(SMALL_PX)
        self.setFont(font)

    def show_line(self, text: str, note: str) -> None:
        self.setText(one_line(text))
        self.setAccessibleName(f"How the route came to it: {text}")
        self.setToolTip(plain_tip("\n".join(filter(None, (text, note, "Click for each step.")))))
        self.update()

    def fitting(self, width: int) -> str:
        """As many of the last steps as have room."""
        metrics, steps = self.fontMetrics(), self.text().split(ARROW)
        for first in range(len(steps)):
            text = ARROW.join(("…", *steps[first:]) if first else steps)
            if metrics.horizontalAdvance(text) <= width:
                return text
        return metrics.elidedText(f"…{ARROW}{steps[-1]}", Qt.TextElideMode.ElideMiddle, width)

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        muted = theme.color("muted")
        arrow = tinted("down" if self.isChecked() else "right", muted)
        arrow.paint(painter, QRect(10, (self.height() - ICON) // 2, ICON, ICON))
        room = self.rect().adjusted(10 + ICON + 6, 0, -10, 0)
        painter.setPen(theme.color("text" if self.underMouse() else "muted"))
        painter.drawText(
            room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.fitting(room.width())
        )
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.drawRect(self.rect().adjusted(2, 1, -3, -2))


class CourseBar(QWidget):
    """Not there for a run that one attempt was enough for."""

    opened = Signal()
    """The steps were shown, or hidden again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._course: Course | None = None
        self._room = 0
        self.steps: CourseSteps | None = None
        self.line = CourseLine(self)
        self.line.toggled.connect(self._on_toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Hairline(self))
        self._column.addWidget(self.line)
        self._column.addStretch(1)
        self.hide()

    def show_course(self, course: "Course | None") -> None:
        self._course = course
        if course is None or not course.steps:
            self.line.setChecked(False)
            self.hide()
            return
        self.line.show_line(line(course), saved(course))
        if self.steps is not None and self.line.isChecked():
            self._fill()
        self.show()

    @property
    def is_open(self) -> bool:
        return not self.isHidden() and self.line.isChecked()

    def set_room(self, height: int) -> None:
        """How high the steps may be at most."""
        self._room = height
        if self.steps is not None:
            self.steps.set_room(height)

    def _on_toggled(self, shown: bool) -> None:
        if shown and self.steps is None:
            from widgets.course_steps import CourseSteps

            self.steps = CourseSteps(self)
            self.steps.set_room(self._room)
            self._column.insertWidget(self._column.indexOf(self.line) + 1, self.steps)
        if self.steps is not None:
            self.steps.setVisible(shown)
            if shown:
                self._fill()
        self.opened.emit()

    def _fill(self) -> None:
        if self._course is not None and self.steps is not None:
            self.steps.show_steps((*rows(self._course), total(self._course)), self._course.asides)
