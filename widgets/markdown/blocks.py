"""Growing Markdown cut into blocks: those that are finished never change again, the last one is open.

After CommonMark's block structure with GitHub's tables. Each block is cut so that it can be rendered by itself.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "heading", "list", "quote", "rule"]

_FENCE = re.compile(r"^( {0,3})(?:(`{3,})[ \t]*([^`\n]*)|(~{3,})[ \t]*([^\n]*))$")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"^ {0,3}(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
_INTERRUPTS = re.compile(r"^ {0,3}(?:[-+*][ \t]+\S|1[.)][ \t]+\S)")
_QUOTE = re.compile(r"^ {0,3}>")
_INDENTED = re.compile(r"^(?: {4}| {0,3}\t)(?=.*\S)")
_DELIMITER = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_INNER_FENCE = re.compile(r"^\s*(?:>\s*)*(?:[-+*]\s+|\d{1,9}[.)]\s+)?\s*(`{3,}|~{3,})")

LONGEST = 8_000
"""Signs. A paragraph, list or quote beyond that is cut into several blocks, so that writing one takes no longer."""


@dataclass(frozen=True)
class Block:
    """A block's source. Of a block of code, `text` is the code alone and `info` what stood behind the fence."""

    kind: Kind
    text: str
    info: str = ""


