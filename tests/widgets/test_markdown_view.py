"""The view of an answer: what it shows, follows, copies and survives while text streams in."""

import random
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.markdown_samples import SAMPLES
from widgets.markdown.page import COPY
from widgets.markdown.view import AnswerView
from widgets.theme import DARK, LIGHT, palette_of

LONG = "\n\n".join(f"Paragraph {n} with some words in it." for n in range(200))


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[AnswerView]:
    made = AnswerView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.setPalette(palette_of(LIGHT))
    made.show()
    qtbot.waitExposed(made)
    yield made
    for menu in made.findChildren(QMenu):
        menu.close()


def fed(view: AnswerView, text: str, *, step: int = 7) -> AnswerView:
    for at in range(0, len(text), step):
        view.append(text[at : at + step])
    view.finish()
    return view


def shown(view: AnswerView) -> str:
    return view.toPlainText().replace("\u200b", "")


def select(view: AnswerView, words: str) -> None:
    found = view.document().find(words)
    assert not found.isNull(), words
    view.setTextCursor(found)


@pytest.mark.parametrize("source", SAMPLES)
def test_pieces_read_like_the_whole(view: AnswerView, source: str) -> None:
    whole = shown(fed(view, source, step=len(source)))
    for step in (1, 3, 16):
        view.clear()
        assert shown(fed(view, source, step=step)) == whole


def test_all_samples_in_random_pieces(view: AnswerView) -> None:
    source = "\n\n".join(SAMPLES)
    whole = shown(fed(view, source, step=len(source)))
    view.clear()
    luck = random.Random(7)
    at = 0
    while at < len(source):
        size = luck.choice((1, 2, 5, 40))
        view.append(source[at : at + size])
        QApplication.sendPostedEvents()
        at += size
    view.finish()
    assert shown(view) == whole
    assert view.text() == source


def test_a_selection_in_finished_text_survives(view: AnswerView) -> None:
    view.append("The first paragraph.\n\nThe second")
    select(view, "first paragraph")
    view.append(" goes **on**.\n\n- and on\n")
    view.finish()
    assert view.textCursor().selectedText() == "first paragraph"
    assert "and on" in shown(view)


def test_a_selection_in_the_open_block_holds_writing_and_loses_nothing(view: AnswerView, qtbot: QtBot) -> None:
    view.append("It is an *open* paragraph")
    select(view, "open paragraph")
    view.append(" with **more** to come")
    assert "more" not in shown(view)
    assert view.textCursor().selectedText() == "open paragraph"
    view.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.waitUntil(lambda: "with more to come" in shown(view))


def test_the_end_writes_all_and_keeps_the_selection(view: AnswerView) -> None:
    view.append("It is an *open* paragraph")
    select(view, "open paragraph")
    view.append(" with **more** to come")
    view.finish()
    assert shown(view) == "It is an open paragraph with more to come"
    assert view.textCursor().selectedText() == "open paragraph"


# Following


def test_it_follows_its_end(view: AnswerView, qtbot: QtBot) -> None:
    fed(view, LONG, step=500)
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    assert view.is_following


def test_scrolled_up_it_stays_and_offers_to_follow(view: AnswerView, qtbot: QtBot) -> None:
    told: list[bool] = []
    view.following_changed.connect(told.append)
    view.append(LONG)
    button = view.findChild(QToolButton)
    assert button is not None
    assert not button.isVisible()
    view.verticalScrollBar().setValue(100)
    assert (view.is_following, told, button.isVisible()) == (False, [False], True)
    view.append("\n\n" + LONG)
    assert view.verticalScrollBar().value() == 100
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    assert (view.is_following, told, button.isVisible()) == (True, [False, True], False)


def test_the_end_key_follows_again(view: AnswerView, qtbot: QtBot) -> None:
    fed(view, LONG, step=1000)
    view.verticalScrollBar().setValue(0)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.is_following
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_another_theme_leaves_the_reader_where_they_were(view: AnswerView) -> None:
    fed(view, LONG, step=1000)
    view.verticalScrollBar().setValue(300)
    view.setPalette(palette_of(DARK))
    assert not view.is_following
    assert abs(view.verticalScrollBar().value() - 300) < 20


# The whole of it


def test_cleared_it_starts_again(view: AnswerView) -> None:
    fed(view, "# One\n\n```\ncode\n```\n")
    view.verticalScrollBar().setValue(0)
    view.clear()
    assert (view.text(), shown(view), view.is_following) == ("", "", True)
    assert shown(fed(view, "Another *answer*.")) == "Another answer."


def test_what_is_too_long_for_one_turn_follows(view: AnswerView, qtbot: QtBot) -> None:
    words = "words and words and more words\n\n" * 5_000
    view.append(words)
    assert len(shown(view)) < len(words) // 2
    view.finish()
    qtbot.waitUntil(lambda: shown(view).count("more") == 5_000, timeout=20_000)
    assert view.text() == words


