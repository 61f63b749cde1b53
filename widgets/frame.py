"""The window before it has anything in it: painted within a few milliseconds of a bare one.

`Qt`, the namespace, is not used here: its first use makes some hundred enumerations, which takes 20 ms.
"""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEventLoop, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

LIGHT_GROUND, DARK_GROUND = "#f4f4f2", "#17181a"
"""The theme's own window colours; a test compares them."""
FIRST_SIZE = QSize(1280, 800)
PATIENCE_MS = 3000
"""How long the first paint may take before we go on without it (a minimised window never paints)."""


class Frame(QMainWindow):
    """The window as the system sees it: its place, its ground, and its wish to close."""

    close_asked = Signal()

    def __init__(self, geometry: str, theme: str) -> None:
        """Both as settings keep them; an empty or strange one is as good as none."""
        super().__init__()
        self.is_closing = False
        self.may_close: Callable[[], bool] = _always
        """Asked first; who says no asks the user."""
        self._is_painted = False
        self._waiting = QEventLoop(self)
        self.setWindowTitle("Abreast")
        self.setMinimumSize(480, 360)
        self.resize(self._first_size())
        self.restoreGeometry(QByteArray.fromBase64(geometry.encode(errors="replace")))
        self.setStyleSheet(f"QMainWindow {{ background: {_ground(theme)}; }}")

    def _first_size(self) -> QSize:
        room = self.screen().availableSize()
        return FIRST_SIZE.boundedTo(QSize(room.width() - 8, room.height() - 40))

    def show_painted(self) -> None:
        """Shows the window and lets Qt work until it has been painted once."""
        limit = QTimer(self)
        limit.setSingleShot(True)
        limit.timeout.connect(self._waiting.quit)
        limit.start(PATIENCE_MS)
        self.show()
        if not self._is_painted:
            self._waiting.exec()
        limit.stop()
        limit.deleteLater()

    def leave(self) -> None:
        """Closes without asking: the system ends, and nobody is there to answer."""
        self.may_close = _always
        self.close()

    def show_name(self, name: str) -> None:
        """Of the session that is shown."""
        self.setWindowTitle(f"{' '.join(name.split())[:120]} — Abreast")

    def geometry_text(self) -> str:
        """Its place on the screen, as settings keep it."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self._waiting.quit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window only asks; whoever runs the program ends what runs, then lets it go."""
        event.ignore()
        if not self.is_closing and self.may_close():
            self.is_closing = True
            self.close_asked.emit()
            self.hide()
            self._waiting.quit()


def _always() -> bool:
    return True


def _ground(theme: str) -> str:
    is_dark = theme == "dark" or (theme != "light" and QApplication.palette().window().color().lightness() < 128)
    return DARK_GROUND if is_dark else LIGHT_GROUND
