"""What is said of budgets."""

from datetime import datetime
from decimal import Decimal

from app.budgets.budget import REQUESTS, TOKENS, Budget
from app.budgets.period import begins_anew
from app.records import plain

EACH = {"user": "you", "vendor": "each vendor", "model": "each model", "endpoint": "each server",
        "session": "each session", "route": "each route"}  # fmt: skip


def amount(value: Decimal, unit: str) -> str:
    """`$4.20`, `3 EUR`, `12,000 tokens`, `1 request`: what is small keeps two digits, all else two decimals."""
    if unit in (TOKENS, REQUESTS):
        named = unit.removesuffix("s") if value == 1 else unit
        return f"{value:,.0f} {named}"
    said = _money(value)
    return f"${said}" if unit == "USD" else f"{said} {unit}"


def money_span(least: Decimal, most: Decimal | None, currency: str) -> str:
    """`$0.0010–0.02`; `from $0.001` where nobody knows how much it may become."""
    if most is None:
        return f"from {amount(least, currency)}"
    low, high = _money(least), _money(most)
    span = low if low == high else f"{low}–{high}"
    return f"${span}" if currency == "USD" else f"{span} {currency}"


def _money(value: Decimal) -> str:
    if value == 0 or abs(value) >= Decimal("0.1"):
        return plain(value) if value == value.to_integral() and abs(value) < 10**9 else f"{value:,.2f}"
    return plain(Decimal(f"{value:.{1 - value.adjusted()}f}"))


def whose(budget: Budget, name: str = "") -> str:
    """For whom it is; `name` is the one of each that is meant."""
    named = budget.name or name
    if budget.scope == "user":
        return "you"
    if not named:
        return EACH[budget.scope]
    if budget.scope == "route":
        return f"the route {named}"
    return "this session" if budget.scope == "session" else named.removesuffix(":443")


def title(budget: Budget, name: str = "") -> str:
    """`$5 a day for openai`."""
    article = "an" if budget.window == "hour" else "a"
    return f"{amount(budget.limit, budget.unit)} {article} {budget.window} for {whose(budget, name)}"


def anew(budget: Budget, at: datetime) -> str:
    """When it begins anew: `at 15:00`, `on 2026-12-01 at 00:00`, in local time."""
    then = begins_anew(budget.window, at)
    return f"{'' if then.date() == at.date() else f'on {then:%Y-%m-%d} '}at {then:%H:%M}"


def until(budget: Budget, at: datetime) -> str:
    """The same as a point in time: `15:00`, `2026-12-01 00:00`."""
    then = begins_anew(budget.window, at)
    return f"{then:%H:%M}" if then.date() == at.date() else f"{then:%Y-%m-%d %H:%M}"


def refused(budget: Budget, name: str, left: Decimal, needs: Decimal, at: datetime) -> str:
    has = "nothing" if left <= 0 else f"only {amount(left, budget.unit)}"
    return (
        f"Not sent: the budget of {title(budget, name)} has {has} left, and this needs about "
        f"{amount(needs, budget.unit)}. It begins anew {anew(budget, at)}."
    )


def stopped(budget: Budget, name: str, at: datetime) -> str:
    return (
        f"stopped by the budget of {title(budget, name)}, of which nothing is left for more; it begins anew "
        f"{anew(budget, at)}"
    )


def near(budget: Budget, name: str, spent: Decimal, at: datetime) -> str:
    share = spent / budget.limit if budget.limit else Decimal(1)
    if share >= 1:
        return f"The budget of {title(budget, name)} is used up. It begins anew {anew(budget, at)}."
    left = amount(budget.limit - spent, budget.unit)
    return f"{share:.0%} of the budget of {title(budget, name)} is used: {left} left until {until(budget, at)}."


def unpriced(budget: Budget, name: str, model: str) -> str:
    return f"No price is known for {model}: the budget of {title(budget, name)} does not count it."


def unpriced_refused(budget: Budget, name: str, model: str) -> str:
    return (
        f"Not sent: no price is known for {model}, and the budget of {title(budget, name)} lets nothing run that it "
        f"cannot count. Give the model a price of its own, or allow it in the budget."
    )
