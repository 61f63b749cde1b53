"""The one place of a process where budgets stand before models."""

import os
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter_ns
from typing import Protocol

from app.attempt import Attempt
from app.budgets import words
from app.budgets.budget import REQUESTS, TOKENS, Budget, Payer
from app.budgets.claim import Claim, Warned
from app.budgets.file import BudgetError, BudgetFile
from app.budgets.lease import Lease, blocked
from app.budgets.meter import Meter, estimated_input
from app.budgets.period import now, period
from app.budgets.till import Till
from app.ledger import place
from app.records import Cost
from app.run import Pricer
from providers.events import Started
from providers.model import Model
from providers.routes.budgeted import Budgeted
from providers.types import Request
from providers.usage import TokenUsage
from providers.vendors import origin

THOUSAND = 1000


class Payee(Protocol):
    """Who is paid."""

    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def base_url(self) -> str: ...


class Leaf(Payee, Model, Protocol):
    """What is told of a vendor's model."""


class Gate:
    """`tell` hears what is wrong with the file, in any thread; `near` that a budget has come to its share, once in a
    period, whichever run it was: that run's stream has said so too, if it still could."""

    def __init__(
        self, settings: Path, data: Path, price: Pricer, tell: Callable[[str], None], near: Callable[[str], None]
    ) -> None:
        self.file = BudgetFile(settings)
        self.till = Till(data, tell)
        self._price, self._near = price, near
        self.user = user(settings)
        self.of_routes: dict[str, Budget] = {}
        """Budgets that stand in routes, as far as they were asked here, by their ids."""

    def over(self, leaf: Leaf, session: str, route: tuple[Budget, ...] = ()) -> Model:
        """The model under the budgets that there are for it now, and under those of its `route`; itself, if there are
        none. Raises `ProviderError` if that cannot be told."""
        purse = self.purse(leaf, session, route)
        return leaf if purse is None else Budgeted(leaf, purse)

    def purse(self, leaf: "Payee", session: str, route: tuple[Budget, ...] = ()) -> "Purse | None":
        """What stands before whatever is asked there. Raises what `over` raises."""
        payer = payer_of(self.user, leaf.vendor, leaf.model, leaf.base_url, session, tuple(each.name for each in route))
        try:
            budgets = tuple(each for each in (*self.file.budgets(), *route) if each.counter(payer) is not None)
        except BudgetError as error:
            raise blocked(f"Not sent: {error}.") from None
        self.of_routes |= {each.id: each for each in route}
        if not budgets:
            return None
        self.till.warm()
        return Purse(self, budgets, payer, leaf.base_url)

    def rate(self, payer: Payer, endpoint: str) -> "Rate":
        return Rate(self._price, payer, endpoint)

    def warned(self, warned: Warned) -> None:
        self._near(words.near(warned.claim.budget, warned.claim.name, warned.spent, now()))

    def close(self) -> None:
        """What is still to be counted is counted. Waits for the disk."""
        self.till.close()


class Rate:
    """What tokens of one model cost, as far as somebody knows."""

    def __init__(self, price: Pricer, payer: Payer, endpoint: str) -> None:
        self._price, self._payer, self._endpoint = price, payer, endpoint

    def any(self, usage: TokenUsage) -> Cost | None:
        """In whatever currency."""
        started = Started(
            0, perf_counter_ns(), role="answer", vendor=self._payer.vendor, endpoint=self._endpoint,
            model=self._payer.model,
        )  # fmt: skip
        attempt = Attempt(started)
        attempt.usage = usage
        return self._price(attempt)

    def cost(self, usage: TokenUsage, currency: str) -> Decimal | None:
        cost = self.any(usage)
        return Decimal(cost.amount) if cost is not None and cost.currency == currency else None

    def of(self, input_tokens: int, unit: str) -> tuple[Decimal, Decimal] | None:
        """In that unit, what comes before an answer and what each token of it comes to; None if nobody knows."""
        if unit == REQUESTS:
            return Decimal(1), Decimal(0)
        if unit == TOKENS:
            return Decimal(input_tokens), Decimal(1)
        first = self.cost(TokenUsage(input=input_tokens, output=0), unit)
        more = self.cost(TokenUsage(input=input_tokens, output=THOUSAND), unit)
        return None if first is None or more is None else (first, (more - first) / THOUSAND)


class Purse:
    """The `Allowance` of one model: the budgets that it is under, and who pays."""

    def __init__(self, gate: Gate, budgets: tuple[Budget, ...], payer: Payer, endpoint: str) -> None:
        self._gate, self._budgets, self._payer = gate, budgets, payer
        self._rate = gate.rate(payer, endpoint)

    async def ask(self, request: Request) -> Lease:
        """Holds a little more than the estimate of the input, which is given back once it has been counted."""
        estimate, at = estimated_input(request), now()
        said: list[str] = []
        found = (self._claim(budget, cautious(estimate), at, said) for budget in self._budgets)
        claims = tuple(claim for claim in found if claim is not None)
        lease = Lease(self._gate.till, claims, Meter(estimate), self._rate.cost, self._gate.warned)
        for sentence in said:
            lease.say(sentence)
        await lease.open(longest(request))
        return lease

    def _claim(self, budget: Budget, input_tokens: int, at: datetime, said: list[str]) -> Claim | None:
        counter, name = budget.counter(self._payer), budget.name_for(self._payer)
        assert counter is not None  # those that are of no concern were left out
        rates = self._rate.of(input_tokens, budget.unit)
        if rates is None:
            model = self._payer.name("model")
            if budget.unpriced == "block":
                raise blocked(words.unpriced_refused(budget, name, model))
            said.append(words.unpriced(budget, name, model))
            return None
        return Claim(budget, name, counter, period(budget.window, at), *rates)


def longest(request: Request) -> int | None:
    """How many tokens of answer were allowed."""
    allowed = request.params.get("max_tokens")
    return allowed if isinstance(allowed, int) and not isinstance(allowed, bool) else None


def cautious(tokens: int) -> int:
    return tokens + tokens // 4 + 8


def payer_of(user: str, vendor: str, model: str, base_url: str, session: str, routes: tuple[str, ...] = ()) -> Payer:
    return Payer(user, vendor, model, origin(base_url), session, routes)


def user(settings: Path) -> str:
    """In whose name it is run: the one that the ledger writes down."""
    return place.user(settings) or (str(os.getuid()) if hasattr(os, "getuid") else "user")
