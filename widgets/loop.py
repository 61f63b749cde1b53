"""asyncio on Qt's event loop, with what qasync leaves out. The only place that knows qasync."""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

T = TypeVar("T")


class GuiLoop(QEventLoop):  # type: ignore[misc]  # qasync publishes no types
    """Ends abandoned generators as asyncio's own loops do, and hears signals while Qt waits."""

    def run_forever(self) -> None:
        with _generators_ended_by(self), _signals_wake(self):
            super().run_forever()


def run(main: Callable[[], Coroutine[Any, Any, T]], app: QApplication) -> T:
    """Runs `main()` on Qt's loop to its end and returns what it returns; Qt ends when it does.

    Closing windows does not end it: `main` decides. Ctrl+C cancels it and raises `KeyboardInterrupt` once it is over.
    """
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: GuiLoop(app)) as runner:
        return runner.run(main())


@contextmanager
def _generators_ended_by(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """qasync replaces `run_forever`, and with it loses the hooks by which a loop learns of asynchronous generators:
    one that is left half-way would never be closed, nor would the connection that it reads."""
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=loop._asyncgen_firstiter_hook, finalizer=loop._asyncgen_finalizer_hook)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*before)


@contextmanager
def _signals_wake(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Python runs signal handlers between its own instructions, of which there are none while Qt waits: so a signal
    also writes to the socket by which threads wake the loop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.set_wakeup_fd(loop._csock.fileno(), warn_on_full_buffer=False)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
