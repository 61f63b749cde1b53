"""Saves the settings a moment after they change, and at the end."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.settings import Settings, SettingsFile

DELAY_MS = 1200
"""From the first change on, so that steady typing cannot put it off."""


class Keeper(QObject):
    trouble = Signal(str)
    """A sentence for the user; said once for each kind of trouble."""

    def __init__(self, parent: QObject, file: SettingsFile, current: Callable[[], Settings]) -> None:
        super().__init__(parent)
        self._file, self._current = file, current
        self._saved: Settings | None = None
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.save)

    def mark(self) -> None:
        """Something has changed."""
        if not self._timer.isActive():
            self._timer.start()

    def save(self) -> None:
        self._timer.stop()
        settings = self._current()
        if settings == self._saved:
            return
        trouble = self._file.save(settings)
        if trouble is None:
            self._saved = settings
        elif trouble != self._told:
            self._told = trouble
            self.trouble.emit(trouble)
