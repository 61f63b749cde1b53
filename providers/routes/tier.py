"""Which model answers is chosen before anybody is asked, by what the request is like."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.events import Decision, Event
from providers.model import Model
from providers.routes.decisions import Before, decided
from providers.routes.rules import Rule
from providers.types import Request


@dataclass(frozen=True)
class Tier:
    """The first branch whose rule holds answers, else `otherwise`."""

    branches: tuple[tuple[Rule, Model], ...]
    otherwise: Model

    @property
    def name(self) -> str:
        return " | ".join(model.name for model in (*(model for _, model in self.branches), self.otherwise))

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        rule, model = next((each for each in self.branches if each[0].holds(request)), (None, self.otherwise))
        why = rule.name if rule is not None else "no rule holds"
        before = Before(decided(0, Decision("tier", model.name, by=why), f"Tier {model.name}: {why}"))
        async with aclosing(model.stream(request)) as events:
            async for event in events:
                yield event
                if before.left:
                    for notice in before.of(event):
                        yield notice
