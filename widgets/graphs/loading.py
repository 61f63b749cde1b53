"""Loading pyqtgraph and numpy while the window stays alive.

The import takes most of a second. On the GUI thread that is one frozen window (710 to 840 ms measured, two cores);
in a thread the worst frame was 25 to 30 ms, since the GIL is handed over between the many small modules. The modules
make no QObject while they are imported, so none is born on the wrong thread (tests/widgets/test_graphs.py looks).
"""

import threading
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal

POLL_MS = 30


class Loading(QObject):
    """Imports `module` once in a thread; tells on the GUI thread, by polling, when that is over."""

    done = Signal()
    failed = Signal(str)

    def __init__(self, module: str, parent: QObject) -> None:
        super().__init__(parent)
        self._module = module
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name=f"import {self._module}")
            self._thread.start()
            self._poll.start()

    def _load(self) -> None:
        try:
            import_module(self._module)
        except Exception as error:
            self._error = error

    def _look(self) -> None:
        if self._thread is None or self._thread.is_alive():
            return
        self._poll.stop()
        if self._error is None:
            self.done.emit()
        else:
            self.failed.emit(f"{type(self._error).__name__}: {self._error}")
