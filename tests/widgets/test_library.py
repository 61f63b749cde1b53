"""Variables in the composer and the prompt library: filled in a form, kept under names, nothing lost on the way."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.library.document import NamedPrompt, Version
from app.library.wishes import AskPrompts, ExportPrompts, ImportPrompts, KeepPrompts, PromptsTold, RemovePrompt
from app.session.document import Variable
from tests.widgets.conftest import Bench
from tests.widgets.test_sessions import answered
from widgets.library.sheet import LibrarySheet
from widgets.variable_form import VariableForm
from widgets.variable_row import VariableRow

TONE = Variable("dry", "choice", ("dry", "warm"))


def write(bench: Bench, text: str) -> VariableForm:
    bench.window.composer.prompt.setPlainText(text)
    assert bench.window.composer.form is not None
    return bench.window.composer.form


def fill(row: VariableRow, kind: str, value: str) -> None:
    row.kind.setCurrentIndex(("text", "number", "choice", "file").index(kind))
    row._on_kind(row.kind.currentIndex())
    if kind == "text":
        row.text.setPlainText(value)
    else:
        row.line.setText(value)
        row.line.textEdited.emit(value)


# Variables in the composer


def test_a_prompt_without_variables_has_no_form(bench: Bench) -> None:
    bench.window.composer.prompt.setPlainText('{"a": 1} {{"b"}}')
    assert bench.window.composer.form is None


def test_each_name_gets_a_field_and_what_is_sent_is_filled_in(bench: Bench, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("from a file")
    form = write(bench, "{{what}} {{count}} {{tone}} {{notes}}")
    assert form.names == ("what", "count", "tone", "notes")
    fill(form.rows["what"], "text", "Cats {{count}}")
    fill(form.rows["count"], "number", "3")
    fill(form.rows["notes"], "file", notes.as_uri())
    tone = form.rows["tone"]
    tone._on_kind(2)
    assert tone.choices.isVisible(), "there are no choices yet"
    tone.choices.setPlainText("dry\nwarm\ndry")
    tone._on_choice(1)
    answered(bench, "one", "two", "three")
    assert bench.engine.orders[1].request.messages[-1].text == "Cats {{count}} 3 warm from a file"
    (prompt,) = bench.conductor.home.session.prompts
    assert prompt.draft.text == "{{what}} {{count}} {{tone}} {{notes}}"
    assert prompt.draft.variables["tone"] == Variable("warm", "choice", ("dry", "warm"))
    assert prompt.draft.variables["notes"] == Variable(str(notes), "file")


def test_what_cannot_be_filled_in_is_said_and_shown(bench: Bench) -> None:
    form = write(bench, "{{a}} {{b}}")
    fill(form.rows["a"], "text", "x")
    bench.conductor.send()
    assert bench.window.composer.message == "b is empty: write what stands for {{b}}."
    assert form.rows["b"].text.hasFocus()
    fill(form.rows["b"], "number", "many")
    assert form.rows["b"].said.text() == "b is 'many', which is no number"
    fill(form.rows["b"], "file", "/nowhere/at/all")
    assert form.rows["b"].said.text() == "", "files are read when they are sent"
    bench.conductor.send()
    assert "/nowhere/at/all cannot be read" in bench.window.composer.message
    assert not bench.engine.orders


def test_a_name_that_goes_and_comes_back_keeps_its_value_and_undo_brings_it(bench: Bench) -> None:
    form = write(bench, "{{a}}")
    fill(form.rows["a"], "text", "x")
    write(bench, "{{ab}} {{b}}")
    assert form.names == ("ab", "b")
    assert bench.conductor.home.session.draft.variables.keys() <= {"a"}
    write(bench, "{{b}} {{a}}")
    assert form.names == ("b", "a")
    assert form.rows["a"].variable.value == "x"
    bench.window.do("undo")
    assert form.isHidden(), "typing is one step"
    bench.window.do("redo")
    assert form.rows["a"].variable.value == "x"
    bench.window.do("new_session")
    assert form.isHidden()
    write(bench, "{{a}}")
    assert form.rows["a"].variable == Variable(), "another session's value is not this one's"


def test_an_earlier_turn_is_edited_with_its_own_values(bench: Bench) -> None:
    form = write(bench, "{{a}}")
    fill(form.rows["a"], "text", "first")
    answered(bench, "one", "two", "three")
    fill(form.rows["a"], "text", "second")
    bench.window.do("edit_turn")
    assert form.rows["a"].variable.value == "first"


def test_tab_goes_from_the_prompt_through_the_form(bench: Bench) -> None:
    form = write(bench, "{{a}} {{b}}")
    write(bench, "{{b}} {{c}} {{a}}")
    bench.window.composer.prompt.setFocus()
    gone = []
    for _ in range(7):
        bench.qtbot.keyClick(bench.window.focusWidget(), Qt.Key.Key_Tab)
        gone.append(bench.window.focusWidget())
    fields = [field for name in ("b", "c", "a") for field in (form.rows[name].kind, form.rows[name].text)]
    assert gone[:6] == fields
    assert gone[6] is bench.window.composer._attach


def test_a_template_with_hundreds_of_names_is_no_form(bench: Bench) -> None:
    form = write(bench, " ".join(f"{{{{name{number}}}}}" for number in range(300)))
    assert len(form.rows) == 60
    assert "240 more names" in form._more.text()
    write(bench, "{{a}}")
    assert form.names == ("a",)
    assert form._more.isHidden()


def test_the_length_counts_what_is_filled_in(bench: Bench) -> None:
    form = write(bench, "Say {{a}} {{f}}")
    fill(form.rows["a"], "text", "hello")
    fill(form.rows["f"], "file", "/x")
    assert bench.window.composer.texts == ("", "Say hello {{f}}")


# The library


def a_prompt(id_: str = "a", name: str = "Review", *, rows: tuple[dict[str, str], ...] = ()) -> NamedPrompt:
    old = Version("v1", "2026-11-01T10:00:00.000Z", "Old {{code}}")
    new = Version("v2", "2026-11-02T10:00:00.000Z", "Review {{code}}, {{tone}}", "Brief.", {"tone": TONE})
    return NamedPrompt(id_, name, ("work",), (old, new), rows)


def library(bench: Bench, *prompts: NamedPrompt) -> LibrarySheet:
    bench.window.do("library")
    bench.engine.library_told.emit(PromptsTold(prompts))
    return bench.conductor.library.sheet


def kept(bench: Bench) -> list[NamedPrompt]:
    return [each for wish in bench.engine.library_wishes if isinstance(wish, KeepPrompts) for each in wish.prompts]


def test_a_prompt_is_found_and_used_with_its_variables(bench: Bench) -> None:
    sheet = library(bench, a_prompt(), a_prompt("b", "Translate"))
    assert bench.engine.library_wishes == [AskPrompts()]
    assert [line.lane for line in sheet.list.choices.shown] == ["Review", "Translate"]
    sheet.search.setText("trans")
    assert [line.lane for line in sheet.list.choices.shown] == ["Translate"]
    sheet.search.setText("#nothing")
    assert sheet.said.text() == "No prompt holds all of that."
    sheet.search.setText("")
    before = bench.window.composer.prompt.toPlainText()
    bench.qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
    composer = bench.window.composer
    assert composer.prompt.toPlainText() == "Review {{code}}, {{tone}}"
    assert composer.system.toPlainText() == "Brief."
    assert composer.variables["tone"] == TONE
    assert composer.form is not None
    assert composer.form.rows["code"].text.hasFocus(), "the first that is empty"
    bench.window.do("undo")
    assert composer.prompt.toPlainText() == before
    assert composer.form.isHidden()


def test_what_is_written_is_a_version_and_old_ones_come_back(bench: Bench) -> None:
    sheet = library(bench, a_prompt())
    assert not sheet.keep.isEnabled()
    sheet.panel.text.setPlainText("Review {{code}} well")
    assert sheet.keep.text() == "Keep as version 3"
    sheet.keep.click()
    assert [each.text for each in kept(bench)[-1].versions][-1] == "Review {{code}} well"
    assert not sheet.keep.isEnabled()
    sheet.panel._on_version(2)
    assert sheet.panel.text.toPlainText() == "Old {{code}}"
    sheet.panel.name.setText("Better")
    sheet.panel.tags.setText("work, good")
    sheet.panel.tags.textEdited.emit("")
    sheet.dismiss()
    prompt = kept(bench)[-1]
    assert (prompt.name, prompt.tags, len(prompt.versions)) == ("Better", ("work", "good"), 4), "kept on closing"


def test_what_is_written_survives_going_to_another_prompt(bench: Bench) -> None:
    sheet = library(bench, a_prompt(), a_prompt("b", "Translate"))
    sheet.panel.text.setPlainText("changed")
    sheet.list.setCurrentIndex(sheet.list.choices.index(1))
    assert kept(bench)[-1].id == "a"
    assert kept(bench)[-1].newest.text == "changed"
    assert sheet.panel.prompt is not None
    assert sheet.panel.prompt.id == "b"
    bench.engine.library_told.emit(PromptsTold((kept(bench)[0], a_prompt("b", "Translate"))))
    sheet.dismiss()
    assert len(kept(bench)) == 1, "what is on the disk is not written again"


def test_a_prompt_that_is_deleted_comes_back_until_the_library_is_closed(bench: Bench) -> None:
    sheet = library(bench, a_prompt(), a_prompt("b", "Translate"))
    sheet.delete.click()
    assert bench.engine.library_wishes[-1] == RemovePrompt("a")
    bench.engine.library_told.emit(PromptsTold((a_prompt("b", "Translate"),)))
    assert sheet.undo.isVisible()
    sheet.undo.click()
    assert kept(bench) == [a_prompt()]
    assert sheet.panel.prompt == a_prompt()
    sheet.delete.click()
    sheet.dismiss()
    assert sheet.undo.isHidden()


def test_the_draft_is_kept_under_a_name(bench: Bench) -> None:
    bench.window.composer.prompt.setPlainText("   ")
    bench.window.do("keep_prompt")
    assert "nothing to keep" in bench.window.composer.message
    form = write(bench, "Say {{what}}\nslowly")
    fill(form.rows["what"], "text", "hello")
    bench.window.do("keep_prompt")
    sheet = bench.conductor.library.sheet
    bench.engine.library_told.emit(PromptsTold((a_prompt(),)))  # asked before it was kept
    bench.engine.library_told.emit(PromptsTold((a_prompt(), *kept(bench))))
    assert sheet.panel.name.text() == "Say {{what}}"
    assert kept(bench)[-1].newest.variables == {"what": Variable("hello")}
    sheet.dismiss()


def test_rows_are_pasted_kept_and_used(bench: Bench, tmp_path: Path) -> None:
    sheet = library(bench, a_prompt(rows=({"code": "x", "gone": "y"},)))
    rows = sheet.panel.rows
    assert sheet.panel.tabs.tabText(1) == "Rows (1)"
    QGuiApplication.clipboard().setText("code\ttone\nz\twarm\n")
    rows.paste.click()
    table = tmp_path / "rows.csv"
    table.write_text("1,2,3\n")
    rows.read_file(str(table))
    assert "more columns" in rows.said.text()
    rows.read_file(str(tmp_path / "gone.csv"))
    assert "cannot be read" in rows.said.text()
    rows.add.click()
    sheet.keep.click()
    assert kept(bench)[-1].rows == ({"code": "x", "gone": "y"}, {"code": "z", "tone": "warm"}), "no empty row"
    rows.table.selectRow(1)
    rows.use.click()
    assert bench.window.composer.variables == {
        "code": Variable("z"),
        "tone": Variable("warm", "choice", ("dry", "warm")),
    }


def test_files_come_and_go(bench: Bench) -> None:
    sheet = library(bench, a_prompt(), a_prompt("b", "Translate"))
    sheet.import_files(["/x/a.json", "/x/b.md"])
    assert bench.engine.library_wishes[-1] == ImportPrompts(("/x/a.json", "/x/b.md"))
    told = PromptsTold((a_prompt(), a_prompt("b", "Translate")), "b.md is empty.", False, "b")
    bench.engine.library_told.emit(told)
    assert sheet.said.text() == "b.md is empty."
    assert sheet.panel.prompt is not None
    assert sheet.panel.prompt.id == "b", "what has come is shown"
    sheet.search.setText("review")
    sheet.export_to("/x/out.json")
    assert bench.engine.library_wishes[-1] == ExportPrompts("/x/out.json", ("a", "b"))
    sheet.dismiss()


def test_trouble_is_told_also_when_the_library_is_closed(bench: Bench) -> None:
    bench.engine.library_told.emit(PromptsTold((), "The library cannot be written: no space.", False))
    bench.qtbot.wait(1)
    from tests.widgets.test_sessions import strips

    assert any("no space" in strip.text for strip in strips(bench))


@pytest.mark.parametrize("name", ["x" * 200, "<b>bold</b>", "a\nb", "日本語のプロンプト"])
def test_any_name_is_shown_as_text(bench: Bench, name: str) -> None:
    sheet = library(bench, a_prompt("a", name), a_prompt("b", name))
    assert len(sheet.list.choices.shown) == 2
    sheet.list.setCurrentIndex(sheet.list.choices.index(1))
    assert sheet.panel.prompt is not None
    assert sheet.panel.prompt.id == "b"
    sheet.dismiss()


def test_ctrl_z_in_the_prompt_takes_back_what_was_used(bench: Bench) -> None:
    composer, keys = bench.window.composer, bench.qtbot.keyClick
    control = Qt.KeyboardModifier.ControlModifier
    bench.window.activateWindow()
    bench.qtbot.waitActive(bench.window)
    before = composer.prompt.toPlainText()
    bench.conductor.library._on_used("a", Version("v1", "2026-11-27T10:00:00Z", "From the library", "Be brief."))
    assert composer.prompt.hasFocus()
    keys(composer.prompt, Qt.Key.Key_Z, control)
    assert (composer.prompt.toPlainText(), composer.system.toPlainText()) == (before, "")
    keys(composer.prompt, Qt.Key.Key_Y, control)
    assert composer.prompt.toPlainText() == "From the library"
    keys(composer.prompt, Qt.Key.Key_Z, control)
    keys(composer.prompt, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert (composer.prompt.toPlainText(), composer.system.toPlainText()) == ("From the library", "Be brief.")
    composer.system.setFocus()
    keys(composer.system, Qt.Key.Key_Z, control)
    assert (composer.prompt.toPlainText(), composer.system.toPlainText()) == (before, "")


def test_ctrl_z_takes_back_what_was_typed_first(bench: Bench) -> None:
    composer, keys = bench.window.composer, bench.qtbot.keyClick
    bench.window.activateWindow()
    bench.qtbot.waitActive(bench.window)
    before = composer.prompt.toPlainText()
    bench.conductor.library._on_used("a", Version("v1", "2026-11-27T10:00:00Z", "Used"))
    bench.qtbot.keyClicks(composer.prompt, " and more")
    keys(composer.prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert composer.prompt.toPlainText() == "Used", "by the editor itself"
    keys(composer.prompt, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert composer.prompt.toPlainText() == "Used and more"
    for _ in range(4):
        keys(composer.prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert composer.prompt.toPlainText() == before, "and then by the session"


def test_ctrl_z_in_an_empty_field_takes_back_the_prompt_that_asks_for_it(bench: Bench) -> None:
    composer = bench.window.composer
    bench.window.activateWindow()
    bench.qtbot.waitActive(bench.window)
    before = composer.prompt.toPlainText()
    bench.conductor.library._on_used("a", Version("v1", "2026-11-27T10:00:00Z", "About {{topic}}"))
    assert composer.form is not None
    field = composer.form.rows["topic"].text
    assert field.hasFocus()
    bench.qtbot.keyClicks(field, "cats")
    bench.qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (field.toPlainText(), composer.prompt.toPlainText()) == ("", "About {{topic}}"), "by the field itself"
    for _ in range(3):
        if composer.form.names:
            bench.qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert composer.prompt.toPlainText() == before
