"""The next model when one fails."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.errors import ErrorKind, Failure, ProviderError
from providers.events import Event
from providers.model import Model
from providers.routes.attempts import Attempts
from providers.types import Request

VENDORS_OWN: frozenset[ErrorKind] = frozenset({"authentication", "permission", "not_found", "quota"})
"""Kinds that will not pass by waiting, but that another vendor need not share."""


@dataclass(frozen=True)
class Fallback:
    """Asks `models` in turn until one answers; the last one's failure is the failure.

    Goes on after a transient failure and after those of the kinds in `also`. A model that failed when part of its
    answer had been shown is the end of it, unless `restart`: then that text is void and the next model begins anew.
    """

    models: tuple[Model, ...]
    also: frozenset[ErrorKind] = VENDORS_OWN
    restart: bool = False

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("a fallback needs at least one model")

    @property
    def name(self) -> str:
        return " → ".join(model.name for model in self.models)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        attempts = Attempts()
        for left, model in zip(reversed(range(len(self.models))), self.models, strict=True):
            child = attempts.child()
            try:
                async with aclosing(model.stream(request)) as events:
                    async for event in events:
                        yield child.own(event)
                return
            except ProviderError as error:
                if not left or not self._goes_on_after(error.failure):
                    raise
                failure = error.failure
            for event in child.failed(failure):
                yield event

    def _goes_on_after(self, failure: Failure) -> bool:
        if failure.late and not self.restart:
            return False
        return failure.transient or failure.kind in self.also
