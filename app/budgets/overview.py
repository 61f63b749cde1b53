"""How budgets stand: what each has spent, holds and has left, and when it begins anew."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from app.budgets.budget import Budget
from app.budgets.period import begins_anew, now, period

if TYPE_CHECKING:
    from app.budgets.store import Store


class Row(msgspec.Struct, frozen=True):
    """One budget, or its part for one of each. `name` is empty where nothing was spent under it yet."""

    budget: Budget
    name: str
    spent: Decimal
    held: Decimal
    """By those who spend now."""
    resets_at: datetime

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.budget.limit - self.spent - self.held)

    @property
    def used(self) -> Decimal:
        """The share of the limit that is spent."""
        return self.spent / self.budget.limit if self.budget.limit else Decimal(1)

    @property
    def is_near(self) -> bool:
        return self.used >= self.budget.warn


def overview(store: "Store", budgets: tuple[Budget, ...], user: str, at: datetime | None = None) -> tuple[Row, ...]:
    """Of each budget in turn. What the dead had held is freed first. Runs in a transaction."""
    store.free_the_dead()
    return tuple(row for budget in budgets for row in _rows(store, budget, user, at or now()))


def _rows(store: "Store", budget: Budget, user: str, at: datetime) -> list[Row]:
    called, anew = period(budget.window, at), begins_anew(budget.window, at)
    names = _names(store, budget, user, called)
    end = f" {budget.unit} {budget.window}"
    found = store.standings(tuple((f"{budget.scope}:{name}{end}", called) for name in names))
    return [
        Row(budget, name, standing.spent + standing.used, standing.held - standing.used, anew)
        for name, standing in zip(names, found, strict=True)
    ]


def _names(store: "Store", budget: Budget, user: str, called: str) -> list[str]:
    if budget.scope == "user":
        return [user]
    end = f"{budget.unit} {budget.window}"
    counted = [
        counter.removeprefix(f"{budget.scope}:").removesuffix(f" {end}")
        for counter in store.names(called, budget.scope, end)
    ]
    if not budget.name:
        return counted or [""]
    if budget.scope == "model" and "/" not in budget.name:
        return [name for name in counted if name.partition("/")[2] == budget.name] or [budget.name]
    return [budget.name]
