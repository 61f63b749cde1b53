"""Selected text as one would type it: with the marks of lists, without what only serves the eye."""

from collections.abc import Iterator

from PySide6.QtGui import QTextBlock, QTextCursor, QTextTable

from widgets.markdown.style import HEAD, RULE
from widgets.markdown.writer import BREAK

SIGNS = str.maketrans({BREAK: None, "\u2028": "\n", "\u00a0": " ", "\ufffc": None})


def plain_text(selection: QTextCursor) -> str:
    """What a selection holds, line by line, cells of a table set apart by tabs."""
    parts: list[str] = []
    row_before: tuple[int, int] | None = None
    for block in _blocks(selection):
        row = _row(block)
        if parts:
            parts.append("\t" if row is not None and row == row_before else "\n")
        parts.append(_text(block, selection))
        row_before = row
    return "".join(parts).translate(SIGNS)


def _blocks(selection: QTextCursor) -> Iterator[QTextBlock]:
    block = selection.document().findBlock(selection.selectionStart())
    while block.isValid() and block.position() <= selection.selectionEnd():
        if not block.blockFormat().boolProperty(HEAD) and not _is_gap(block):
            yield block
        block = block.next()


def _is_gap(block: QTextBlock) -> bool:
    """Whether it is the empty paragraph that Qt keeps beside each frame."""
    return block.length() <= 1 and QTextCursor(block).currentFrame() == block.document().rootFrame()


def _text(block: QTextBlock, selection: QTextCursor) -> str:
    if block.blockFormat().boolProperty(RULE):
        return "---"
    start = max(0, selection.selectionStart() - block.position())
    end = selection.selectionEnd() - block.position()
    units = block.text().encode("utf-16-le", "surrogatepass")
    text = units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
    items = block.textList()
    if items is None or start or not text:
        return text
    step = "  " * max(0, items.format().indent() - 1)
    mark = items.itemText(block)
    return f"{step}{mark if mark[:1].isdigit() else '-'} {text}"


def _row(block: QTextBlock) -> tuple[int, int] | None:
    """Which table the block is in, and in which of its rows."""
    cursor = QTextCursor(block)
    table: QTextTable | None = cursor.currentTable()
    if table is None:
        return None
    return table.firstPosition(), table.cellAt(cursor).row()
