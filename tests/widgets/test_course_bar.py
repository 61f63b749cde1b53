"""A route's course in one line: what has no room are its first steps."""

from pytestqt.qtbot import QtBot

from widgets.course_bar import CourseLine

STEPS = "practice/swift → mean token probability 0.62 < 0.95 → escalated → practice/deep answered"


def test_where_it_is_too_long_the_first_steps_give_way_whole(qtbot: QtBot) -> None:
    line = CourseLine(None)  # type: ignore[arg-type]
    qtbot.addWidget(line)
    line.show_line(STEPS, "")
    wide = line.fontMetrics().horizontalAdvance(STEPS)
    assert line.fitting(wide) == STEPS
    assert line.fitting(wide - 1) == "… → mean token probability 0.62 < 0.95 → escalated → practice/deep answered"
    assert line.fitting(wide // 2) == "… → escalated → practice/deep answered"
    last = line.fitting(20)
    assert last.startswith("…")
    assert line.fontMetrics().horizontalAdvance(last) <= 20
