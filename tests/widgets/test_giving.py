"""What is taken out of the window and brought into it: copies, code, archives, comparisons, pasted commands."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app.history.wishes import HistoryFound
from app.session.document import Lane, LaneSpec
from app.session.edits import with_lane_of
from tests.app.export.test_har import exchange
from tests.app.session.samples import a_session
from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered, history, opened, page, strips
from widgets.commands import COMMANDS
from widgets.comparing import CompareSheet
from widgets.history.filters import with_filter

CURL = """curl https://api.openai.com/v1/chat/completions -H "Authorization: Bearer sk-secret" \\
  -d '{"model": "gpt-5", "temperature": 0.2, "messages": [{"role": "user", "content": "Now?"}]}'"""


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def said(bench: Bench) -> str:
    return bench.window.statusBar().currentMessage()


# Copies


def test_an_answer_is_copied_as_it_came_and_with_all_about_it(bench: Bench) -> None:
    answered(bench, "**one**", "two", "three")
    bench.window.desk.go_to(0)
    bench.window.do("copy_text")
    assert clipboard() == "**one**"
    bench.window.do("copy_pane")
    assert "### practice/swift" in clipboard()
    assert "three" not in clipboard()
    bench.window.do("copy_comparison")
    assert all(word in clipboard() for word in ("**one**", "two", "three"))


def test_without_an_answer_nothing_is_copied(bench: Bench) -> None:
    QGuiApplication.clipboard().setText("before")
    for id_ in ("copy_text", "copy_pane", "copy_comparison", "save_answer", "save_har"):
        bench.window.do(id_)
        assert said(bench) == "There is no answer here yet."
    assert clipboard() == "before"


@pytest.mark.parametrize(
    ("id_", "piece"),
    [
        ("copy_curl", "curl"),
        ("copy_openai", "from openai import"),
        ("copy_httpx", "import httpx"),
        ("copy_javascript", "fetch("),
    ],
)
def test_the_request_is_copied_as_code_whose_key_is_elsewhere(bench: Bench, id_: str, piece: str) -> None:
    opened(bench)
    bench.window.desk.go_to(1)
    bench.window.do(id_)
    assert piece in clipboard()
    assert "And now?" in clipboard(), "of the draft, as this lane shows no answer"
    assert "OPENAI_API_KEY" in clipboard()
    assert "environment variable" in said(bench)


def test_code_that_does_not_fit_says_what_does(bench: Bench) -> None:
    opened(bench)
    bench.window.desk.go_to(1)
    bench.window.do("copy_anthropic")
    assert any("python-openai" in strip.text for strip in strips(bench))
    bench.window.desk.go_to(0)
    bench.window.do("copy_curl")
    assert any("practice models" in strip.text for strip in strips(bench))


def test_every_way_of_copying_has_a_command_in_the_menu_of_a_lane(bench: Bench) -> None:
    menu = bench.window.commands.menu("Copy as")
    ids = [command.id for command in COMMANDS if command.menu == "Copy as"]
    assert [action.objectName() for action in menu.actions() if not action.isSeparator()] == ids
    assert menu.menuAction() in bench.window.pane_wishes.menu.actions()
    assert set(ids) <= bench.window.deeds.known()


# Archives


def chosen(bench: Bench, path: Path) -> None:
    """Answers the dialog that is open, and waits for the file."""
    (dialog,) = bench.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    bench.qtbot.waitUntil(lambda: str(path) in said(bench) or "not written" in said(bench), timeout=3000)


def test_the_exchanges_of_a_run_are_saved_as_har(bench: Bench, tmp_path: Path) -> None:
    answered(bench, "one", "two", "three")
    bench.window.desk.go_to(1)
    bench.window.do("save_har")
    assert bench.engine.inspections == [2]
    bench.engine.inspected.emit(2, (exchange(0, (1, b"data: x\n\n")),))
    path = tmp_path / "out.har"
    chosen(bench, path)
    assert len(json.loads(path.read_bytes())["log"]["entries"]) == 1


def test_what_is_not_kept_of_the_wire_is_said(bench: Bench) -> None:
    answered(bench, "one", "two", "three")
    bench.window.do("save_har")
    bench.engine.inspected.emit(bench.engine.inspections[-1], None)
    assert "not kept any more" in said(bench)
    opened(bench)
    bench.window.desk.go_to(0)
    bench.window.do("save_har")
    assert "runs of this window" in said(bench)
    assert len(bench.engine.inspections) == 1


def test_an_answer_is_saved_and_a_file_that_cannot_be_written_is_said(bench: Bench, tmp_path: Path) -> None:
    answered(bench, "one", "two", "three")
    bench.window.desk.go_to(0)
    bench.window.do("save_answer")
    chosen(bench, tmp_path / "answer.md")
    assert (tmp_path / "answer.md").read_text() == "one"
    bench.window.do("save_answer")
    chosen(bench, tmp_path / "answer.md" / "inside.md")
    assert "was not written" in said(bench)


# Comparing


def compared(bench: Bench) -> CompareSheet:
    bench.window.do("compare")
    sheet = bench.window.overlays._sheets["compare"]
    assert isinstance(sheet, CompareSheet)
    bench.qtbot.waitUntil(lambda: sheet.told.text() != "Comparing…", timeout=3000)
    return sheet


def test_a_run_is_compared_with_the_one_before_it_and_with_others(bench: Bench) -> None:
    bench.window.do("compare")
    assert "no answer" in said(bench)
    answered(bench, "a red cat", "a blue cat", "a cat")
    bench.window.desk.go_to(1)
    bench.conductor.rerun(bench.panes[1].place.number)
    bench.engine.text(4, "a green cat")
    bench.engine.finish(4)
    sheet = compared(bench)
    assert [sheet.other.itemText(n) for n in range(sheet.other.count())] == [
        "Version 1 of 2, practice/steady",
        "swift, beside it",
        "deep, beside it",
    ]
    assert sheet.text.toPlainText() == "a bluegreen cat"
    assert sheet.told.text() == "80% of the words are the same, in the same order"
    cells = [cell.text() for cell in sheet._cells]
    assert cells[:4] == ["", "before", "now", "change"]
    assert "output tokens" in cells
    sheet.other.setCurrentIndex(1)
    sheet._ask()
    bench.qtbot.waitUntil(lambda: "red" in sheet.text.toPlainText(), timeout=3000)
    sheet.dismiss()


def test_a_lone_answer_has_nothing_to_be_compared_with(bench: Bench) -> None:
    for _ in range(2):
        bench.window.do("remove_lane")
    answered(bench, "one")
    bench.window.do("compare")
    assert "nothing to compare with" in said(bench)


# What is pasted


def paste(bench: Bench, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    bench.window.composer.prompt.clear()
    bench.window.composer.prompt.insertFromMimeData(data)


def test_a_pasted_command_becomes_a_lane_and_a_prompt_when_asked(bench: Bench) -> None:
    paste(bench, f"$ {CURL}")
    assert bench.window.composer.prompt.toPlainText().startswith("$ curl"), "text stays text"
    (strip,) = [strip for strip in strips(bench) if "cURL" in strip.text]
    assert strip.action is not None
    strip.action.click()
    assert bench.panes[-1].place.text == "openai/gpt-5"
    assert bench.panes[-1].place.params == {"temperature": 0.2}
    assert bench.window.composer.prompt.toPlainText() == "Now?"
    assert "authorization" in said(bench).lower()
    assert "sk-secret" not in said(bench)
    bench.window.do("undo")
    assert len(bench.panes) == 3
    assert bench.window.composer.prompt.toPlainText().startswith("$ curl")


def test_a_command_that_asks_nothing_is_refused_with_its_reason(bench: Bench) -> None:
    paste(bench, "curl https://example.com")
    (strip,) = [strip for strip in strips(bench) if "cURL" in strip.text]
    assert strip.action is not None
    strip.action.click()
    assert any("without a body" in strip.text for strip in strips(bench))
    paste(bench, "curling is a sport")
    assert not any("can become a lane" in strip.text for strip in strips(bench))


# The history


def test_filters_are_chosen_from_a_menu_and_stand_in_the_search(bench: Bench) -> None:
    assert with_filter("cats vendor:x cost>1", "vendor:openai") == "cats cost>1 vendor:openai "
    assert with_filter("", "cost>0.01") == "cost>0.01 "
    assert with_filter("my-vendor:x", "vendor:y") == "my-vendor:x vendor:y "
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(2, 1)))
    sheet.filter._fill()
    menus = {action.text(): action.menu() for action in sheet.filter._menu.actions()}
    assert list(menus) == ["Vendor", "Model", "Date", "Outcome", "Cost", "Rating"]
    menus["Outcome"].actions()[-1].trigger()
    assert sheet.search.text().startswith("outcome:")
    sheet.dismiss()


def test_a_prompt_of_the_history_is_used_and_that_is_undone(bench: Bench) -> None:
    before = bench.window.composer.prompt.toPlainText()
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(1)))
    sheet._on_use()
    assert bench.window.composer.prompt.toPlainText().startswith("Say {{what}}")
    bench.window.do("undo")
    assert bench.window.composer.prompt.toPlainText() == before


def test_a_hit_whose_lane_was_removed_brings_the_lane_back(bench: Bench) -> None:
    opened(bench)
    bench.window.desk.go_to(0)
    bench.window.do("remove_lane")
    sheet = history(bench)
    bench.engine.history_told.emit(HistoryFound("", None, page(1)))
    bench.qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
    assert len(bench.panes) == 2
    assert bench.panes[-1].body.text() == "One line.\nAnother ✓ line.\n"
    bench.window.do("undo")
    assert len(bench.panes) == 1


def test_a_lane_of_a_run_is_made_of_what_the_run_was_made_with() -> None:
    session = a_session()
    run = session.runs[0]
    assert with_lane_of(session, run) is session
    bare = replace(session, lanes=())
    (lane,) = with_lane_of(bare, run).lanes
    assert lane == Lane(run.lane, LaneSpec(run.spec.model, run.spec.params, run.spec.limits), 0, run.id)