@pytest.mark.parametrize("source", SAMPLES)
def test_another_look_has_the_same_words(view: AnswerView, source: str) -> None:
    before = shown(fed(view, source))
    view.setPalette(palette_of(DARK))
    assert shown(view) == before
    view.set_font_scale(1.5)
    assert shown(view) == before


def test_themes_and_scale_reach_the_text(view: AnswerView) -> None:
    fed(view, "Words")
    form = QTextCursor(view.document()).charFormat
    view.setPalette(palette_of(DARK))
    view.moveCursor(QTextCursor.MoveOperation.End)
    assert view.textCursor().charFormat().foreground().color().name() == DARK.text
    before = view.textCursor().charFormat().font().pixelSize()
    view.set_font_scale(2.0)
    view.moveCursor(QTextCursor.MoveOperation.End)
    assert view.textCursor().charFormat().font().pixelSize() == 2 * before
    assert form is not None


def test_search_counts_steps_and_ends(view: AnswerView) -> None:
    fed(view, "One two one.\n\n- ONE\n\n```\none\n```\n")
    assert view.search("one") == 4
    assert len(view.extraSelections()) == 4
    view.step(1)
    first = view.textCursor().position()
    view.step(1)
    assert view.textCursor().position() > first
    view.step(-1)
    assert view.textCursor().position() == first
    view.clear_search()
    assert view.extraSelections() == []
    assert view.search("nowhere") == 0
    assert view.search("") == 0


# Copying


CODES = (
    "plain = 1",
    "s = '😀😀'  # 漢字\nx = 'a'",
    "long = '" + "x" * 1_000 + "'\nnext = 2  # " + "y" * 450,
    "\tindented\n\n    spaces  \n",
    "e\u0301 = 'zero\u200bwidth'",
)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("step", [1, 7, 5_000])
def test_copy_gives_the_source_of_the_code(view: AnswerView, qtbot: QtBot, code: str, step: int) -> None:
    fed(view, f"```python\n{code}\n```\n", step=step)
    view.anchorClicked.emit(QUrl(COPY + "0"))
    assert QGuiApplication.clipboard().text() == code


@pytest.mark.parametrize("step", [1, 7, 5_000])
def test_colours_stand_where_the_words_are(view: AnswerView, step: int) -> None:
    code = "a = '😀😀'; b = '" + "x" * 450 + "'; value = 1\nreturn c"
    fed(view, f"```python\n{code}\n```\n", step=step)
    found = view.document().find("return", 0, QTextDocument.FindFlag.FindWholeWords)
    assert found.charFormat().foreground().color().name() == LIGHT.code_keyword
    found = view.document().find("value")
    assert found.charFormat().foreground().color().name() == LIGHT.code_text


def test_a_selection_copies_words_without_breaks(view: AnswerView) -> None:
    run = "x" * 1_000
    fed(view, f"{run}\n\n```\n{run}\n```\n", step=11)
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == f"{run}\n{run}"


def test_a_selection_copies_lists_tables_and_no_titles(view: AnswerView) -> None:
    fed(view, "- a\n  1. b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```python\ncode 😀\n```\nend")
    view.selectAll()
    lines = [line for line in view.createMimeDataFromSelection().text().split("\n") if line]
    assert lines == ["- a", "  1. b", "x\ty", "1\t2", "code 😀", "end"]


def test_part_of_a_line_with_emoji_copies(view: AnswerView) -> None:
    fed(view, "one 😀 two 😀 three")
    select(view, "😀 two 😀")
    assert view.createMimeDataFromSelection().text() == "😀 two 😀"


def test_the_menu_copies(view: AnswerView, qtbot: QtBot) -> None:
    source = "Look:\n\n```\none\n```\n\n```\ntwo\n```\n"
    fed(view, source)
    view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = view.make_menu(QPoint(5, 5))
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy last code block"].trigger()
    assert QGuiApplication.clipboard().text() == "two"
    actions["Copy answer as Markdown"].trigger()
    assert QGuiApplication.clipboard().text() == source


# Hostile text


def test_html_is_text(view: AnswerView) -> None:
    source = '<script>alert(1)</script>\n\nand <b onclick="x">bold</b> <img src="http://x/y.png">'
    assert shown(fed(view, source)) == source.replace("\n\n", "\n")


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x", "//host/share", "/etc/passwd", "#a",
     "smb://host/x", "copy-code:0", "http://", "mailto:a@b.c"],
)  # fmt: skip
def test_only_the_web_is_a_link(view: AnswerView, target: str) -> None:
    fed(view, f"[words]({target}) and <{target}>")
    assert anchors(view) == []


def anchors(view: AnswerView) -> list[str]:
    found = []
    block = view.document().begin()
    while block.isValid():
        found += [r.format.anchorHref() for r in block.textFormats() if r.format.isAnchor()]
        block = block.next()
    return found


def test_a_link_asks_when_it_is_clicked_and_not_before(view: AnswerView, qtbot: QtBot) -> None:
    asked: list[str] = []
    view.link_requested.connect(asked.append)
    fed(view, "[words](http://example.org/a?b=c)")
    assert anchors(view) == ["http://example.org/a?b=c"]
    assert asked == []
    find = view.document().find("words")
    find.setPosition(find.selectionStart() + 2)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(find).center())
    assert asked == ["http://example.org/a?b=c"]
    assert shown(view) == "words"


