"""A and B by weight: each request goes to one of several models."""

import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from providers.events import Decision, Event
from providers.model import Model
from providers.routes.decisions import Before, decided
from providers.types import Request


@dataclass(frozen=True)
class Split:
    """Each branch is drawn as often as its weight is of all weights. `random` gives numbers in [0, 1)."""

    branches: tuple[tuple[float, Model], ...]
    random: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        if not self.branches or any(weight < 0 for weight, _ in self.branches) or not self._whole:
            raise ValueError("a split needs branches with weights, of which one is above 0")

    @property
    def name(self) -> str:
        return " / ".join(model.name for _, model in self.branches)

    @property
    def _whole(self) -> float:
        return sum(weight for weight, _ in self.branches)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        weight, model = self._drawn()
        share = f"{weight / self._whole:.0%}"
        before = Before(decided(0, Decision("split", model.name, by=share), f"Split: {model.name}, which gets {share}"))
        async with aclosing(model.stream(request)) as events:
            async for event in events:
                yield event
                if before.left:
                    for notice in before.of(event):
                        yield notice

    def _drawn(self) -> tuple[float, Model]:
        left = self.random() * self._whole
        for weight, model in self.branches:
            left -= weight
            if left < 0:
                return weight, model
        return next(each for each in reversed(self.branches) if each[0] > 0)
