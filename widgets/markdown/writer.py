"""Blocks of Markdown written into a text document: parsed by markdown-it, shaped by us.

What a model says is hostile text. HTML is text here, an image is a placeholder, and only addresses of the web become
links, which open nowhere by themselves.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableCell,
    QTextTableFormat,
)

from widgets.links import real_host
from widgets.markdown.blocks import Block
from widgets.markdown.style import QUOTES, QUOTES_AT, Style

RUN_LENGTH = 200
RUN = re.compile(rf"\S{{{RUN_LENGTH}}}")
BREAK = "\u200b"
"""Between pieces of a run without spaces: wrapping 300,000 signs in one piece takes seconds."""
MAX_DEPTH = 8
MAX_NESTING = 24
LONGEST_WORD = 16
"""Signs of a word that a narrow table keeps together."""
MAX_MARKS = 400
_TOO_DEEP = re.compile(r"^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t])){12}", re.MULTILINE)
MAX_CELLS = 1_000
"""A larger table is written as it came: laying out each cell costs a tenth of a millisecond."""
LIST_STYLES = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)

Row = list[tuple[str, Any]]
"""Of each cell: how it is aligned, and the token of its text."""
ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


@cache
def parser() -> Any:
    """markdown-it, imported when the first block is written and not while the window starts."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])


def breakable(text: str) -> str:
    """`text` with places to break in runs without spaces."""
    return Breaks().put(text)


class Breaks:
    """Puts places to break into runs without spaces, the same however a text is cut into pieces."""

    def __init__(self) -> None:
        self._run = 0

    def put(self, piece: str) -> str:
        if self._run + len(piece) < RUN_LENGTH:
            end = _last_run(piece)
            self._run = self._run + end if end == len(piece) else end
            return piece
        before = self._run
        whole = RUN.sub(_and_break, "x" * before + piece)
        self._run = _last_run(whole.rpartition(BREAK)[2])
        return whole[before:]


def _last_run(text: str) -> int:
    """How many signs stand behind the last space."""
    return len(text.rsplit(None, 1)[-1]) if text and not text[-1].isspace() else 0


def _and_break(run: re.Match[str]) -> str:
    return run.group() + BREAK


