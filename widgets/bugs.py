"""Faults of our own: every exception that nobody caught comes here, is printed, and is told in the window."""

import sys
import traceback
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal


class Bugs(QObject):
    found = Signal(str)
    """The details, to be copied into a report."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._before = (sys.excepthook, sys.unraisablehook)

    def install(self) -> None:
        sys.excepthook = self._on_exception
        sys.unraisablehook = self._on_unraisable

    def remove(self) -> None:
        sys.excepthook, sys.unraisablehook = self._before

    def report(self, error: BaseException) -> None:
        self._tell("".join(traceback.format_exception(error)))

    def in_loop(self, _loop: object, context: dict[str, Any]) -> None:
        """An exception handler for asyncio's loop."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            self._tell(str(context.get("message", context)))

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._tell("".join(traceback.format_exception(kind, error, trace)))

    def _on_unraisable(self, unraisable: "sys.UnraisableHookArgs") -> None:
        error = unraisable.exc_value
        self._tell("".join(traceback.format_exception(error)) if error else str(unraisable.err_msg))

    def _tell(self, details: str) -> None:
        if sys.stderr is not None:
            sys.stderr.write(details if details.endswith("\n") else details + "\n")
        self.found.emit(details)
