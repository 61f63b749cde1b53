"""The reasoning: open while it is thought, folded after, as the reader likes from then on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from widgets.markdown.reasoning import ReasoningView
from widgets.theme import DARK, LIGHT, contrast, palette_of


@pytest.fixture
def view(qtbot: QtBot) -> ReasoningView:
    made = ReasoningView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.setPalette(palette_of(LIGHT))
    made.show()
    return made


def head(view: ReasoningView) -> QToolButton:
    found = view.findChild(QToolButton)
    assert found is not None
    return found


def test_it_folds_when_it_is_over(view: ReasoningView) -> None:
    told: list[bool] = []
    view.toggled.connect(told.append)
    view.append("Let me think.")
    assert view.is_open
    view.finish()
    assert not view.is_open
    assert told == [False]
    view.finish()
    assert told == [False]


def test_the_reader_decides_once_and_for_all(view: ReasoningView, qtbot: QtBot) -> None:
    qtbot.mouseClick(head(view), Qt.MouseButton.LeftButton)
    assert not view.is_open
    qtbot.mouseClick(head(view), Qt.MouseButton.LeftButton)
    view.finish()
    assert view.is_open
    view.clear()
    view.finish()
    assert not view.is_open


def test_the_text_is_what_came(view: ReasoningView) -> None:
    pieces = ["<b>no html</b> ", "x" * 1_000, "\n", "y" * 150, "y" * 150, " 😀"]
    for piece in pieces:
        view.append(piece)
    assert view.text() == "".join(pieces)
    view.clear()
    assert view.text() == ""


def test_its_height_keeps_while_text_streams(view: ReasoningView) -> None:
    view.append("one")
    before = view.sizeHint().height()
    view.append("\nand another line" * 50)
    assert view.sizeHint().height() == before


def test_muted_words_can_be_read_in_both_themes(view: ReasoningView) -> None:
    for theme in (LIGHT, DARK):
        view.setPalette(palette_of(theme))
        body = view.findChild(QPlainTextEdit)
        assert body is not None
        palette = body.palette()
        assert palette.text().color().name() == theme.muted
        assert contrast(palette.text().color().name(), palette.base().color().name()) >= 4.5


def test_the_caption_is_plain(view: ReasoningView) -> None:
    view.set_caption("Reasoning · 1,204 tokens & more")
    assert head(view).text().replace("&&", "&") == "Reasoning · 1,204 tokens & more"
    view.set_font_scale(2.0)
    assert view.is_open


def test_a_long_run_is_no_trouble(view: ReasoningView) -> None:
    for _ in range(300):
        view.append("x" * 1_000)
    assert len(view.text()) == 300_000