class Writer:
    """Writes blocks at a cursor, which stands at the end of what is written so far."""

    def __init__(self, cursor: QTextCursor, style: Style, *, fresh: Callable[[], bool]) -> None:
        self._cursor = cursor
        self._style = style
        self._fresh = fresh
        """Whether the cursor stands in a paragraph that holds nothing yet, to be used as it is."""
        self._used = False
        self._quotes = 0
        self._quotes_at = 0

    def write(self, block: Block) -> None:
        """A block that is no fenced code."""
        tokens = [] if _is_costly(block.text) else parser().parse(block.text)
        if not tokens or any(token.level >= MAX_NESTING - 2 for token in tokens):
            self._as_it_came(block.text)  # the parser leaves out what lies deeper
            return
        self._tokens(tokens, 0, len(tokens), depth=0)

    # Blocks

    def _tokens(self, tokens: Sequence[Any], at: int, end: int, *, depth: int) -> None:
        while at < end:
            token = tokens[at]
            close = _matching(tokens, at) if token.nesting == 1 else at
            match token.type:
                case "paragraph_open":
                    self._paragraph(tokens[at + 1], self._style.paragraph(), self._style.body())
                case "heading_open":
                    level = int(token.tag[1])
                    space = self._style.paragraph(before=14 if level < 3 else 8, after=6)
                    self._paragraph(tokens[at + 1], space, self._style.heading(level))
                case "bullet_list_open" | "ordered_list_open":
                    self._list(tokens, at, close, depth=depth)
                case "blockquote_open":
                    self._quote(tokens, at + 1, close, depth=depth)
                case "table_open":
                    self._table(tokens[at + 1 : close])
                case "fence" | "code_block":
                    self._code(token.content.rstrip("\n"), self._style.paragraph(indent=depth))
                case "hr":
                    self._rule()
            at = close + 1

    def _as_it_came(self, source: str) -> None:
        self._start(self._style.paragraph(), self._style.body())
        self._cursor.insertText(breakable(source).replace("\n", "\u2028"), self._style.body())

    def _start(self, space: QTextBlockFormat, text: QTextCharFormat) -> None:
        """A new paragraph, or the one that stands empty."""
        if self._quotes:
            space.setProperty(QUOTES, self._quotes)
            space.setProperty(QUOTES_AT, self._quotes_at)
        if not self._used and self._fresh():
            self._cursor.setBlockFormat(space)
            self._cursor.setBlockCharFormat(text)
        else:
            self._cursor.insertBlock(space, text)
        self._used = True

    def _paragraph(self, inline: Any, space: QTextBlockFormat, text: QTextCharFormat) -> None:
        self._start(space, text)
        self.inline(inline.children or (), text)

    def _list(self, tokens: Sequence[Any], at: int, close: int, *, depth: int) -> None:
        shape = QTextListFormat()
        shape.setIndent(min(depth, MAX_DEPTH) + 1)
        if tokens[at].type == "ordered_list_open":
            shape.setStyle(QTextListFormat.Style.ListDecimal)
            shape.setStart(min(int(tokens[at].attrGet("start") or 1), 999_999))
        else:
            shape.setStyle(LIST_STYLES[depth % 3])
        made = None
        item = at + 1
        while item < close:
            end = _matching(tokens, item)
            inner = item + 1
            text = tokens[inner + 1].children or () if inner < end and tokens[inner].type == "paragraph_open" else ()
            if box := _box(text):
                self._start(self._style.task(min(depth, MAX_DEPTH) + 1, box), self._style.body())
            else:
                self._start(self._style.paragraph(after=4), self._style.body())
                made = self._listed(made, shape)
            if text:
                self._cursor.insertText(box, self._style.body())
                self.inline(text, self._style.body())
                inner += 3
            self._item_rest(tokens, inner, end, depth=depth)
            item = end + 1
        if depth == 0:
            last = QTextBlockFormat()
            last.setBottomMargin(self._style.paragraph().bottomMargin())
            self._cursor.mergeBlockFormat(last)

    def _listed(self, made: QTextList | None, shape: QTextListFormat) -> QTextList:
        """Makes the paragraph an item of the list, which the first item makes."""
        if made is None:
            return self._cursor.createList(shape)
        made.add(self._cursor.block())
        return made

    def _item_rest(self, tokens: Sequence[Any], at: int, end: int, *, depth: int) -> None:
        """What else an item holds: lists inside it, further paragraphs, code."""
        while at < end:
            close = _matching(tokens, at) if tokens[at].nesting == 1 else at
            if tokens[at].type == "paragraph_open":
                self._start(self._style.paragraph(after=4, indent=depth + 1), self._style.body())
                self.inline(tokens[at + 1].children or (), self._style.body())
            elif tokens[at].type in ("fence", "code_block"):
                self._code(tokens[at].content.rstrip("\n"), self._style.paragraph(after=4, indent=depth + 1))
            else:
                self._tokens(tokens, at, close + 1, depth=depth + 1)
            at = close + 1

    def _quote(self, tokens: Sequence[Any], at: int, end: int, *, depth: int) -> None:
        text = self._style.quoted()
        if not self._quotes:
            self._quotes_at = min(depth, MAX_DEPTH)
        self._quotes += 1
        while at < end:
            close = _matching(tokens, at) if tokens[at].nesting == 1 else at
            if tokens[at].type == "paragraph_open":
                self._paragraph(tokens[at + 1], self._style.paragraph(indent=min(depth, MAX_DEPTH) + 1), text)
            elif tokens[at].type == "blockquote_open":
                self._quote(tokens, at + 1, close, depth=depth + 1)
            else:
                self._tokens(tokens, at, close + 1, depth=depth + 1)
            at = close + 1
        self._quotes -= 1

    def _code(self, code: str, space: QTextBlockFormat) -> None:
        """Code inside another block; a fence of its own is a frame, and not written here."""
        text = self._style.inline_code()
        self._start(space, text)
        self._cursor.insertText(breakable(code).replace("\n", "\u2028"), text)

    def _rule(self) -> None:
        self._start(self._style.rule(), self._style.muted())
        self._cursor.insertText(BREAK, self._style.muted())  # an empty paragraph takes over the next one's format

    def _table(self, tokens: Sequence[Any]) -> None:
        rows = _rows(tokens)
        columns = max((len(row) for row in rows), default=0)
        if columns * len(rows) > MAX_CELLS:
            self._large_table(rows)
        if not 0 < columns * len(rows) <= MAX_CELLS:
            return
        self._start(self._style.paragraph(after=0), self._style.body())
        table = self._cursor.insertTable(len(rows), columns, self._table_format(rows, columns))
        for r, row in enumerate(rows):
            for c, (align, inline) in enumerate(row[:columns]):
                self._cell(table.cellAt(r, c), align, inline.children or (), head=r == 0)
        self._after(table)

    def _table_format(self, rows: Sequence[Row], columns: int) -> QTextTableFormat:
        """Columns share the pane; where it is too narrow for their words they keep them whole, and the view scrolls."""
        words = [""] * columns
        for row in rows:
            for n, (_, inline) in enumerate(row[:columns]):
                words[n] = max([words[n], *inline.content.split()], key=len)
        font = self._style.body().font()
        font.setWeight(QFont.Weight.DemiBold)
        metrics, padding = QFontMetricsF(font), 2 * self._style.table().cellPadding() + 2
        widths = [metrics.horizontalAdvance(word[:LONGEST_WORD]) + padding for word in words]
        spare = self._cursor.document().textWidth() - 2 * self._cursor.document().documentMargin()
        return self._style.fixed_table(widths) if sum(widths) > spare else self._style.table()

    def _large_table(self, rows: Sequence[Row]) -> None:
        self._start(self._style.paragraph(), self._style.mono())
        lines = (" | ".join(inline.content for _, inline in row) for row in rows)
        self._cursor.insertText(breakable("\n".join(lines)).replace("\n", "\u2028"), self._style.mono())

    def _cell(self, cell: QTextTableCell, align: str, children: Sequence[Any], *, head: bool) -> None:
        text = self._style.body()
        if head:
            text.setFontWeight(600)
            shade = cell.format()
            shade.setBackground(self._style.theme.color("raised"))
            cell.setFormat(shade)
        inner = Writer(cell.firstCursorPosition(), self._style, fresh=_always)
        space = QTextBlockFormat()
        space.setAlignment(ALIGNMENTS.get(align, ALIGNMENTS["left"]))
        inner._cursor.setBlockFormat(space)
        inner.inline(children, text)

    def _after(self, table: QTextTable) -> None:
        self._cursor.setPosition(table.lastPosition() + 1)

    # Inline text

    def inline(self, children: Sequence[Any], base: QTextCharFormat) -> None:
        stack = [base]
        for child in children:
            match child.type:
                case "text":
                    self._cursor.insertText(breakable(child.content), stack[-1])
                case "code_inline":
                    self._cursor.insertText(breakable(child.content), self._style.inline_code())
                case "softbreak":
                    self._cursor.insertText(" ", stack[-1])
                case "hardbreak":
                    self._cursor.insertText("\u2028", stack[-1])
                case "strong_open":
                    stack.append(_with(stack[-1], lambda f: f.setFontWeight(700)))
                case "em_open":
                    stack.append(_with(stack[-1], lambda f: f.setFontItalic(True)))
                case "s_open":
                    stack.append(_with(stack[-1], lambda f: f.setFontStrikeOut(True)))
                case "link_open":
                    href = str(child.attrGet("href") or "")
                    stack.append(self._style.link(stack[-1], href) if real_host(href) else QTextCharFormat(stack[-1]))
                case "strong_close" | "em_close" | "s_close" | "link_close":
                    if len(stack) > 1:
                        stack.pop()
                case "image":
                    self._cursor.insertText(f"[image: {child.content or 'no description'}]", self._style.muted())
                case _:
                    self._cursor.insertText(breakable(child.content), stack[-1])


