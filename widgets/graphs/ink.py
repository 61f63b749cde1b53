"""The colours that the graphs draw with, taken from the theme in one place."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from widgets.theme import Theme


@dataclass(frozen=True)
class Ink:
    base: QColor
    text: QColor
    muted: QColor
    line: QColor
    lanes: tuple[QColor, ...]

    def lane(self, color: int) -> QColor:
        """The colour of index `color`; after the last, they come round again."""
        return self.lanes[color % len(self.lanes)]


def ink_of(theme: Theme) -> Ink:
    return Ink(
        base=theme.color("surface"),
        text=theme.color("text"),
        muted=theme.color("muted"),
        line=theme.color("hairline"),
        lanes=tuple(theme.lane(index) for index in range(len(theme.lanes))),
    )
