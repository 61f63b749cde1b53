"""Makes forecasts in the engine, which knows prices, sizes and budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.budgets import words
from app.budgets.budget import Budget, Payer
from app.budgets.forecast import LEAST_OUTPUT, Forecast, Left, Sizes, longest, of_route, overflow
from app.budgets.gate import Gate, cautious, payer_of
from app.budgets.lease import LEAST_SLICE
from app.budgets.overview import Row
from app.budgets.period import now
from app.budgets.wishes import Foresee, Foreseen
from app.home import folder
from app.lanes import Lane, LaneError, UrlTarget, VendorTarget, parse, route_name
from app.price_list import is_listed
from app.pricing import Prices
from app.ranks import EncodingName
from app.routes.budgets import asks, budgets
from app.routes.shelf import RouteShelf
from app.routes.spec import Route
from app.shelf import Shelf
from app.tokens import choice
from providers.practice.catalog import PRICES, entry
from providers.usage import TokenUsage
from providers.vendors import Vendor

Lefts = dict[tuple[str, str], Left]
"""By the budget's id and whose it is."""


@dataclass(frozen=True)
class Asked:
    """`rows` is how the budgets stand, `before` what the earlier turns come to."""

    counted: Mapping[EncodingName, int]
    before: int
    session: str
    rows: tuple[Row, ...]

    def tokens(self, encoding: EncodingName) -> int:
        """As that encoding counts; a route's models are not all counted by their own."""
        return self.before + self.counted.get(encoding, max(self.counted.values(), default=0))


class Seer:
    def __init__(self, gate: Gate, shelf: Shelf, prices: Prices) -> None:
        self._gate, self._shelf, self._prices, self._directory = gate, shelf, prices, prices.directory

    def foresee(self, wish: Foresee, rows: tuple[Row, ...]) -> Foreseen:
        """`rows` is how the budgets stand. What one lane is going to hold, the next one has no more."""
        if any(is_listed(lane.text, self._directory) or route_name(lane.text) for lane in wish.lanes):
            self._prices.load()
        counted = {count.encoding: count.tokens for count in wish.counts}
        left: Lefts = {}
        before = wish.before or (0,) * len(wish.lanes)
        lanes = tuple(
            self._lane(lane, Asked(counted, earlier, wish.session, rows), left)
            for lane, earlier in zip(wish.lanes, before, strict=True)
        )
        return Foreseen(wish.id, lanes, tuple(self._untouched(left, rows)))

    def in_routes(self, wish: Foresee) -> tuple[Budget, ...]:
        """The budgets that stand in the routes that are asked."""
        routes = (_route(lane, name) for lane in wish.lanes if (name := route_name(lane.text)))
        return tuple(each for route in routes if route is not None for each in budgets(route))

    def _lane(self, lane: Lane, asked: "Asked", left: Lefts) -> Forecast:
        if not (name := route_name(lane.text)):
            return self._model(lane, asked, left)
        route = _route(lane, name)
        if route is None:
            return Forecast(lane.text, 0, None)
        leaves = tuple(asks(route))
        held = [dict(left) for _ in leaves]
        models = [
            self._model(Lane(ask.lane, {**lane.params, **ask.params}), asked, own, tuple(each.name for each in over))
            for (ask, over), own in zip(leaves, held, strict=True)
        ]
        left |= next((own for own, each in zip(held, models, strict=True) if not each.blocked), {})
        return of_route(lane.text, models)

    def _model(self, lane: Lane, asked: "Asked", left: Lefts, routes: tuple[str, ...] = ()) -> Forecast:
        try:
            target = parse(lane.text)
        except LaneError:
            return Forecast(lane.text, 0, None)
        vendor, endpoint, row = self._served(target)
        tokens = asked.tokens(choice(target.model).encoding)
        allowed = lane.params.get("max_tokens")
        allowed = allowed if isinstance(allowed, int) and not isinstance(allowed, bool) else None
        sizes = self._sizes(row, target.model)
        output = longest(tokens, allowed, sizes)
        payer = payer_of(self._gate.user, vendor, target.model, endpoint, asked.session, routes)
        rate = self._gate.rate(payer, endpoint)
        least = rate.any(TokenUsage(input=tokens, output=LEAST_OUTPUT))
        most = None if output is None else rate.any(TokenUsage(input=tokens, output=output))
        blocked = self._blocked(payer, endpoint, tokens, allowed, asked.rows, left)
        return Forecast(
            target.model,
            tokens,
            output,
            None if least is None else Decimal(least.amount),
            None if most is None else Decimal(most.amount),
            least.currency if least is not None else "",
            overflow(target.model, tokens, allowed, sizes),
            blocked,
        )

    def _served(self, target: VendorTarget | UrlTarget) -> tuple[str, str, Vendor | None]:
        """By whom, where, and which row that is."""
        match target:
            case VendorTarget(vendor=id_):
                row = self._directory.find(id_)
                return id_, row.base_url if row is not None else "", row
            case UrlTarget(base_url=url, dialect=dialect):
                row = self._directory.at(url, dialect)
                return row.id if row is not None else "custom", url, row

    def _sizes(self, row: Vendor | None, model: str) -> Sizes:
        if row is None:
            return Sizes()
        if row.is_practice:
            known = entry(model) if model in PRICES else None
            return Sizes(known.context_length, known.max_output) if known is not None else Sizes()
        listed = self._shelf.model(row, model) or self._prices.model(row.id, model)
        return Sizes(listed.context, listed.max_output) if listed is not None else Sizes()

    def _blocked(
        self, payer: Payer, endpoint: str, tokens: int, longest_: int | None, rows: tuple[Row, ...],
        left: Lefts,
    ) -> str:  # fmt: skip
        """Why it would not be sent, if so: as the gate itself is going to judge."""
        said = ""
        for budget in dict.fromkeys(row.budget for row in rows):
            name = budget.name_for(payer)
            rates = self._gate.rate(payer, endpoint).of(cautious(tokens), budget.unit)
            if budget.counter(payer) is None:
                continue
            if rates is None:
                refused = words.unpriced_refused(budget, name, payer.name("model"))
                said = said or (refused if budget.unpriced == "block" else "")
                continue
            key = (budget.id, name)
            before = left.get(key) or Left(budget, name, _left(budget, name, rows))
            needs = rates[0] + rates[1] * min(LEAST_SLICE, longest_ or LEAST_SLICE)
            if budget.then != "warn" and before.left < needs and not said:
                said = f"{payer.model}: {_none_left(budget, name, before.left)}"
            left[key] = Left(budget, name, before.left - needs)
        return said

    def _untouched(self, left: Lefts, rows: tuple[Row, ...]) -> list[Left]:
        """As they are before anything is sent."""
        return [Left(each.budget, each.name, _left(each.budget, each.name, rows)) for each in left.values()]


def _route(lane: Lane, name: str) -> Route | None:
    """None for what cannot work: that is said where it is sent, and by its editor."""
    try:
        route = lane.route or RouteShelf(folder()).route(name)
        if route is not None:
            budgets(route)  # of which one may be written wrong
    except (OSError, ValueError):
        return None
    return route


def _left(budget: Budget, name: str, rows: tuple[Row, ...]) -> Decimal:
    row = next((each for each in rows if each.budget == budget and each.name == name), None)
    return budget.limit if row is None else row.left


def _none_left(budget: Budget, name: str, left: Decimal) -> str:
    has = f"only {words.amount(left, budget.unit)}" if left > 0 else "nothing"
    return f"{has} left of {words.title(budget, name)} until {words.until(budget, now())}"
