"""Where budgets are kept: one JSON file beside the settings, which all processes of this machine share.

{"version": 1, "budgets": [{"scope": "vendor", "name": "openai", "window": "day", "unit": "USD", "limit": "5",
                            "warn": "0.8", "then": "stop", "unpriced": "allow"}]}
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from app import whole_file
from app.budgets.budget import Budget

FILE = "budgets.json"
VERSION = 1


class BudgetError(Exception):
    """Budgets cannot be read or written; the message says why. Nothing is sent while they cannot be read."""


class _File(msgspec.Struct, frozen=True):
    version: int
    budgets: tuple[Budget, ...]


Mark = tuple[int, int, int]


class BudgetFile:
    """Reads anew only when the file has changed: asking costs one look at it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._mark: Mark | None = None
        self._known: tuple[Budget, ...] = ()

    def budgets(self) -> tuple[Budget, ...]:
        """All of them as they are now. Raises `BudgetError`."""
        try:
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark != self._mark:
                self._known, self._mark = _read(self._path.read_bytes()), mark
        except FileNotFoundError:
            self._known, self._mark = (), None
        except (OSError, ValueError, RecursionError) as error:
            raise BudgetError(
                f"the budgets in {self._path} cannot be read ({_why(error)}); mend or delete that file"
            ) from None
        return self._known

    def put(self, budget: Budget, instead_of: str = "") -> None:
        """Sets it; one with the same id, or with the id `instead_of`, gives way. Raises `BudgetError`."""

        def changed(known: tuple[Budget, ...]) -> tuple[Budget, ...]:
            replaced = (budget.id, instead_of)
            at = next((number for number, each in enumerate(known) if each.id in replaced), len(known))
            return (*known[:at], budget, *(each for each in known[at:] if each.id not in replaced))

        self._change(changed)

    def remove(self, id_: str) -> bool:
        """Whether there was one. Raises `BudgetError`."""
        before = self.budgets()
        if all(each.id != id_ for each in before):
            return False
        self._change(lambda known: tuple(each for each in known if each.id != id_))
        return True

    def _change(self, change: Callable[[tuple[Budget, ...]], tuple[Budget, ...]]) -> None:
        try:
            with whole_file.locked(self._path):
                made = _File(VERSION, change(self.budgets()))
                said = json.dumps(msgspec.to_builtins(made), indent=1, ensure_ascii=False)
                whole_file.write(self._path, said.encode())
        except OSError as error:
            raise BudgetError(f"the budgets cannot be written: {error.strerror or error}") from None


def _read(data: bytes) -> tuple[Budget, ...]:
    file = msgspec.json.decode(data, type=_File)
    if file.version > VERSION:
        raise ValueError(f"they were written by a newer Abreast (format {file.version})")
    for each in file.budgets:
        if not (each.limit.is_finite() and each.limit >= 0 and each.warn.is_finite()):
            raise ValueError(f"{each.id}: its limit is no amount")
    return file.budgets


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
