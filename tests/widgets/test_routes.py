"""Routes in the window: as lanes, as a decision timeline in their pane, and in the editor in which they are built."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.limits import USUAL
from app.routes import spec
from app.routes.templates import TEMPLATES
from app.routes.text import from_text, to_text
from app.routes.wishes import KeepRoute, ListRoutes, RemoveRoute, RoutesTold, ShelvedRoute
from providers.events import Decision, Discarded, Finished, Notice, Started, Text, Usage
from providers.usage import TokenUsage
from tests.widgets.conftest import Bench
from widgets.routes.editor import RouteEditor
from widgets.routes.start import Beginning
from widgets.sessions.binder import show

CHEAP = TEMPLATES[0]
USED = TokenUsage(input=10, output=5)


@pytest.fixture
def editor(bench: Bench) -> RouteEditor:
    bench.window.do("routes")
    return bench.conductor.routes.editor


def begun(editor: RouteEditor, name: str = "Cheap first") -> None:
    editor.start.list.taken.emit(name)


def lane_field(editor: RouteEditor) -> QLineEdit:
    field = editor.form.field("lane")
    assert isinstance(field, QLineEdit)
    return field


def click(qtbot: QtBot, editor: RouteEditor, place: str) -> None:
    qtbot.mouseClick(editor.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(editor.tree.rect_of(place).center()))


def places(editor: RouteEditor) -> list[tuple[str, str]]:
    return [(card.place, card.title) for card in editor.tree.cards]


# As lanes


def test_a_route_on_the_bench_brings_its_tree_along(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    assert bench.conductor.home.session.routes == {"Cheap first": to_text(CHEAP.root)}
    bench.conductor.send()
    order = bench.engine.orders[max(bench.engine.orders)]
    assert order.lane.text == "route:Cheap first"
    assert order.lane.route == spec.Route("Cheap first", CHEAP.root)
    place = bench.panes[-1].place
    assert (place.label, place.vendor) == ("Cheap first", "route")


def test_putting_a_route_on_the_bench_can_be_undone_as_one_step(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    bench.window.do("undo")
    assert bench.conductor.home.session.routes == {}
    assert len(bench.panes) == 3
    bench.window.do("redo")
    assert "Cheap first" in bench.conductor.home.session.routes


def test_what_the_session_means_by_a_name_goes_before_the_shelf(bench: Bench) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/deep\n"),)))
    assert bench.conductor.routes.known.route("route:mine") == spec.Route("mine", "practice/swift")


def test_a_lane_that_was_there_before_its_route_was_known_gets_it(bench: Bench) -> None:
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.conductor.send()
    assert "no route 'mine'" in bench.window.composer._message.text()
    assert not bench.engine.orders
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    assert bench.conductor.home.session.routes == {"mine": "practice/swift\n"}
    bench.conductor.send()
    assert len(bench.engine.orders) == 4


def test_a_route_that_cannot_be_read_is_said_before_anything_is_sent(bench: Bench) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "escalate: 3\n", "escalate: no"),)))
    bench.window.desk.choose(None, "route:mine", {}, USUAL)
    bench.conductor.send()
    assert "The route 'mine' cannot be read" in bench.window.composer._message.text()
    assert not bench.engine.orders


def test_the_picker_lists_routes_first_and_takes_one(bench: Bench, qtbot: QtBot) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("mine", "practice/swift\n"),)))
    bench.window.do("add_lane")
    picker = bench.window.overlays.picker
    lines = {each.lane: each.facts for each in picker._models.choices.shown}
    assert lines["route:mine"] == "route"
    assert lines["route:Never down"].startswith("route, a template: ")
    picker._text.setText("route:nobody")
    assert not picker._accept.isEnabled()
    picker._text.setText("route:mine")
    qtbot.keyClick(picker._text, Qt.Key.Key_Return)
    assert bench.window.desk.bench.places[-1].text == "route:mine"


def test_the_engine_is_asked_for_routes_when_it_is_ready(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert ListRoutes() in bench.engine.route_wishes


# The timeline


def escalated(bench: Bench) -> None:
    """One route lane alone, whose cheap answer was set aside."""
    for pane in bench.panes:
        bench.window.desk.remove_place(pane.place.number)
    bench.window.desk.choose(None, "route:Cheap first", {}, USUAL)
    bench.conductor.send()
    ms = 1_000_000
    decision = Decision("escalate", "escalated", 0.62, 0.7, "confidence")
    for event in (
        Text(0, 1_100 * ms, "Dunno, perhaps."),
        Usage(0, 1_200 * ms, USED),
        Notice(0, 1_210 * ms, "route", "Answer escalated: confidence 0.62 < 0.70", decision=decision),
        Discarded(0, 1_211 * ms, "confidence 0.62 < 0.70"),
        Started(1, 1_220 * ms, "answer", "practice", "http://x", "deep"),
        Text(1, 1_500 * ms, "42."),
    ):
        bench.engine.say(1, event)


def test_a_route_tells_live_how_it_goes(bench: Bench) -> None:
    escalated(bench)
    bench.qtbot.waitUntil(lambda: bench.panes[0].course is not None, timeout=2000)
    line = bench.panes[0].course.line
    assert line.isVisible()
    assert line.text() == "practice/m → confidence 0.62 < 0.70 → escalated → practice/deep…"


def ended(bench: Bench) -> None:
    escalated(bench)
    bench.engine.say(1, Finished(1, 1_900_000_000, "deep", USED, "stop"))
    bench.engine.end(1)
    bench.frames_end()


def test_each_step_is_told_with_its_time_tokens_and_cost(bench: Bench) -> None:
    ended(bench)
    course = bench.panes[0].course
    assert course.line.text().endswith("→ practice/deep answered")
    course.line.click()
    rows = course.steps.table._rows
    assert [(row.at, row.text, row.took, row.tokens) for row in rows] == [
        ("0.00 ms", "practice/m: set aside", "211 ms", "10 → 5"),
        ("210 ms", "Answer escalated: confidence 0.62 < 0.70", "", ""),
        ("220 ms", "practice/deep answered", "680 ms", "10 → 5"),
        ("", "In all", "900 ms", "20 → 10"),
    ]


def test_what_was_set_aside_can_be_opened_and_read(bench: Bench) -> None:
    ended(bench)
    course = bench.panes[0].course
    course.line.click()
    read = next(each for each in course.steps.findChildren(QPushButton) if each.text() == "Read")
    read.click()
    page = course.steps.findChild(QPlainTextEdit)
    assert page.toPlainText() == "Set aside: confidence 0.62 < 0.70\n\nDunno, perhaps."
    next(each for each in course.steps.findChildren(QPushButton) if each.text() == "Hide").click()
    assert not [each for each in course.steps.findChildren(QPlainTextEdit) if not each.isHidden()]


def test_in_a_low_pane_the_steps_stand_in_the_place_of_the_answer(bench: Bench) -> None:
    ended(bench)
    pane = bench.panes[0]
    pane.course.line.click()
    assert pane.body.isVisible()
    pane.resize(pane.width(), 240)
    assert not pane.body.isVisible()
    assert pane.course.steps.height() <= 240 - 130
    pane.course.line.click()
    assert pane.body.isVisible()
    pane.begin()
    assert pane.course.isHidden()


def test_a_kept_run_tells_its_course_again(bench: Bench) -> None:
    ended(bench)
    (run,) = bench.conductor.home.session.runs
    assert [step.text for step in run.course.steps][-1] == "practice/deep answered"
    assert run.course.asides[0].text == "Dunno, perhaps."
    told = bench.panes[0].course.line.text()
    bench.panes[0].clear()
    assert bench.panes[0].course.isHidden()
    show(bench.panes[0], run, "Practice")
    assert bench.panes[0].course.line.text() == told
    assert bench.panes[0].footer._remark.text() == "", "what the line tells is not said twice"


def test_a_plain_lane_has_no_line(bench: Bench) -> None:
    bench.conductor.send()
    bench.engine.text(1, "x")
    bench.engine.finish(1)
    assert bench.panes[0].course is None


# The editor


def test_it_begins_with_templates_and_what_is_saved(bench: Bench) -> None:
    bench.engine.routes_told.emit(
        RoutesTold((ShelvedRoute("mine", "practice/swift\n"), ShelvedRoute("bad", "3", "no")))
    )
    bench.window.do("routes")
    editor = bench.conductor.routes.editor
    lines = {each.lane: each.facts for each in editor.start.list.choices.shown}
    assert list(lines) == [*(each.name for each in TEMPLATES), "An empty route", "mine", "bad"]
    assert lines["bad"] == "Your route, saved; it cannot be read yet: no"


@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
def test_cheap_first_then_strong_with_failover_is_built_with_few_steps(bench: Bench, qtbot: QtBot) -> None:
    """By real clicks and keys alone, from the bench to a lane on it: counted, as a new user would do it."""
    steps = 0
    editor = bench.conductor.routes.editor

    qtbot.keyClick(bench.window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    steps += 1
    line = editor.start.list.visualRect(editor.start.list.choices.index(0)).center()
    qtbot.mouseClick(editor.start.list.viewport(), Qt.MouseButton.LeftButton, pos=line)
    steps += 1
    click(qtbot, editor, "strong")
    steps += 1
    wrap = editor.tools.wrap_menu
    wrap.popup(editor.tools.wrap.mapToGlobal(QPoint(0, 0)))
    steps += 1
    entry = next(each for each in wrap.actions() if each.objectName() == "fallback")
    assert wrap.actions()[0] is entry, "what is wanted most comes first"
    qtbot.keyClick(wrap, Qt.Key.Key_Down)
    qtbot.keyClick(wrap, Qt.Key.Key_Return)
    steps += 2
    field = lane_field(editor)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field, timeout=2000)
    qtbot.keyClicks(field, "practice/steady")
    steps += 1
    qtbot.mouseClick(editor.foot.use, Qt.MouseButton.LeftButton)
    steps += 1

    assert steps == 8
    route = bench.conductor.routes.known.route("route:Cheap first")
    assert route is not None
    strong = spec.Fallback(("practice/deep", "practice/steady"))
    assert route.root == spec.Escalate("practice/swift", strong, spec.Confident(0.6))
    assert bench.window.desk.bench.places[-1].text == "route:Cheap first"
    assert not editor.isVisible()
    assert bench.engine.route_wishes[-1] == KeepRoute("Cheap first", to_text(route.root))


def test_settings_are_set_as_they_are_typed_and_undone_as_one(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor)
    field = editor.form.field("judge", "threshold")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0.75")
    assert isinstance(editor.root, spec.Escalate)
    assert editor.root.judge == spec.Confident(0.75)
    assert field.text() == "0.75"
    assert "threshold: 0.75" in editor.text.text.toPlainText()
    assert editor.tree.cards[0].settings == "kept if mean confidence ≥ 0.75"
    editor.tree.setFocus()
    qtbot.keyClick(editor.tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.root == CHEAP.root
    qtbot.keyClick(editor.tree, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert editor.root.judge == spec.Confident(0.75)


def test_a_setting_that_is_none_says_so_and_changes_nothing(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor)
    field = editor.form.field("judge", "threshold")
    assert isinstance(field, QLineEdit)
    field.setText("much")
    assert editor.form._said.text() == "Kept from: 'much' is no number."
    assert editor.root == CHEAP.root


def test_another_judge_brings_its_own_settings(editor: RouteEditor) -> None:
    begun(editor)
    judge = editor.form.field("judge")
    judge.setCurrentIndex(judge.findData("grade"))  # type: ignore[attr-defined]
    assert places(editor)[-1] == ("judge.by", "Which model?")
    assert editor.form.field("judge", "criteria")
    assert not editor.foot.use.isEnabled()
    assert "A model is missing here" in editor.foot.said.text()


SIMILAR = "cached:\n  of: practice/swift\n  similar: {embed: local}\n"


def taken(editor: RouteEditor, text: str) -> None:
    editor.text.text.setPlainText(text)
    editor.text.take()


def test_who_is_asked_in_doubt_is_written_in_the_form_and_is_a_branch(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor)
    taken(editor, SIMILAR)
    field = editor.form.field("similar", "ask")
    assert isinstance(field, QLineEdit)
    assert (field.text(), field.placeholderText()) == ("", "nobody")
    qtbot.keyClicks(field, "practice/steady")
    assert places(editor)[-1] == ("similar.ask", "practice/steady")
    assert editor.tree.cards[-1].edge == "in doubt"
    asked = spec.Cached("practice/swift", similar=spec.Similar("local", ask="practice/steady"))
    assert from_text(editor.text.text.toPlainText()) == editor.root == asked
    assert editor.foot.use.isEnabled()
    field.setText("stead")
    assert "no model yet" in editor.foot.said.text()
    assert not editor.foot.use.isEnabled()
    field.clear()
    assert editor.root == from_text(SIMILAR)
    assert len(places(editor)) == 2


def test_a_tree_that_is_asked_in_doubt_is_shown_and_can_be_taken_away(editor: RouteEditor) -> None:
    begun(editor)
    taken(editor, SIMILAR.replace("local", "local, ask: {retry: {of: practice/deep}}"))
    root = editor.root
    field = editor.form.field("similar", "ask")
    assert isinstance(field, QComboBox)
    assert field.currentText() == "Retry, as it stands in the tree"
    assert editor.root is root, "it was looked at, no more"
    field.setCurrentIndex(0)
    assert editor.root == from_text(SIMILAR)
    assert isinstance(editor.form.field("similar", "ask"), QLineEdit)


def test_text_becomes_the_tree_and_the_tree_text(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor)
    editor.text.text.setPlainText("fallback:\n  of: [practice/swift, practice/deep]  # mine\n")
    qtbot.waitUntil(lambda: editor.root == spec.Fallback(("practice/swift", "practice/deep")), timeout=2000)
    assert places(editor) == [("", "Fallback"), ("of[0]", "practice/swift"), ("of[1]", "practice/deep")]
    assert "# mine" in editor.text.text.toPlainText(), "what is typed is left as it is typed"
    click(qtbot, editor, "of[1]")
    qtbot.keyClick(editor.tree, Qt.Key.Key_Delete)
    assert from_text(editor.text.text.toPlainText()) == spec.Fallback(("practice/swift",))
    assert "nothing to fall back on" in editor.foot.said.text()
    assert editor.foot.use.isEnabled(), "what is doubtful can be run"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("escalate:\n  cheap: [a\n", "This is no YAML: line 3, column 1: "),
        ("retry:\n  of: practice/swift\n  tries: many\n", "Line 3, tries: "),
        ("fallback:\n  of:\n  - practice/swift\n  - deadline: {of: practice/deep}\n", "Line 4, "),
        ("", "There is nothing here"),
    ],
)
def test_text_that_is_no_route_says_where_and_the_tree_stays(editor: RouteEditor, text: str, said: str) -> None:
    begun(editor)
    editor.text.text.setPlainText(text)
    editor.text.take()
    assert editor.text.error.startswith(said)
    assert editor.root == CHEAP.root
    assert not editor.foot.save.isEnabled()
    editor.text.text.setPlainText(to_text(CHEAP.root))
    editor.text.take()
    assert editor.text.error == ""
    assert editor.foot.save.isEnabled()


def test_dropping_moves_and_changes_places(editor: RouteEditor) -> None:
    begun(editor)
    editor.tree.onto.emit("cheap", "strong")
    assert editor.root == spec.Escalate("practice/deep", "practice/swift", spec.Confident(0.6))
    editor._on_undo()
    begun(editor, "Never down")
    on, below = QAbstractItemView.DropIndicatorPosition.OnItem, QAbstractItemView.DropIndicatorPosition.BelowItem
    second = editor.tree.indexAt(editor.tree.rect_of("of[1]").center())
    editor.tree.dropped("of[0]", second, below)
    assert isinstance(editor.root, spec.Fallback)
    assert [list(spec.leaves(each)) for each in editor.root.of] == [["practice/deep"], ["practice/steady"]]
    before = editor.root
    editor.tree.dropped("of[0]", editor.tree.indexAt(editor.tree.rect_of("of[0].of").center()), on)
    assert editor.root == before, "nothing goes into itself"


def test_a_card_that_is_dropped_on_another_changes_places_with_it(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor)
    click(qtbot, editor, "cheap")
    at = editor.tree.rect_of("strong").center().toPointF()
    buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drop = QDropEvent(at, Qt.DropAction.MoveAction, QMimeData(), buttons, modifiers)
    editor.tree.dropEvent(drop)
    assert editor.root == spec.Escalate("practice/deep", "practice/swift", spec.Confident(0.6))
    assert editor.tree.place == "strong"
    assert drop.dropAction() == Qt.DropAction.IgnoreAction, "Qt takes no card away by itself"


def test_by_keyboard_alone(editor: RouteEditor, qtbot: QtBot) -> None:
    begun(editor, "Never down")
    tree = editor.tree
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert tree.place == "of[0]"
    qtbot.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert tree.place == "of[1]"
    assert list(spec.leaves(editor.root)) == ["practice/deep", "practice/steady"]
    qtbot.keyClick(tree, Qt.Key.Key_Insert)
    assert tree.place == "of[2]"
    assert QApplication.focusWidget() is lane_field(editor)
    qtbot.keyClicks(QApplication.focusWidget(), "practice/swift")
    assert list(spec.leaves(editor.root)) == ["practice/deep", "practice/steady", "practice/swift"]
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert list(spec.leaves(editor.root)) == ["practice/deep", "practice/steady"]


def test_a_name_that_is_none_and_a_tree_that_cannot_work_are_not_used(editor: RouteEditor) -> None:
    begun(editor)
    editor.name.setText("a/b")
    assert not editor.foot.save.isEnabled()
    assert "cannot be a route's name" in editor.foot.said.text()
    editor.name.setText("mine")
    assert editor.foot.save.isEnabled()
    assert editor.foot.use.isEnabled()
    editor.tree.chosen.emit("")
    editor._on_setting("cheap", ("lane",), "nobody/x")
    card = next(each for each in editor.tree.cards if each.place == "cheap")
    assert card.problem == "There is no vendor 'nobody'"
    assert card.is_wrong
    assert editor.foot.save.isEnabled(), "what is half done can be saved"
    assert not editor.foot.use.isEnabled()


def test_saving_and_deleting(bench: Bench, editor: RouteEditor) -> None:
    begun(editor)
    editor.name.setText("mine")
    editor.foot.save.click()
    assert bench.engine.route_wishes[-1] == KeepRoute("mine", to_text(CHEAP.root))
    told = RoutesTold((ShelvedRoute("mine", to_text(CHEAP.root)),), "Saved as mine.")
    bench.engine.routes_told.emit(told)
    assert editor.foot.said.text() == "Saved as mine."
    assert editor.foot.delete.isVisible()
    editor.foot.delete.click()
    assert not [each for each in bench.engine.route_wishes if isinstance(each, RemoveRoute)], "asked for twice"
    editor.foot.delete.click()
    assert bench.engine.route_wishes[-1] == RemoveRoute("mine")


def test_a_route_on_the_bench_runs_what_was_changed(bench: Bench, editor: RouteEditor) -> None:
    begun(editor)
    editor.foot.use.click()
    assert len(bench.panes) == 4
    bench.window.do("routes")
    assert editor.name.text() == "Cheap first", "it opens at the route of the lane in focus"
    editor._on_setting("strong", ("lane",), "practice/steady")
    editor.foot.use.click()
    assert len(bench.panes) == 4
    route = bench.conductor.routes.known.route("route:Cheap first")
    assert route is not None
    assert list(spec.leaves(route.root)) == ["practice/swift", "practice/steady"]
    bench.window.do("undo")
    assert bench.conductor.routes.known.route("route:Cheap first") == spec.Route("Cheap first", CHEAP.root)


def test_cards_tell_what_was_seen(bench: Bench) -> None:
    ended(bench)
    bench.window.do("routes")
    editor = bench.conductor.routes.editor
    assert editor.tree.cards[0].seen == "escalated once"
    seen = {card.place: card.seen for card in editor.tree.cards}
    assert seen["strong"] == "asked once, 100% answered, TTFT 280 ms, $0.0000"


def test_cards_follow_what_runs_while_the_editor_is_open(bench: Bench) -> None:
    escalated(bench)
    bench.window.do("routes")
    editor = bench.conductor.routes.editor
    click(bench.qtbot, editor, "strong")
    assert {card.seen for card in editor.tree.cards} == {""}
    bench.engine.say(1, Finished(1, 1_900_000_000, "deep", USED, "stop"))
    bench.engine.end(1)
    assert editor.tree.cards[0].seen == "escalated once"
    assert editor.tree.place == "strong"
    bench.frames_end()


@pytest.mark.parametrize("width", [1280, 900, 640])
def test_everything_can_be_reached_at_any_width(bench: Bench, editor: RouteEditor, width: int) -> None:
    bench.window.resize(width, 600)
    begun(editor)
    QApplication.processEvents()
    assert bench.window.rect().contains(editor.geometry())
    assert editor.parts.tabs.isVisible() == (editor.width() < 720)
    for part in ("tree", "settings", "text"):
        editor.parts.turn_to(part)
        shown = {"tree": editor.tree, "settings": editor.form, "text": editor.text}[part]
        assert shown.isVisible()
    assert editor.rect().contains(editor.foot.use.mapTo(editor, editor.foot.use.rect().bottomRight()))


def test_a_saved_route_that_cannot_be_read_opens_as_text(bench: Bench, editor: RouteEditor) -> None:
    bench.engine.routes_told.emit(RoutesTold((ShelvedRoute("bad", "retry: {tries: 3}\n", "no"),)))
    editor.start.chosen.emit(Beginning("saved", "bad"))
    assert editor.text.text.toPlainText() == "retry: {tries: 3}\n"
    assert editor.text.error
    assert not editor.foot.save.isEnabled()
