"""An event loop whose time jumps to the next timer as soon as nothing is left to do."""

import asyncio
import selectors
from typing import Any


class NothingToDo(Exception):
    """The loop would wait for ever."""


class _Jumping(selectors.DefaultSelector):
    """Never waits: where it would, time moves on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise NothingToDo
            self.now += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio's loop with virtual seconds, starting at 0."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now
