"""The document of one answer: blocks are written once when they are finished, the open one anew as it grows."""

import time
from dataclasses import replace
from itertools import accumulate, pairwise

from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextFrame

from widgets.markdown.blocks import Block, Blocks
from widgets.markdown.highlight import stretches
from widgets.markdown.style import Style
from widgets.markdown.writer import BREAK, RUN, Breaks, Writer

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.;:?'\"%/()")
"""Signs that mean nothing to Markdown inside a line: text of these alone is just put at the end."""
SHARE = 0.25
"""At most so much of the time goes into writing one open block anew; a long table is then shown a little later."""
COPY = "copy-code:"


class Page:
    """Writes an answer into `document` as it grows. Everything before `_open_at` is finished and never touched."""

    def __init__(self, document: QTextDocument, style: Style) -> None:
        self._document = document
        self._style = style
        self._blocks = Blocks()
        self._codes: list[str] = []
        self._open_at = 0
        self._shown: Block | None = None
        self._frame: QTextFrame | None = None
        self._cost_s = 0.0
        self._written_at = 0.0
        self._breaks = Breaks()
        self.has_marks = False
        """Whether any block so far may hold a quote or a rule, for which the view paints lines."""
        document.setUndoRedoEnabled(False)
        document.setIndentWidth(style.indent_px)

    @property
    def open_at(self) -> int:
        """Where the block begins that may still be written anew."""
        return self._open_at

    def append(self, text: str) -> None:
        cursor = self._cursor()
        cursor.beginEditBlock()
        for block in self._blocks.feed(text):
            self._settle(block)
        self._show_open(self._blocks.open, final=False)
        cursor.endEditBlock()

    def finish(self) -> None:
        cursor = self._cursor()
        cursor.beginEditBlock()
        for block in self._blocks.end():
            self._settle(block)
        cursor.endEditBlock()

    @property
    def lags(self) -> bool:
        """Whether the open block has grown beyond what is shown of it."""
        open_block, shown = self._blocks.open, self._shown
        if open_block is None or shown is None:
            return open_block is not shown
        return open_block.kind != shown.kind or open_block.text.rstrip() != shown.text.rstrip()

    def catch_up(self) -> None:
        cursor = self._cursor()
        cursor.beginEditBlock()
        self._show_open(self._blocks.open, final=True)
        cursor.endEditBlock()

    def code(self, number: int) -> str:
        """The source of code block `number`, for copying."""
        return self._codes[number] if 0 <= number < len(self._codes) else ""

    @property
    def codes(self) -> int:
        return len(self._codes)

    # Finished blocks

    def _settle(self, block: Block) -> None:
        self._show_open(block, final=True)
        if block.kind == "code" and self._frame is not None:
            self._finish_code(block)
        self._open_at = self._end()
        self._shown, self._frame, self._cost_s = None, None, 0.0

    def _finish_code(self, block: Block) -> None:
        assert self._frame is not None
        head = self._frame.firstCursorPosition()
        head.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        form = self._style.code_head()
        number = len(self._codes)
        head.insertText("   ", form)
        head.insertText("Copy", self._style.link(form, f"{COPY}{number}"))
        self._codes.append(block.text)
        start = head.block().next().position()
        shift = _Shift(block.text)
        for at, length, role in stretches(block.text, block.info):
            self._colour(start + shift.of(at), shift.of(at + length) - shift.of(at), self._style.theme.color(role))

    def _colour(self, at: int, length: int, colour: QColor) -> None:
        cursor = QTextCursor(self._document)
        cursor.setPosition(at)
        cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
        form = self._style.mono()
        form.setForeground(colour)
        cursor.mergeCharFormat(form)

    # The open block

    def _show_open(self, block: Block | None, *, final: bool) -> None:
        if block is None or block == self._shown:
            return
        before = self._shown
        grown = before is not None and before.kind == block.kind and block.text.startswith(before.text)
        if block.kind == "code":
            self._show_code(block, block.text[len(before.text) :] if grown and before else None)
        elif grown and before is not None and _is_plain(before, block):
            self._cursor().insertText(block.text[len(before.text) :], self._end_format())
        elif final or self._may_write():
            self._write_anew(block)
            block = replace(block, text=block.text.rstrip(" "))  # Markdown drops spaces at the end, which may yet count
        else:
            return
        self._shown = block

    def _end_format(self) -> QTextCharFormat:
        return self._cursor().charFormat()

    def _may_write(self) -> bool:
        return time.perf_counter() - self._written_at >= self._cost_s / SHARE

    def _write_anew(self, block: Block) -> None:
        began = time.perf_counter()
        self._drop_open()
        self.has_marks = self.has_marks or _may_have_marks(block)
        Writer(self._cursor(), self._style, fresh=self._is_fresh).write(block)
        self._written_at = time.perf_counter()
        self._cost_s = self._written_at - began

    def _show_code(self, block: Block, more: str | None) -> None:
        if self._frame is None or more is None:
            self._drop_open()
            self._open_frame(block)
            more = block.text
        assert self._frame is not None
        if more:
            self._frame.lastCursorPosition().insertText(self._breaks.put(more), self._style.mono())

    def _open_frame(self, block: Block) -> None:
        # At the end of a paragraph, not in one of its own: that would stand empty above the frame.
        cursor = self._cursor()
        self._frame = cursor.insertFrame(self._style.code_frame())
        inner = self._frame.firstCursorPosition()
        self._breaks = Breaks()
        inner.setBlockFormat(self._style.code_title())
        inner.insertText(block.info.split()[0] if block.info.split() else "code", self._style.code_head())
        inner.insertBlock(self._style.code_lines(), self._style.mono())

    def _drop_open(self) -> None:
        """Takes what is shown of the open block away again."""
        self._frame = None
        if self._shown is None:
            return
        cursor = QTextCursor(self._document)
        cursor.setPosition(self._open_at)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if (left := cursor.currentList()) is not None and cursor.block().length() <= 1:
            left.remove(cursor.block())  # else an item without text stays where the list began
            cursor.setBlockFormat(QTextBlockFormat())
        if self._open_at == 0:
            cursor.setBlockFormat(QTextBlockFormat())

    def _is_fresh(self) -> bool:
        """Whether the document ends in an empty paragraph that no block has taken: at its start, and after a frame."""
        cursor = self._cursor()
        return cursor.block().length() <= 1 and cursor.currentList() is None

    def _cursor(self) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _end(self) -> int:
        return self._cursor().position()


