"""Blocks of Markdown written into a text document: parsed by markdown-it, shaped by us.

What a model says is hostile text. HTML is text here, an image is a placeholder, and only addresses of the web become
links, which open nowhere by themselves.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextListFormat, QTextTable, QTextTableCell

from widgets.links import real_host
from widgets.markdown.blocks import Block
from widgets.markdown.style import Style

RUN = re.compile(r"\S{200}")
BREAK = "\u200b"
"""Between pieces of a run without spaces: wrapping 300,000 signs in one piece takes seconds."""
MAX_DEPTH = 8
LIST_STYLES = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)

ALIGNMENTS = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


@cache
def parser() -> Any:
    """markdown-it, imported when the first block is written and not while the window starts."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "maxNesting": 24}).enable(["table", "strikethrough"])


def breakable(text: str) -> str:
    """`text` with places to break in runs without spaces."""
    return RUN.sub(lambda run: run.group() + BREAK, text) if len(text) > 200 else text


class Writer:
    """Writes blocks at a cursor, which stands at the end of what is written so far."""

    def __init__(self, cursor: QTextCursor, style: Style, *, fresh: Callable[[], bool]) -> None:
        self._cursor = cursor
        self._style = style
        self._fresh = fresh
        """Whether the cursor stands in a paragraph that holds nothing yet, to be used as it is."""
        self._used = False

    def write(self, block: Block) -> None:
        """A block that is no fenced code."""
        tokens = parser().parse(block.text)
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

    def _start(self, space: QTextBlockFormat, text: QTextCharFormat) -> None:
        """A new paragraph, or the one that stands empty."""
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
            space = self._style.paragraph(after=4)
            self._start(space, self._style.body())
            if made is None:
                made = self._cursor.createList(shape)
            else:
                made.add(self._cursor.block())
            if inner < end and tokens[inner].type == "paragraph_open":
                self._item_text(tokens[inner + 1].children or ())
                inner += 3
            self._item_rest(tokens, inner, end, depth=depth)
            item = end + 1

    def _item_text(self, children: Sequence[Any]) -> None:
        text = self._style.body()
        if children and children[0].type == "text" and (task := re.match(r"\[([ xX])\] ", children[0].content)):
            self._cursor.insertText("☐ " if task.group(1) == " " else "☑ ", text)
            children[0].content = children[0].content[4:]
        self.inline(children, text)

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
        text = self._style.body()
        text.setForeground(self._style.quote_colour())
        text.setFontItalic(True)
        while at < end:
            close = _matching(tokens, at) if tokens[at].nesting == 1 else at
            if tokens[at].type == "paragraph_open":
                self._paragraph(tokens[at + 1], self._style.paragraph(indent=min(depth, MAX_DEPTH) + 1), text)
            elif tokens[at].type == "blockquote_open":
                self._quote(tokens, at + 1, close, depth=depth + 1)
            else:
                self._tokens(tokens, at, close + 1, depth=depth + 1)
            at = close + 1

    def _code(self, code: str, space: QTextBlockFormat) -> None:
        """Code inside another block; a fence of its own is a frame, and not written here."""
        text = self._style.inline_code()
        self._start(space, text)
        self._cursor.insertText(breakable(code).replace("\n", "\u2028"), text)

    def _rule(self) -> None:
        self._start(self._style.paragraph(before=4, after=10), self._style.muted())
        self._cursor.insertText("⸻", self._style.muted())

    def _table(self, tokens: Sequence[Any]) -> None:
        rows = _rows(tokens)
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        self._start(self._style.paragraph(after=0), self._style.body())
        table = self._cursor.insertTable(len(rows), columns, self._style.table())
        for r, row in enumerate(rows):
            for c, (align, children) in enumerate(row[:columns]):
                self._cell(table.cellAt(r, c), align, children, head=r == 0)
        self._after(table)

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


def _always() -> bool:
    return True


def _with(base: QTextCharFormat, change: Callable[[QTextCharFormat], None]) -> QTextCharFormat:
    out = QTextCharFormat(base)
    change(out)
    return out


def _matching(tokens: Sequence[Any], at: int) -> int:
    """Where the token that closes token `at` stands."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += tokens[n].nesting
        if depth == 0:
            return n
    return len(tokens) - 1


def _rows(tokens: Sequence[Any]) -> list[list[tuple[str, Sequence[Any]]]]:
    """The cells of a table: how each is aligned, and its text."""
    rows: list[list[tuple[str, Sequence[Any]]]] = []
    for n, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            aligned = re.search(r"text-align:(\w+)", str(token.attrGet("style") or ""))
            rows[-1].append((aligned.group(1) if aligned else "left", tokens[n + 1].children or ()))
    return rows
