"""How each kind of text looks, from the theme's tokens."""

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from widgets.theme import LINE_RATIO, READING_PX, Theme, monospace_font

HEADING_SCALE = (1.4, 1.22, 1.1, 1.0, 1.0, 1.0)
PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
QUOTES = QTextFormat.Property.UserProperty.value + 1
"""Of a paragraph: how many quotes stand around it; each gets a bar at its left."""
QUOTES_AT = QUOTES + 1
"""Of a quoted paragraph: the indent at which the outermost quote stands."""
RULE = QUOTES + 3
"""Of a paragraph without words: a hairline goes through it."""
HEAD = QUOTES + 2
"""Of a paragraph: it is the heading of a block of code, and not part of what the model said."""


@dataclass(frozen=True)
class Style:
    """Formats for one theme at one scale."""

    theme: Theme
    font: QFont
    scale: float = 1.0

    @property
    def px(self) -> int:
        return max(6, round(READING_PX * self.scale))

    @property
    def indent_px(self) -> float:
        """The width of one step of lists and quotes."""
        return round(self.px * 1.6)

    @cached_property
    def line_percent(self) -> float:
        """What makes a line `LINE_RATIO` times the size of the font, whatever height the font asks for by itself."""
        font = QFont(self.font)
        font.setPixelSize(self.px)
        return max(100.0, LINE_RATIO * self.px / QFontMetricsF(font).height() * 100)

    def body(self) -> QTextCharFormat:
        font = QFont(self.font)
        font.setPixelSize(self.px)
        out = QTextCharFormat()
        out.setFont(font)
        out.setForeground(self.theme.color("text"))
        return out

    def muted(self) -> QTextCharFormat:
        out = self.body()
        out.setForeground(self.theme.color("muted"))
        return out

    def heading(self, level: int) -> QTextCharFormat:
        font = QFont(self.font)
        font.setPixelSize(round(self.px * HEADING_SCALE[level - 1]))
        font.setWeight(QFont.Weight.DemiBold)
        out = self.body()
        out.setFont(font)
        return out

    def mono(self) -> QTextCharFormat:
        out = QTextCharFormat()
        out.setFont(monospace_font(max(6, round(self.px * 0.92))))
        out.setForeground(self.theme.color("code_text"))
        return out

    def inline_code(self) -> QTextCharFormat:
        out = self.mono()
        out.setBackground(QBrush(self.theme.color("code_surface")))
        return out

    def code_head(self) -> QTextCharFormat:
        font = QFont(self.font)
        font.setPixelSize(max(6, round(self.px * 0.8)))
        out = QTextCharFormat()
        out.setFont(font)
        out.setForeground(self.theme.color("muted"))
        return out

    def link(self, base: QTextCharFormat, href: str) -> QTextCharFormat:
        out = QTextCharFormat(base)
        out.setAnchor(True)
        out.setAnchorHref(href)
        out.setForeground(self.theme.color("accent"))
        out.setFontUnderline(True)
        return out

    def paragraph(self, *, before: float = 0.0, after: float = 10.0, indent: int = 0) -> QTextBlockFormat:
        out = QTextBlockFormat()
        out.setLineHeight(self.line_percent, PROPORTIONAL)
        out.setTopMargin(before * self.scale)
        out.setBottomMargin(after * self.scale)
        out.setIndent(indent)
        return out

    def task(self, depth: int, box: str) -> QTextBlockFormat:
        """An item with a box to tick in the place of its bullet."""
        out = self.paragraph(after=4, indent=depth)
        out.setTextIndent(-QFontMetricsF(self.body().font()).horizontalAdvance(box))
        return out

    def rule(self) -> QTextBlockFormat:
        out = self.paragraph(before=2, after=12)
        out.setProperty(RULE, True)
        return out

    def code_title(self) -> QTextBlockFormat:
        out = QTextBlockFormat()
        out.setBottomMargin(6 * self.scale)
        out.setProperty(HEAD, True)
        return out

    def code_lines(self) -> QTextBlockFormat:
        out = QTextBlockFormat()
        out.setLineHeight(132, PROPORTIONAL)
        return out

    def code_frame(self) -> QTextFrameFormat:
        out = QTextFrameFormat()
        out.setBackground(QBrush(self.theme.color("code_surface")))
        out.setBorder(1)
        out.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        out.setBorderBrush(QBrush(self.theme.color("hairline")))
        out.setPadding(8 * self.scale)
        out.setTopMargin(2)
        out.setBottomMargin(10 * self.scale)
        return out

    def table(self) -> QTextTableFormat:
        out = QTextTableFormat()
        out.setBorder(1)
        out.setBorderCollapse(True)
        out.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        out.setBorderBrush(QBrush(self.theme.color("hairline")))
        out.setCellPadding(6 * self.scale)
        out.setCellSpacing(0)
        out.setTopMargin(2)
        out.setBottomMargin(10 * self.scale)
        out.setWidth(QTextLength())
        return out

    def quoted(self) -> QTextCharFormat:
        return self.muted()

    def fixed_table(self, columns: list[float]) -> QTextTableFormat:
        """A table whose columns keep their widths, be it wider than the pane."""
        out = self.table()
        out.setColumnWidthConstraints([QTextLength(QTextLength.Type.FixedLength, width) for width in columns])
        return out
