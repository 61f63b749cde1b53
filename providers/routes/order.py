"""In which order the models of a fallback are asked."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from providers.model import Model
from providers.routes.health import Health


class Order(Protocol):
    """`name` says by what they are put in order."""

    @property
    def name(self) -> str: ...

    def order(self, models: Sequence[Model]) -> Sequence[Model]: ...


@dataclass(frozen=True)
class AsListed:
    name: str = "as listed"

    def order(self, models: Sequence[Model]) -> Sequence[Model]:
        return models


@dataclass(frozen=True)
class Sticky:
    """Who answered last is asked first: its caches are warm."""

    health: Health
    name: str = "sticky"

    def order(self, models: Sequence[Model]) -> Sequence[Model]:
        return sorted(models, key=lambda model: model.name != self.health.latest)


@dataclass(frozen=True)
class Weighted:
    """Drawn anew for each request, the heavier more often first. Weights are in the order of the models."""

    weights: tuple[float, ...]
    random: Callable[[], float] = random.random
    name: str = "weighted"

    def order(self, models: Sequence[Model]) -> Sequence[Model]:
        drawn = [self.random() ** (1 / weight) if weight > 0 else -1.0 for weight in self.weights]
        return [model for _, model in sorted(zip(drawn, models, strict=True), key=_drawn, reverse=True)]


@dataclass(frozen=True)
class Least:
    """The least of a figure first, such as latency or price; those of whom it is unknown last, as listed."""

    name: str
    figure: Callable[[str], float | None]

    def order(self, models: Sequence[Model]) -> Sequence[Model]:
        figures = {model.name: self.figure(model.name) for model in models}
        known = [model for model in models if figures[model.name] is not None]
        unknown = [model for model in models if figures[model.name] is None]
        return [*sorted(known, key=lambda model: figures[model.name] or 0.0), *unknown]


def _drawn(pair: tuple[float, Model]) -> float:
    return pair[0]
