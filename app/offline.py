"""Offline is a state of the machine, not of each lane: it is noticed once, and so is its end."""

import asyncio
from collections.abc import Callable

from app.faulted import fault_of
from app.lanes import is_loopback
from app.messages import OfflineTold, Up
from app.records import RunRecord
from app.tasks import Tasks
from providers.reach import has_route

AGAIN_S = 3.0
"""How often the system is asked whether there is a way again. Nothing is sent for it."""


class Offline:
    def __init__(self, tasks: Tasks, say: Callable[[Up], None], *, reach: Callable[[], bool] = has_route) -> None:
        self._tasks, self._say, self._reach = tasks, say, reach
        self.is_told = False

    def ended(self, record: RunRecord) -> None:
        """A run that could not reach a server elsewhere is a reason to look."""
        places = [each.endpoint for each in record.attempts if each.endpoint and not is_loopback(each.endpoint)]
        failed = record.error is not None and record.error.kind == "network" and not fault_of(record)
        if places and failed and not self.is_told and not self._reach():
            self.is_told = True
            self._say(OfflineTold(True))
            self._tasks.start(self._watch(), name="offline")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            if self._reach():
                break
        self.is_told = False
        self._say(OfflineTold(False))
