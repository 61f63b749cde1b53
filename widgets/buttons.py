"""Buttons with our icons, which follow the palette, and names that a screen reader can say."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from widgets.icons import icon


class IconButton(QToolButton):
    """A flat button. `name` is what it does, said in its tooltip and to screen readers."""

    def __init__(self, icon_name: str, name: str, parent: QWidget, *, text: str = "", size: int = 16) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setAutoRaise(True)
        self.setIconSize(QSize(size, size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.set_name(name)
        self._tint()

    def set_name(self, name: str) -> None:
        self.setToolTip(name)
        self.setAccessibleName(name.partition(" (")[0])

    def set_icon(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, self.palette(), self.iconSize().width()))