class _Shift:
    """Where a sign of the source stands in the document, in which breaks stand in long runs, and signs beyond the
    Basic Multilingual Plane count twice."""

    def __init__(self, source: str) -> None:
        self._places: list[int] | None = None
        if not source.isascii() or RUN.search(source):
            breaks = [run.end() for run in RUN.finditer(source)]
            wide = (2 if ord(sign) > 0xFFFF else 1 for sign in source)
            self._places = list(accumulate(wide, initial=0))
            for passed, (start, end) in enumerate(pairwise([*breaks, len(source) + 1]), start=1):
                self._places[start:end] = [place + passed * len(BREAK) for place in self._places[start:end]]

    def of(self, at: int) -> int:
        return at if self._places is None else self._places[at]


def _may_have_marks(block: Block) -> bool:
    if block.kind == "list":
        return any(mark in block.text for mark in (">", "---", "***", "___", "- -", "* *", "_ _"))
    return block.kind in ("rule", "quote")


def _is_plain(before: Block, after: Block) -> bool:
    """Whether what came since only makes the last line of a paragraph longer."""
    if after.kind != "text" or not before.text or before.text[-1] not in PLAIN:
        return False
    more = after.text[len(before.text) :]
    return len(more) < 200 and PLAIN.issuperset(more) and not _has_open_mark(before.text)


def _has_open_mark(text: str) -> bool:
    """Whether the text holds a mark that more text may yet turn into emphasis, code, a link, a sign or a table."""
    return text.count("`") % 2 == 1 or text.count("**") % 2 == 1 or "|" in text or "[" in text or "&" in text[-40:]
