"""The filters of the history as a menu: what is chosen stands in the search as words, where it can be changed."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.history.entry import Entry
from app.records import Outcome
from widgets.buttons import IconButton

COSTS = ("cost>0.001", "cost>0.01", "cost>0.1", "cost>1")
RATINGS = ("rating>=3", "rating>=4", "rating>=5", "rating<=2")
MOST = 12


class FilterButton(IconButton):
    chosen = Signal(str)
    """A filter as it is typed, such as `vendor:openai`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("down", "Filter what is found", parent, text="Filter")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._vendors: dict[str, None] = {}
        self._models: dict[str, None] = {}

    def know(self, entries: Iterable[Entry]) -> None:
        """Vendors and models that were seen can be chosen."""
        for entry in entries:
            self._vendors.setdefault(entry.vendor)
            self._models.setdefault(entry.model)

    def _fill(self) -> None:
        self._menu.clear()
        self._add("Vendor", [f"vendor:{each}" for each in sorted(self._vendors) if _is_word(each)])
        self._add("Model", [f"model:{each}" for each in sorted(self._models) if _is_word(each)])
        today = date.today()
        days = {
            "Today": 0,
            "Last 7 days": 7,
            "Last 30 days": 30,
            "This year": (today - today.replace(month=1, day=1)).days,
        }
        self._add("Date", {name: f"after:{today - timedelta(days=count)}" for name, count in days.items()})
        self._add("Outcome", {each.replace("_", " "): f"outcome:{each}" for each in get_args(Outcome)})
        self._add("Cost", COSTS)
        self._add("Rating", RATINGS)

    def _add(self, title: str, words: Iterable[str] | dict[str, str]) -> None:
        named = words if isinstance(words, dict) else {word.partition(":")[2] or word: word for word in words}
        if not named:
            return
        menu = self._menu.addMenu(title)
        for name, word in list(named.items())[:MOST]:
            action = menu.addAction(name.replace("&", "&&"))
            action.setData(word)
            action.triggered.connect(self._on_triggered)

    def _on_triggered(self) -> None:
        self.chosen.emit(self.sender().data())  # type: ignore[attr-defined]  # a QAction


def with_filter(text: str, word: str) -> str:
    """The search with that filter, in the place of one of the same name."""
    name = re.split(r"[:<>]", word)[0]
    kept = re.sub(rf"(?<!\S){name}(:|>=|<=|>|<)\S+\s*", "", text, flags=re.IGNORECASE).strip()
    return f"{kept} {word} ".lstrip()


def _is_word(text: str) -> bool:
    return bool(text) and not any(sign.isspace() for sign in text)
