"""However an answer is cut on its way, the same blocks come out, and together they read like the whole."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from tests.widgets.markdown_samples import SAMPLES
from widgets.markdown.blocks import Block, Blocks
from widgets.markdown.style import Style
from widgets.markdown.writer import Writer
from widgets.theme import LIGHT

LINES = st.sampled_from([
    "word", "two words", "  indented", "    deep", "\ttab", "", "", " ", "# head", "###### six", "#none", "---", "***",
    "===", "- item", "-", "- [ ] task", "  - inner", "1. one", "2) two", "10. ten", "> quote", "> > deeper", ">",
    "```", "````", "```py", "~~~", "~~~~ sh", "  ```", "   ~~~", "- ```", "  ``` py", "> ```", "``", "`", "| a | b |",
    "|---|:-:|", "| 1 | 2", "a | b", "--|--", "[x]: http://e.org", "<div>", "</div>", "\\", "*em", "**bold**", "`code`",
    "😀", "* * *",
])  # fmt: skip
ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
DOCUMENTS = st.lists(st.tuples(LINES, ENDS), max_size=14).map(lambda pairs: "".join(a + b for a, b in pairs))
NOISE = st.text(alphabet="`~>-*+#|:=[]()<>!_ \t\n\r1.ab\\", max_size=80)
TEXTS = st.one_of(DOCUMENTS, NOISE, st.text(max_size=40))


def cut(text: str, at: list[int]) -> list[str]:
    places = sorted({min(n, len(text)) for n in at})
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def blocks_of(pieces: list[str]) -> list[Block]:
    blocks = Blocks()
    done = [block for piece in pieces for block in blocks.feed(piece)]
    return done + blocks.end()


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 200), max_size=12))
@example("a\r\n\r\nb", [2])
@example("a\r", [2])
@example("````\n```\nx\n````\n", [2, 5, 7, 10])
@example("- a\n  ```\n\n  x\n  ```\n\nb", [6, 7, 8])
def test_any_cutting_gives_the_same_blocks(text: str, at: list[int]) -> None:
    assert blocks_of(cut(text, at)) == blocks_of([text])


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_sign_by_sign_gives_the_same_blocks(text: str) -> None:
    assert blocks_of(list(text)) == blocks_of([text])


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_word_is_lost(text: str) -> None:
    """Every sign but white space and fences is in some block, in order."""
    kept = "".join(block.info + block.text for block in blocks_of([text]))
    marks = "`~"
    assert [c for c in kept if not c.isspace() and c not in marks] == [
        c for c in text if not c.isspace() and c not in marks
    ]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 200), max_size=6))
def test_the_open_block_and_the_finished_ones_hold_all_that_came(text: str, at: list[int]) -> None:
    blocks = Blocks()
    done: list[Block] = []
    for piece in cut(text, at):
        done += blocks.feed(piece)
    shown = "".join(block.info + block.text for block in [*done, *([blocks.open] if blocks.open else [])])
    marks = "`~"
    assert [c for c in shown if not c.isspace() and c not in marks] == [
        c for c in text if not c.isspace() and c not in marks
    ]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("a\nb\n\nc", ["text", "text"]),
        ("# a\ntext", ["heading", "text"]),
        ("a\n===\nb", ["text"]),
        ("a\n---\nb", ["text"]),
        ("a\n\n---\nb", ["text", "rule", "text"]),
        ("a\n***\nb", ["text", "rule", "text"]),
        ("- a\nlazy\n\nnot lazy", ["list", "text"]),
        ("- a\n\n  more\n- b\n\nout", ["list", "text"]),
        ("- a\n# head", ["list", "heading"]),
        ("- a\n- - -\n", ["list", "rule"]),
        ("- a\n1. b\n", ["list"]),
        ("- a\n* b\n", ["list"]),
        ("1. a\n2) b\n", ["list"]),
        ("> a\nlazy\n\nout", ["quote", "text"]),
        ("> a\n\n> b", ["quote", "quote"]),
        ("text\n> quote", ["text", "quote"]),
        ("text\n1. one", ["text", "list"]),
        ("text\n2. no list", ["text"]),
        ("text\n-\n", ["text"]),
        ("```py\nx\n```\nafter", ["code", "text"]),
        ("````\n```\n````\n", ["code"]),
        ("```\n~~~\n```\n", ["code"]),
        ("```\nnever closed", ["code"]),
        ("~~~ a`b\nx\n~~~", ["code"]),
        ("``` a`b\nx", ["text"]),
        ("- a\n  ```\n\n  x\n  ```\n- b\n", ["list"]),
        ("| a |\n|---|\n| 1 |\n\nafter", ["text", "text"]),
        ("    four\n\n    more\n\nout", ["code", "text"]),
        ("    four\n    more\nout", ["code", "text"]),
        ("text\n    no code", ["text"]),
    ],
)
def test_kinds(source: str, kinds: list[str]) -> None:
    assert [block.kind for block in blocks_of([source])] == kinds


def test_code_is_the_text_between_the_fences() -> None:
    source = "  ```python title=x\n  a = 1\n\n      b\n c\n  ```\n"
    assert blocks_of([source]) == [Block("code", "a = 1\n\n    b\nc", "python title=x")]


def test_a_fence_that_may_be_closing_is_not_shown() -> None:
    blocks = Blocks()
    blocks.feed("```\nx\n``")
    assert blocks.open == Block("code", "x")
    blocks.feed("y")
    assert blocks.open == Block("code", "x\n``y")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab -|>`\n", max_size=200), st.lists(st.integers(0, 200), max_size=12))
def test_what_is_too_long_is_cut_at_the_same_places(text: str, at: list[int]) -> None:
    def limited(pieces: list[str]) -> list[Block]:
        blocks = Blocks(longest=16)
        done = [block for piece in pieces for block in blocks.feed(piece)]
        return done + blocks.end()

    made = limited(cut(text, at))
    assert made == limited([text])
    assert all(len(block.text) <= 16 * 6 for block in made if block.kind != "code")


def test_no_block_outgrows_what_can_be_written_at_once() -> None:
    long_line = blocks_of(["word " * 10_000])
    assert len(long_line) > 5
    assert "".join(block.text for block in long_line).split() == ["word"] * 10_000
    assert len(blocks_of(["word\n" * 10_000])) > 5
    assert len(blocks_of(["- item\n" * 10_000])) > 5
    assert len(blocks_of(["x" * 50_000])) > 5
    assert len(blocks_of(["```\n" + "word " * 10_000])) == 1


def text_of(blocks: list[Block]) -> str:
    document = QTextDocument()
    for n, block in enumerate(blocks):
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        Writer(cursor, STYLE(), fresh=[_no, _yes][n == 0]).write(_as_markdown(block))
    return "\n".join(line for line in document.toPlainText().split("\n") if line.strip())


def STYLE() -> Style:
    from PySide6.QtGui import QFont

    return Style(LIGHT, QFont())


def _yes() -> bool:
    return True


def _no() -> bool:
    return False


def _as_markdown(block: Block) -> Block:
    """The writer knows no fenced blocks, which are frames; here they stand for themselves."""
    if block.kind != "code":
        return block
    fence = "`" * 80
    return Block("text", f"{fence}\n{block.text}\n{fence}")


@pytest.mark.parametrize("source", SAMPLES)
def test_block_by_block_reads_like_the_whole(source: str, qapp: object) -> None:
    assert text_of(blocks_of(list(source))) == text_of([Block("text", source)])
