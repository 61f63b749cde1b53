"""What a prompt is going to cost before it is sent, lane by lane and in sum, against what budgets have left; and which
lane it would not fit. Pure: whoever asks brings the counts, the sizes and the prices."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from app.budgets.budget import Budget
from app.budgets.words import amount, money_span, title

LEAST_OUTPUT = 1


class Forecast(msgspec.Struct, frozen=True):
    """Of one lane. What nobody knows is None: the longest answer, the price."""

    lane: str
    input: int
    output: int | None
    """Tokens of the longest answer that there can be."""
    least: Decimal | None = None
    """What the input and one token cost."""
    most: Decimal | None = None
    currency: str = ""
    overflow: str = ""
    blocked: str = ""
    models: int = 1
    """How many a route may ask: `least` is the cheapest of them alone, `most` is each of them once."""


class Left(msgspec.Struct, frozen=True):
    """What one budget has left for some of these lanes."""

    budget: Budget
    name: str
    left: Decimal


class Sizes(msgspec.Struct, frozen=True):
    """Of a model, in tokens, as lists tell."""

    context: int | None = None
    output: int | None = None


def longest(input_tokens: int, allowed: int | None, sizes: Sizes) -> int | None:
    """What the user allows, else what the model can, and never more than its context has room for."""
    room = None if sizes.context is None else max(0, sizes.context - input_tokens)
    known = [each for each in (allowed if allowed is not None else sizes.output, room) if each is not None]
    return min(known) if known else None


def overflow(model: str, input_tokens: int, allowed: int | None, sizes: Sizes) -> str:
    """Why it would not fit the model's context, if so."""
    if sizes.context is None:
        return ""
    if input_tokens > sizes.context:
        return f"{model}: ≈ {input_tokens:,} tokens do not fit its context of {sizes.context:,}"
    if allowed is not None and input_tokens + allowed > sizes.context:
        asked = f"≈ {input_tokens:,} tokens and max_tokens {allowed:,}"
        return f"{model}: {asked} are more than its context of {sizes.context:,}"
    return ""


def summed(lanes: tuple[Forecast, ...], left: tuple[Left, ...]) -> str:
    """`3 lanes · $0.001–0.02 of $4.20 left today`."""
    counted = f"{len(lanes)} lanes" if len(lanes) != 1 else "1 lane"
    priced = [lane for lane in lanes if lane.least is not None]
    currencies = {lane.currency for lane in priced}
    if len(currencies) > 1:
        return f"{counted} · in {' and '.join(sorted(currencies))}"
    currency = next(iter(currencies), "")
    cost = _span(priced, currency)
    if cost and len(priced) < len(lanes):
        cost += f" for {len(priced)} of them"
    near = tightest(left, currency)
    return " · ".join(filter(None, (counted, " ".join(filter(None, (cost, _of(near)))))))


def _span(lanes: list[Forecast], currency: str) -> str:
    if not lanes:
        return ""
    least = sum((lane.least for lane in lanes if lane.least is not None), Decimal(0))
    known = [lane.most for lane in lanes if lane.most is not None]
    return money_span(least, sum(known, Decimal(0)) if len(known) == len(lanes) else None, currency)


def tightest(left: Iterable[Left], currency: str = "") -> Left | None:
    """The one with the least left: of money in that currency, else of anything."""
    found = sorted(left, key=lambda each: each.left / each.budget.limit if each.budget.limit else Decimal(0))
    money = [each for each in found if each.budget.unit == currency]
    return next(iter(money or found), None)


def _of(left: Left | None) -> str:
    if left is None:
        return ""
    when = {"hour": "this hour", "day": "today", "month": "this month"}[left.budget.window]
    return f"of {amount(max(Decimal(0), left.left), left.budget.unit)} left {when}"


def lines(lanes: tuple[Forecast, ...], left: tuple[Left, ...]) -> tuple[str, ...]:
    """One for each lane and each budget."""
    told = [_line(lane) for lane in lanes]
    told += [
        f"{title(each.budget, each.name)}: {amount(max(Decimal(0), each.left), each.budget.unit)} left" for each in left
    ]
    return tuple(told)


def _line(lane: Forecast) -> str:
    output = f"at most {lane.output:,}" if lane.output is not None else "an unknown number of"
    cost = money_span(lane.least, lane.most, lane.currency) if lane.least is not None else "price unknown"
    asked = f" (one to all of {lane.models} models)" if lane.models > 1 else ""
    return f"{lane.lane}{asked}: ≈ {lane.input:,} tokens in, {output} out, {cost}"


def of_route(name: str, models: Sequence[Forecast]) -> Forecast:
    """What a route comes to that may ask these models. It is stopped only where all of them are: of a fallback, the
    next one is asked."""
    if not models:
        return Forecast(name, 0, None)
    outputs = [each.output for each in models if each.output is not None]
    least = [each.least for each in models if each.least is not None]
    most = [each.most for each in models if each.most is not None]
    is_priced = len(least) == len(models) and len({each.currency for each in models}) == 1
    return Forecast(
        name,
        max(each.input for each in models),
        max(outputs) if len(outputs) == len(models) else None,
        min(least) if is_priced else None,
        sum(most, Decimal(0)) if is_priced and len(most) == len(models) else None,
        models[0].currency if is_priced else "",
        models[0].overflow if all(each.overflow for each in models) else "",
        models[0].blocked if all(each.blocked for each in models) else "",
        len(models),
    )


def all_blocked(lanes: tuple[Forecast, ...]) -> str:
    """Why nothing at all would be sent, if so."""
    return lanes[0].blocked if lanes and all(lane.blocked for lane in lanes) else ""


def briefly(lanes: tuple[Forecast, ...]) -> str:
    """The first of the cautions in a few words."""
    first = next((lane for lane in lanes if lane.blocked or lane.overflow), None)
    if first is None:
        return ""
    return f"{first.lane}: {'too little left' if first.blocked else 'does not fit'}"


def cautions(lanes: tuple[Forecast, ...]) -> tuple[str, ...]:
    """What is going to go wrong, once for each reason."""
    return tuple(dict.fromkeys(said for lane in lanes for said in (lane.blocked, lane.overflow) if said))
