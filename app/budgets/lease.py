"""What one attempt is granted: slices of tokens, taken ahead of need in the till's thread, settled at its end."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from decimal import Decimal
from uuid import uuid4

from app.budgets import words
from app.budgets.budget import REQUESTS, TOKENS
from app.budgets.claim import Claim, Opened, Refused, Taken, Warned
from app.budgets.file import BudgetError
from app.budgets.meter import Meter
from app.budgets.period import now
from app.budgets.till import Till
from providers.errors import ErrorKind, Failure, ProviderError
from providers.events import CONTENT, Event, Finished, Response, Started, Usage
from providers.usage import TokenUsage

SLICE, LARGEST_SLICE = 64, 1024
"""Tokens that are taken at once, and how many at most where a stream uses them up within `QUICK_NS`."""
LEAST_SLICE = 16
"""Where less is left, a stream is stopped rather than kept waiting for token after token, while its server goes on."""
QUICK_NS = 250_000_000
NOTED_NS = 1_000_000_000
"""What is used is noted this often, so that a process that is killed takes little of it along."""
NEVER_SENT: frozenset[ErrorKind] = frozenset({"network", "tls"})
ZERO = Decimal(0)
Price = Callable[[TokenUsage, str], Decimal | None]
"""What a usage costs in a currency; None where that is not known."""
Tell = Callable[[Warned], None]


class Lease:
    """A `providers.routes.budgeted.Grant`."""

    def __init__(self, till: Till, claims: tuple[Claim, ...], meter: Meter, price: Price, tell: Tell) -> None:
        self._till, self._claims, self._meter, self._price, self._tell = till, claims, meter, price, tell
        self._id = uuid4().hex
        self._granted = 0
        self._slice = SLICE
        self._pending: Future[Taken | Refused] | None = None
        self._asked_ns = self._noted_ns = 0
        self._said: list[str] = []
        self._inputs: dict[tuple[str, int], Decimal] = {}
        self._why = ""
        self._started = self._over = False
        self._status = 0

    async def open(self, longest: int | None) -> None:
        """For an answer of at most `longest` tokens, if that is known. Raises `ProviderError` if there is not enough
        left."""
        id_, claims, used = self._id, self._claims, self._used()
        most = SLICE if longest is None else max(1, min(SLICE, longest))
        asked = self._till.do(lambda store: store.open(id_, claims, used, least=min(LEAST_SLICE, most), most=most))
        try:
            found = await asyncio.shield(asyncio.wrap_future(asked))
        except asyncio.CancelledError:
            self._close(tuple(ZERO for _ in claims))  # done after it was opened, whenever that is
            raise
        except BudgetError as error:
            raise blocked(f"Not sent: {error}.") from None
        match found:
            case Opened(tokens=tokens, warnings=warnings):
                self._granted = tokens
                self._warned(warnings)
            case Refused(claim=claim, left=left, needs=needs):
                self._over = True
                raise blocked(words.refused(claim.budget, claim.name, left, needs, now()))

    def say(self, sentence: str) -> None:
        self._said.append(sentence)

    # What a stream shows

    def saw(self, event: Event) -> None:
        match event:
            case Started():
                self._started = True
            case Response(status=status):
                self._status = status
            case Usage(usage=usage):
                self._meter.reported(usage)
            case _ if isinstance(event, CONTENT):
                self._meter.saw(event)
                self._look_ahead(event.at_ns)
            case _:
                pass

    def _look_ahead(self, at_ns: int) -> None:
        if self._pending is not None and self._pending.done():
            self._collect(self._pending)
        if self._pending is None and not self._why and self._left < max(self._slice // 2, 2 * self._meter.largest):
            self._ask()
        elif at_ns - self._noted_ns > NOTED_NS:
            self._noted_ns = at_ns
            id_, claims, used = self._id, self._claims, self._used()
            self._till.do(lambda store: store.use(id_, claims, used))

    @property
    def _left(self) -> int:
        return self._granted - self._meter.output

    @property
    def covers(self) -> bool:
        return self._left >= self._meter.largest

    async def more(self) -> str:
        """What was asked ahead may have come too early: others have given back since. So it is asked once more."""
        for asked in (self._pending, None):
            waited = asked or self._ask()
            try:
                await asyncio.shield(asyncio.wrap_future(waited))
            except BudgetError as error:
                self._why = f"stopped, since {error}"
            self._collect(waited)
            if self.covers:
                self._why = ""
                return ""
        return self._why

    def said(self) -> tuple[str, ...]:
        said, self._said = tuple(self._said), []
        return said

    # The end

    async def settle(self, finished: Finished) -> None:
        self._meter.reported(finished.usage)
        done = self._close(tuple(self._spent(claim, finished.usage) for claim in self._claims))
        try:
            self._warned(await asyncio.shield(asyncio.wrap_future(done)), told=True)
        except BudgetError as error:
            self.say(f"What this run has spent is not counted in its budgets: {error}.")

    def end(self, failure: Failure | None) -> None:
        if not self._over:
            self._close(self._left_used(failure))

    def _left_used(self, failure: Failure | None) -> tuple[Decimal, ...]:
        """An answer that was refused costs nothing but the request; what cannot have been sent costs nothing."""
        if not self._started or (not self._status and failure is not None and failure.kind in NEVER_SENT):
            return tuple(ZERO for _ in self._claims)
        if self._status >= 300:
            return tuple(Decimal(claim.budget.unit == REQUESTS) for claim in self._claims)
        return self._used()

    def _close(self, spent: tuple[Decimal, ...]) -> "Future[tuple[Warned, ...]]":
        self._over = True
        id_, claims = self._id, self._claims
        done = self._till.do(lambda store: store.settle(id_, claims, spent))
        done.add_done_callback(self._tell_all)
        return done

    def _tell_all(self, done: "Future[tuple[Warned, ...]]") -> None:
        if done.exception() is None:
            for warned in done.result():
                self._tell(warned)

    # Amounts

    def _used(self) -> tuple[Decimal, ...]:
        """By the running estimate. Prices are looked up once for each input that is known: streams are being timed."""
        return tuple(self._before(claim) + claim.each * self._meter.output for claim in self._claims)

    def _before(self, claim: Claim) -> Decimal:
        key = (claim.budget.unit, self._meter.input)
        if key not in self._inputs:
            self._inputs[key] = self._amount(claim, TokenUsage(input=self._meter.input, output=0))
        return self._inputs[key]

    def _spent(self, claim: Claim, usage: TokenUsage) -> Decimal:
        """As the provider has counted; of what it has not, our estimate."""
        estimate = TokenUsage(input=self._meter.input, output=self._meter.output)
        if usage.input is None or usage.output is None:
            return self._amount(claim, estimate if usage.cost_usd is None else usage)
        return self._amount(claim, usage)

    def _amount(self, claim: Claim, usage: TokenUsage) -> Decimal:
        match claim.budget.unit:
            case unit if unit == TOKENS:
                return Decimal((usage.input or 0) + (usage.output or 0))
            case unit if unit == REQUESTS:
                return Decimal(1)
            case currency:
                return self._price(usage, currency) or ZERO

    # Taking more

    def _ask(self) -> "Future[Taken | Refused]":
        now_ns = time.perf_counter_ns()
        if self._asked_ns and now_ns - self._asked_ns < QUICK_NS:
            self._slice = min(LARGEST_SLICE, self._slice * 2)
        self._asked_ns = self._noted_ns = now_ns
        id_, claims, used = self._id, self._claims, self._used()
        least = max(LEAST_SLICE, self._meter.largest)
        most = max(self._slice, 4 * least)
        self._pending = self._till.do(lambda store: store.take(id_, claims, used, least=least, most=most))
        return self._pending

    def _collect(self, taken: "Future[Taken | Refused]") -> None:
        self._pending = None
        if taken.exception() is not None:
            return
        match taken.result():
            case Taken(tokens=tokens, warnings=warnings):
                self._granted += tokens
                self._warned(warnings)
            case Refused(claim=claim, warnings=warnings):
                self._warned(warnings)
                self._why = words.stopped(claim.budget, claim.name, now())

    def _warned(self, warnings: tuple[Warned, ...], *, told: bool = False) -> None:
        for each in warnings:
            self.say(words.near(each.claim.budget, each.claim.name, each.spent, now()))
            if not told:
                self._tell(each)


def blocked(message: str) -> ProviderError:
    return ProviderError(Failure("quota", message, provider_code="budget"))
