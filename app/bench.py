"""The lanes that stand beside each other in the window, as one immutable value. Light: the window needs it to paint."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.limits import USUAL, Limits

MAX_PLACES = 16


@dataclass(frozen=True)
class Place:
    """A lane in the window. `number` is its identity for as long as the window lives, `color` its place in the lane
    colours; `params` holds only what was set."""

    number: int
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)
    color: int = 0
    limits: Limits = USUAL
    fault: str = ""
    """What goes wrong on purpose in its runs, at one model of a route or at all; nobody remembers it."""
    fault_at: str = ""

    @property
    def label(self) -> str:
        return split(self.text)[0]

    @property
    def vendor(self) -> str:
        return split(self.text)[1]

    @property
    def is_route(self) -> bool:
        return self.text.startswith("route:")

    @property
    def is_practice(self) -> bool:
        return self.text.startswith("practice")


def split(text: str) -> tuple[str, str]:
    """A lane's model and who serves it, for the eye alone; `app.lanes.parse` is the judge of the grammar."""
    url = re.search(r"@https?://([^/?#]*)", text)
    if url is not None:
        return text[: url.start()].partition(":")[2] or text, url.group(1)
    if text.startswith("route:"):
        return text.removeprefix("route:"), "route"
    vendor, slash, model = text.partition("/")
    return (model, vendor) if slash and model else (text, "")


@dataclass(frozen=True)
class Bench:
    places: tuple[Place, ...] = ()
    next_number: int = 1

    @classmethod
    def of(cls, texts: tuple[str, ...]) -> "Bench":
        bench = cls()
        for text in texts:
            bench = bench.added(text)
        return bench

    def __len__(self) -> int:
        return len(self.places)

    @property
    def is_full(self) -> bool:
        return len(self.places) >= MAX_PLACES

    @property
    def room(self) -> int:
        """How many lanes may still be added."""
        return MAX_PLACES - len(self.places)

    def place(self, number: int) -> Place:
        """Raises `KeyError` for a number that is not on the bench."""
        return {each.number: each for each in self.places}[number]

    def index(self, number: int) -> int:
        return self.places.index(self.place(number))

    def added(
        self,
        text: str,
        params: Mapping[str, Any] | None = None,
        limits: Limits = USUAL,
        *,
        color: int | None = None,
        at: int | None = None,
    ) -> "Bench":
        """With one more lane at `at`, or at the end. A full bench stays as it is."""
        if self.is_full:
            return self
        chosen = self._free_color() if color is None else color
        place = Place(self.next_number, text, dict(params or {}), chosen, limits)
        where = len(self.places) if at is None else at
        return Bench((*self.places[:where], place, *self.places[where:]), self.next_number + 1)

    def duplicated(self, number: int) -> "Bench":
        place = self.place(number)
        return self.added(place.text, place.params, place.limits, at=self.index(number) + 1)

    def removed(self, number: int) -> "Bench":
        return replace(self, places=tuple(each for each in self.places if each.number != number))

    def moved(self, number: int, to: int) -> "Bench":
        """With that lane at index `to`, as far as there is room."""
        rest = [each for each in self.places if each.number != number]
        to = max(0, min(to, len(rest)))
        return replace(self, places=(*rest[:to], self.place(number), *rest[to:]))

    def changed(self, number: int, text: str, params: Mapping[str, Any], limits: Limits) -> "Bench":
        return replace(
            self,
            places=tuple(
                _another(each, text, params, limits) if each.number == number else each for each in self.places
            ),
        )

    def shared(self, params: Mapping[str, Any], limits: Limits) -> "Bench":
        """With the same parameters and limits for every lane."""
        return replace(self, places=tuple(replace(each, params=dict(params), limits=limits) for each in self.places))

    def faulty(self, number: int, fault: str, at: str = "") -> "Bench":
        """With that fault in one lane; "" is none."""
        return replace(
            self,
            places=tuple(
                replace(each, fault=fault, fault_at=at) if each.number == number else each for each in self.places
            ),
        )

    def sound(self) -> "Bench":
        """Without any fault."""
        return replace(self, places=tuple(replace(each, fault="", fault_at="") for each in self.places))

    def _free_color(self) -> int:
        taken = {each.color for each in self.places}
        return next(color for color in range(MAX_PLACES + 1) if color not in taken)


def _another(place: Place, text: str, params: Mapping[str, Any], limits: Limits) -> Place:
    """The same place with this to run; a fault at one model of a route strikes no other route."""
    at = place.fault_at if text == place.text else ""
    return replace(place, text=text, params=dict(params), limits=limits, fault_at=at)
