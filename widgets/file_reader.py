"""Files read without holding the window: a folder on the network may take its time."""

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal


class FileReader(QObject):
    read = Signal(str, object)
    """A file's name and what it is as an attachment."""
    refused = Signal(str)
    """Why one was not."""

    def start(self, paths: Iterable[Path]) -> None:
        """Reads them one after another; a daemon, as the end of the program must not wait for a file."""
        threading.Thread(target=self._read, args=(tuple(paths),), name="attachments", daemon=True).start()

    def _read(self, paths: tuple[Path, ...]) -> None:
        from app.attachments import AttachmentError, from_file  # not before the first paint

        with contextlib.suppress(RuntimeError):  # the window was closed meanwhile
            for path in paths:
                try:
                    self.read.emit(path.name, from_file(path))
                except AttachmentError as error:
                    self.refused.emit(str(error))