def _is_costly(source: str) -> bool:
    """Whether the parser would search to and fro in it for a tenth of a second: nobody writes so many marks."""
    return source.count("[") > MAX_MARKS or source.count("`") > 4 * MAX_MARKS or bool(_TOO_DEEP.search(source))


def _always() -> bool:
    return True


def _with(base: QTextCharFormat, change: Callable[[QTextCharFormat], None]) -> QTextCharFormat:
    out = QTextCharFormat(base)
    change(out)
    return out


def _box(children: Sequence[Any]) -> str:
    """The box of an item that is a task, which is taken out of its text; "" of any other."""
    if not children or children[0].type != "text":
        return ""
    task = re.match(r"\[([ xX])\] ", children[0].content)
    if task is None:
        return ""
    children[0].content = children[0].content[4:]
    return "☐ " if task.group(1) == " " else "☑ "


def _matching(tokens: Sequence[Any], at: int) -> int:
    """Where the token that closes token `at` stands."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += tokens[n].nesting
        if depth == 0:
            return n
    return len(tokens) - 1


def _rows(tokens: Sequence[Any]) -> list[Row]:
    """The cells of a table: how each is aligned, and its text."""
    rows: list[Row] = []
    for n, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            aligned = re.search(r"text-align:(\w+)", str(token.attrGet("style") or ""))
            rows[-1].append((aligned.group(1) if aligned else "left", tokens[n + 1]))
    return rows