class Blocks:
    """Fed pieces of Markdown, it gives blocks as they are finished, and holds the open one."""

    def __init__(self, *, longest: int = LONGEST) -> None:
        self._longest = longest
        self._size = 0
        self._tail = ""
        self._after_cr = False
        self._kind: Kind | None = None
        self._lines: list[str] = []
        self._info = ""
        self._fence = ""
        self._indent = 0
        self._inner = ""
        self._blank = False

    @property
    def open(self) -> Block | None:
        """The block that is still growing, with the line that is not whole yet."""
        if self._kind is None:
            return Block(_kind_of(self._tail), self._tail) if self._tail.strip() else None
        tail = self._tail
        if self._kind == "code":
            tail = "" if self._may_close(tail) else self._dedented(tail)
        lines = [*self._lines, tail] if tail else self._lines
        return Block(self._kind, "\n".join(lines), self._info)

    def feed(self, text: str) -> list[Block]:
        """The blocks that `text` finishes."""
        if not text:
            return []
        ended_by_cr, self._after_cr = self._after_cr, text.endswith("\r")
        if ended_by_cr and text.startswith("\n"):
            text = text[1:]
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *lines, self._tail = (self._tail + text).split("\n")
        done: list[Block] = []
        for line in lines:
            self._line(self._cut(line, done), done)
        self._tail = self._cut(self._tail, done)
        if self._kind == "code" and not self._fence and self._tail.strip() and self._may_close(self._tail):
            self._finish(done)
        return done

    def end(self) -> list[Block]:
        """The text is over: what was open is finished too."""
        done: list[Block] = []
        line, self._tail = self._tail, ""
        if line:
            self._line(line, done)
        self._finish(done)
        return done

    def _cut(self, line: str, done: list[Block]) -> str:
        """What is left of a line when all that is too long for one block has been taken off its start."""
        while len(line) > self._longest and self._kind != "code":
            space = line.rfind(" ", self._longest // 2, self._longest) + 1
            at = space or self._longest
            self._line(line[:at], done)
            line = line[at:]
        return line

    def _line(self, line: str, done: list[Block]) -> None:
        if self._kind == "code":
            self._code_line(line, done)
            return
        self._size += len(line) + 1
        if self._is_long_enough(line):
            self._finish(done)
        if self._kind == "list":
            self._list_line(line, done)
        elif not line.strip():
            self._finish(done)
        elif self._kind is None or self._starts_anew(line):
            self._begin(line, done)
        else:
            self._lines.append(line)

    def _is_long_enough(self, line: str) -> bool:
        """Whether the open block is to end before `line` because of its length: a list before an item, a table late."""
        if self._kind is None or self._size <= self._longest:
            return False
        whole = bool(self._inner) or (len(self._lines) > 1 and bool(_DELIMITER.match(self._lines[1])))
        if self._kind == "list" and not _ITEM.match(line):
            whole = True
        return not whole or self._size > 4 * self._longest

    def _begin(self, line: str, done: list[Block]) -> None:
        self._finish(done)
        self._size = len(line) + 1
        if fence := _FENCE.match(line):
            indent, backticks, after_backticks, tildes, after_tildes = fence.groups()
            self._kind, self._indent, self._fence = "code", len(indent), backticks or tildes
            self._info = (after_backticks or after_tildes or "").strip()
            return
        if _INDENTED.match(line):
            self._kind, self._fence, self._lines = "code", "", [_INDENTED.sub("", line)]
            return
        self._kind, self._lines = _kind_of(line), [line]
        self._blank = False
        self._inner = ""
        if self._kind == "list":
            self._track_inner(line)
        if self._kind in ("heading", "rule"):
            self._finish(done)

    def _starts_anew(self, line: str) -> bool:
        """Whether `line` interrupts the block that is open."""
        if self._kind == "text" and re.fullmatch(r" {0,3}(=+|-+)[ \t]*", line):
            return False  # it makes the text above a heading
        if _FENCE.match(line) or _HEADING.match(line) or _RULE.match(line):
            return True
        if self._kind == "quote":
            return bool(_INTERRUPTS.match(line))
        return bool(_INTERRUPTS.match(line) or _QUOTE.match(line))

    def _code_line(self, line: str, done: list[Block]) -> None:
        if self._fence and self._is_fence(line) and len(line.strip()) >= len(self._fence):
            self._finish(done)
        elif self._fence or _INDENTED.match(line) or not line.strip():
            self._lines.append(self._dedented(line))
        else:
            self._begin(line, done)

    def _dedented(self, line: str) -> str:
        """A line of code without the indent that makes it one, or that its fence has."""
        if not self._fence:
            return _INDENTED.sub("", line) if line.strip() else line[4:]
        return line[min(self._indent, len(line) - len(line.lstrip(" "))) :]

    def _may_close(self, line: str) -> bool:
        """Whether a line that is not whole yet may turn out to be outside the code."""
        if self._fence:
            return self._is_fence(line)
        return not _INDENTED.match(line)

    def _is_fence(self, line: str) -> bool:
        """Whether `line` holds signs of the fence alone, be they too few yet."""
        stripped = line.strip()
        return bool(stripped) and not stripped.strip(self._fence[0]) and _shallow(line)

    def _list_line(self, line: str, done: list[Block]) -> None:
        if self._inner:
            self._lines.append(line)
            self._track_inner(line)
            return
        if not line.strip():
            self._blank = True
            self._lines.append(line)
            return
        goes_on = line.startswith((" ", "\t")) or (bool(_ITEM.match(line)) and not _RULE.match(line))
        if (self._blank and not goes_on) or (not goes_on and self._starts_anew(line)):
            self._begin(line, done)
            return
        self._blank = False
        self._lines.append(line)
        self._track_inner(line)

    def _track_inner(self, line: str) -> None:
        """A fence inside a list item: blank lines in it are code."""
        found = _INNER_FENCE.match(line)
        if found is None:
            return
        if not self._inner:
            self._inner = found.group(1)
        elif found.group(1).startswith(self._inner) and line.strip().strip(self._inner[0]) == "":
            self._inner = ""

    def _finish(self, done: list[Block]) -> None:
        if self._kind is not None:
            while (self._kind != "code" or not self._fence) and self._lines and not self._lines[-1].strip():
                self._lines.pop()
            done.append(Block(self._kind, "\n".join(self._lines), self._info))
        self._kind, self._lines, self._info, self._inner, self._blank = None, [], "", "", False
        self._size = 0


def _kind_of(line: str) -> Kind:
    if _HEADING.match(line):
        return "heading"
    if _RULE.match(line):
        return "rule"
    if _ITEM.match(line):
        return "list"
    if _QUOTE.match(line):
        return "quote"
    return "text"


def _shallow(line: str) -> bool:
    return len(line) - len(line.lstrip(" ")) <= 3
