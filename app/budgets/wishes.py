"""What the window and the engine say to each other of budgets."""

import msgspec

from app.budgets.budget import Budget
from app.budgets.forecast import Forecast, Left
from app.budgets.overview import Row
from app.lanes import Lane
from app.tokens import Count


class AskBudgets(msgspec.Struct, frozen=True, tag="ask_budgets"):
    """How do they stand?"""


class SetBudget(msgspec.Struct, frozen=True, tag="set_budget"):
    """Add it, or put it in the place of that one."""

    budget: Budget
    instead_of: str = ""


class RemoveBudget(msgspec.Struct, frozen=True, tag="remove_budget"):
    id: str


class Foresee(msgspec.Struct, frozen=True, tag="foresee"):
    """What would a prompt of so many tokens, by each encoding, cost in these lanes?"""

    id: int
    counts: tuple[Count, ...]
    lanes: tuple[Lane, ...]
    session: str = ""
    before: tuple[int, ...] = ()
    """For each lane, how many tokens the turns before it come to; empty where it is no next turn."""


class BudgetsTold(msgspec.Struct, frozen=True, tag="budgets_told"):
    """How they stand. `said` is what became of a wish, or why they cannot be read."""

    rows: tuple[Row, ...]
    said: str = ""
    is_good: bool = True


class BudgetNear(msgspec.Struct, frozen=True, tag="budget_near"):
    """One has come to its share; told once in its period."""

    text: str


class Foreseen(msgspec.Struct, frozen=True, tag="foreseen"):
    """One forecast for each lane that was asked for, and what is left of the budgets that concern them."""

    id: int
    lanes: tuple[Forecast, ...]
    left: tuple[Left, ...] = ()


BudgetWish = AskBudgets | SetBudget | RemoveBudget | Foresee
BudgetTold = BudgetsTold | BudgetNear | Foreseen
