"""The next model when one fails."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from providers.errors import ErrorKind, Failure, ProviderError
from providers.events import Decision, Event, Finished, Notice
from providers.model import Model
from providers.routes.attempts import QUIET, Attempts
from providers.routes.decisions import Before, decided
from providers.routes.health import Health
from providers.routes.order import AsListed, Order
from providers.types import Request

LISTED = AsListed()
VENDORS_OWN: frozenset[ErrorKind] = frozenset({"authentication", "permission", "not_found", "quota"})
"""Kinds that will not pass by waiting, but that another vendor need not share."""


@dataclass(frozen=True)
class Fallback:
    """Asks `models` in turn until one answers; the last one's failure is the failure.

    Goes on after failures of the kinds in `on`, and of no others; where that is None, after transient ones and what is
    the vendor's own. A model that failed when part of its answer had been shown is the end of it, unless `restart`:
    then that text is void and the next model begins anew.
    With a `health` that outlives the request, who has failed lately is asked last.
    """

    models: tuple[Model, ...]
    on: frozenset[ErrorKind] | None = None
    restart: bool = False
    order: Order = LISTED
    health: Health | None = None

    def __post_init__(self) -> None:
        if not self.models:
            raise ValueError("a fallback needs at least one model")

    @property
    def name(self) -> str:
        return " → ".join(model.name for model in self.models)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        attempts = Attempts()
        turn = _Turn(self.order.order(self.models), self.order, self.health)
        for left, model in zip(reversed(range(len(turn.models))), turn.models, strict=True):
            child = attempts.child()
            try:
                async with aclosing(model.stream(request)) as events:
                    async for event in events:
                        if child.is_plain and type(event) in QUIET:
                            yield event
                            continue
                        own = child.own(event)
                        if isinstance(own, Finished):
                            for notice in turn.answered(model, own.attempt):
                                yield notice
                        yield own
                        if turn.before.left:
                            for notice in turn.before.of(own):
                                yield notice
                return
            except ProviderError as error:
                turn.failed(model, error.failure)
                if not left or not self._goes_on_after(error.failure):
                    raise
                failure = error.failure
            for event in child.failed(failure):
                yield event

    def _goes_on_after(self, failure: Failure) -> bool:
        if failure.late and not self.restart:
            return False
        if self.on is not None:
            return failure.kind in self.on
        return failure.transient or failure.kind in VENDORS_OWN


@dataclass
class _Turn:
    """Who is asked in which order, and what there is to say of that."""

    listed: Sequence[Model]
    by: Order
    health: Health | None
    models: list[Model] = field(init=False)
    before: Before = field(init=False)

    def __post_init__(self) -> None:
        rest = {model.name: self.health.rest_s(model.name) if self.health else 0.0 for model in self.listed}
        self.models = sorted(self.listed, key=lambda model: rest[model.name])
        self.before = Before(*self._chosen(), *_rests(rest))

    def _chosen(self) -> Iterator[Notice]:
        if not isinstance(self.by, AsListed):
            first = self.models[0].name
            said = f"Fallback: {first} first, {self.by.name}"
            yield decided(0, Decision("fallback", first, by=self.by.name), said)

    def failed(self, model: Model, failure: Failure) -> None:
        if self.health is not None:
            self.health.failed(model.name, failure)

    def answered(self, model: Model, attempt: int) -> Sequence[Notice]:
        if self.health is None or not self.health.succeeded(model.name):
            return ()
        return (decided(attempt, Decision("fallback", "recovered", by=model.name), f"{model.name} answers again"),)


def _rests(rest: Mapping[str, float]) -> Iterator[Notice]:
    for name, seconds in rest.items():
        if seconds > 0:
            said = f"{name} failed lately and rests for {seconds:.0f} s more"
            yield decided(0, Decision("fallback", "passed over", seconds, by=name), said)