def test_other_addresses_ask_for_nothing(view: AnswerView) -> None:
    asked: list[str] = []
    view.link_requested.connect(asked.append)
    for target in ("javascript:alert(1)", "file:///etc/passwd", "copy-code:99", "copy-code:x", "http://"):
        view.anchorClicked.emit(QUrl(target))
    assert asked == []


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 100])
def test_nothing_is_loaded(view: AnswerView, kind: int) -> None:
    for name in ("http://x/y.png", "file:///etc/hostname", "/etc/hostname", "y.css", "qrc:/x"):
        given = view.loadResource(kind, QUrl(name))
        assert isinstance(given, QImage)
        assert (given.width(), given.height()) == (1, 1)


HOSTILE: dict[str, Callable[[], str]] = {
    "quotes": lambda: ">" * 100_000,
    "deep quotes": lambda: "> " * 300 + "the end",
    "images": lambda: "![" * 50_000,
    "brackets": lambda: "[" * 50_000,
    "table": lambda: "|a" * 200 + "|\n" + "|-" * 200 + "|\n" + ("|b" * 200 + "|\n") * 500,
    "no space": lambda: "x" * 300_000,
    "no space in code": lambda: "```\n" + "x" * 300_000,
    "a megabyte": lambda: "word " * 200_000,
    "deep list": lambda: "".join("  " * n + "- item\n" for n in range(300)),
    "list in a line": lambda: "- " * 5_000,
    "backticks": lambda: "".join("`" * (n % 300 + 1) + "a" for n in range(1_000)),
    "emphasis": lambda: "*a **b " * 10_000,
    "surrogates": lambda: "a\ud800b\x00c\udfff\u2028\n\n```\n\ud83d\x00\n```\n" * 300,
    "fences": lambda: "```\n" * 3_000,
    "directions": lambda: "\u202e\u2066abc" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown(view: AnswerView, qtbot: QtBot, name: str) -> None:
    text = HOSTILE[name]()
    fed(view, text, step=len(text) // 40 + 1)
    qtbot.waitUntil(lambda: not view.is_behind, timeout=30_000)
    view.selectAll()
    assert view.createMimeDataFromSelection().hasText()
    letters = [sign for sign in "abcx" if sign in text]
    assert sum(shown(view).count(sign) for sign in letters) >= sum(text.count(sign) for sign in letters)


@pytest.mark.parametrize(
    "source",
    [
        "[a label that is long enough](https://example.org/some/path/that/goes/on/and/on/for/more/than/80/signs) end",
        "fish &amp; chips &#33; done",
        "a \\. b \\, c",
        "*a* b **c** d `e` f",
        "words  and   spaces ",
        "text\n1 is no list\n2. neither",
    ],
)
def test_plain_looking_endings_still_count(view: AnswerView, source: str) -> None:
    whole = shown(fed(view, source, step=len(source)))
    view.clear()
    assert shown(fed(view, source, step=1)) == whole


def test_a_table_too_wide_for_the_pane_scrolls_sideways(view: AnswerView, qtbot: QtBot) -> None:
    row = "|" + "|".join(["elephants"] * 12) + "|\n"
    fed(view, row + "|---" * 12 + "|\n" + row)
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() > 0)


def test_a_table_that_fits_does_not(view: AnswerView) -> None:
    fed(
        view,
        "| a few | words that may well be wrapped when the pane is narrow, as they should |\n|---|---|\n| 1 | 2 |\n",
    )
    assert view.horizontalScrollBar().maximum() == 0


def test_quotes_and_rules_are_drawn(view: AnswerView) -> None:
    def inked() -> int:
        image = view.viewport().grab().toImage()
        line = [image.pixelColor(16, y).name() for y in range(image.height())]
        return line.count(LIGHT.hairline)

    fed(view, "words")
    assert inked() == 0
    view.clear()
    fed(view, "> quoted\n> words")
    bar = inked()
    assert bar > 10
    view.clear()
    fed(view, "a\n\n---\n\n*b* and **c** and `d`\n\n- e", step=1)
    assert 1 <= inked() <= 2
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == "a\n---\nb and c and d\n- e"


@pytest.mark.parametrize("before", ["| a |\n|---|\n| b |\n\n", "```\ncode\n```\n\n", "", "text\n\n"])
def test_a_list_that_grows_leaves_no_empty_item_where_it_began(qtbot: QtBot, before: str) -> None:
    view = AnswerView()
    qtbot.addWidget(view)
    view.append(before)
    for piece in ("1", ".", " one", " *two*", "\n2", ". three"):
        view.append(piece)
        qtbot.wait(10)
    view.finish()

    block, items = view.document().begin(), []
    while block.isValid():
        if block.textList() is not None:
            items.append(block.text())
        block = block.next()
    assert items == ["one two", "three"]
