"""Files written without holding the window: a folder on the network may take its time."""

import contextlib
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import whole_file


class FileWriter(QObject):
    said = Signal(str)
    """A sentence on where it is now, or on why it is not."""

    def start(self, path: Path, data: bytes) -> None:
        """No daemon: the end of the program waits until the file is whole."""
        threading.Thread(target=self._write, args=(path, data), name="file").start()

    def _write(self, path: Path, data: bytes) -> None:
        try:
            whole_file.write(path, data)
        except OSError as error:
            told = f"{path.name} was not written: {error.strerror or error}."
        else:
            told = f"Written to {path}."
        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            self.said.emit(told)
