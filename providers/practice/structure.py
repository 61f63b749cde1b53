"""Where in a Markdown text we are, told token by token.

The models condition on it besides the last few words, so that a fence once opened is closed, a row has as many cells
as its header and a list counts on. It is causal: what stands later never changes what was told.
"""

from enum import Enum


class Row(Enum):
    NONE = ""
    HEAD = "head"
    RULE = "rule"
    BODY = "body"


NEXT_ROW = {Row.NONE: Row.NONE, Row.HEAD: Row.RULE, Row.RULE: Row.BODY, Row.BODY: Row.BODY}


class Structure:
    """Feed it tokens; `mode` names the place after the last one."""

    def __init__(self, *, thinking: bool = False) -> None:
        self._ground = "think" if thinking else "prose"
        self._fence: str | None = None
        self._info = False
        self._row = Row.NONE
        self._columns = 0
        self._cells = 0
        self._block = self._ground
        self._bold = self._code = False
        self._line = ""

    @property
    def mode(self) -> str:
        if self._info:
            return "fence"
        if self._fence is not None:
            return f"code {self._fence}"
        if self._row is not Row.NONE:
            return f"row {self._row.value} {self._cells}/{self._columns}{self._marks}"
        return self._block + self._marks

    def feed(self, text: str) -> None:
        if text.startswith("\n"):
            self._end_line(text)
        elif text == "```" and not self._line:
            self._toggle_fence()
        elif self._info:
            self._fence = (self._fence or "") + text
        elif self._fence is None:
            self._inline(text)
        self._line += text if not text.startswith("\n") else ""

    @property
    def _marks(self) -> str:
        return ("*" if self._bold else "") + ("`" if self._code else "")

    def _toggle_fence(self) -> None:
        self._info = self._fence is None
        self._fence = "" if self._info else None

    def _end_line(self, text: str) -> None:
        blank = text.startswith("\n\n")
        self._line, self._info = "", False
        if self._fence is not None:
            return
        self._bold = self._code = False
        if blank:
            self._row, self._block = Row.NONE, self._ground
        elif self._row is not Row.NONE:
            self._columns = self._cells if self._row is Row.HEAD else self._columns
            self._row, self._cells = NEXT_ROW[self._row], 0
        elif self._block == "heading":
            self._block = self._ground

    def _inline(self, text: str) -> None:
        sign = text.strip(" ")
        if not self._line:
            self._open_line(sign)
        elif sign == "." and self._line.isdigit():
            self._block = f"item {self._line}"
        if sign == "**":
            self._bold = not self._bold
        elif sign == "`":
            self._code = not self._code
        elif sign == "|" and self._row is not Row.NONE:
            self._cells += 1

    def _open_line(self, sign: str) -> None:
        if sign == "|" and self._row is Row.NONE:
            self._row, self._cells, self._columns = Row.HEAD, 0, 0
        elif sign == "-":
            self._block = "list"
        elif sign == "#":
            self._block = "heading"
