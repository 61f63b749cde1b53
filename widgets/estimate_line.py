"""What a draft is likely to be and to cost, in as many words as there is room for; right beside the buttons."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import figures_font


class EstimateLine(ElidedLabel):
    """Whatever it says, it takes the same room, so that nothing beside it moves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, role="muted", px=SMALL_PX)
        self._forms: tuple[str, ...] = ("",)
        self.setFont(figures_font(self.font()))
        self.setAccessibleName("Length and cost of the prompt")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def say(self, forms: tuple[str, ...], note: str, *, is_caution: bool = False) -> None:
        """The first of `forms` that fits is shown, the last one where none does; the first is the whole of it."""
        self._forms = forms
        self.set_role("warning" if is_caution else "muted")
        self.set_note("\n".join(filter(None, (forms[0] if len(forms) > 1 else "", note))))
        self.setAccessibleDescription("\n".join(filter(None, (forms[0], note))) if len(forms) > 1 else note)
        self._choose()

    @property
    def whole(self) -> str:
        return self._forms[0]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        room, metrics = self.width(), self.fontMetrics()
        self.setText(next((each for each in self._forms if metrics.horizontalAdvance(each) <= room), self._forms[-1]))
