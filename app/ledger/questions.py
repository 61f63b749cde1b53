"""What can be asked of the ledger, and what it answers: plain values, which also travel between window and engine.

Ask with `app.ledger.wishes.AskLedger` from the window, or with `app.ledger.answers.answer` on a store. These names are
what graphs, budgets and statistics build upon.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from app.ledger.money import plus
from app.ledger.row import Row
from app.records import plain

Dimension = Literal["day", "user", "vendor", "endpoint", "model", "role", "outcome", "session", "lane", "route"]
"""Days are UTC's, as `2026-11-27`. Sessions, lanes and routes are read off the rows, all others off sums that are kept
ready: those answer within milliseconds however many rows there are."""
Measure = Literal["ttft_ms", "total_ms", "tokens_per_s"]
DAY_US = 86_400_000_000


class Where(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which attempts are meant. An empty tuple means all; several values in one mean any of them."""

    since_us: int | None = None
    """Microseconds since the epoch; whole days (`day_us`) are answered fast."""
    until_us: int | None = None
    """The end, not itself included."""
    user: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()
    endpoint: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    session: tuple[str, ...] = ()
    lane: tuple[str, ...] = ()
    practice: bool = False
    """With the practice models, whose money is play money."""


# Sums


class AskTotals(msgspec.Struct, frozen=True, tag="ask_totals"):
    """What came together, for each combination of values that occurs of `by`; of everything at once for an empty `by`.
    Lines are in the order of their keys."""

    by: tuple[Dimension, ...] = ("model",)
    where: Where = Where()
    repricing: str = ""
    """The id of a kept re-pricing: what it priced costs what it says, all else what it did."""


class Money(msgspec.Struct, frozen=True):
    currency: str
    amount: str
    """Exact: the sum of the amounts of the rows to the last digit."""


class TokenSums(msgspec.Struct, frozen=True):
    """Inclusive, as in `Row`. What no row of them reported is 0."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def input_uncached(self) -> int:
        return self.input - self.cache_read - self.cache_write

    @property
    def output_text(self) -> int:
        return self.output - self.reasoning


class Line(msgspec.Struct, frozen=True):
    key: tuple[str, ...]
    """Values of the question's `by`, in its order."""
    attempts: int
    costs: tuple[Money, ...]
    """One for each currency; currencies are never added. Nothing known: empty."""
    unknown: int
    """Of how many attempts the cost is unknown: it is in no sum of `costs`."""
    tokens: TokenSums
    usage_unknown: int
    """Of how many attempts nobody has said how many tokens they took."""


class Totals(msgspec.Struct, frozen=True, tag="totals"):
    lines: tuple[Line, ...]


# Distributions


class AskSpread(msgspec.Struct, frozen=True, tag="ask_spread"):
    """Percentiles of a measure. Warm-ups and runs with a fault injected count in none. Without an outcome in `where`,
    attempts that are done are meant; without a role, answers and hedges."""

    of: Measure
    by: tuple[Dimension, ...] = ("model", "day")
    where: Where = Where()


class Percentiles(msgspec.Struct, frozen=True):
    """Off by 0.5 % at most where they come from sums that were kept ready."""

    key: tuple[str, ...]
    count: int
    least: float
    p50: float
    p90: float
    p95: float
    p99: float
    most: float


class Spread(msgspec.Struct, frozen=True, tag="spread"):
    lines: tuple[Percentiles, ...]


# Rows


class AskRows(msgspec.Struct, frozen=True, tag="ask_rows"):
    """Whole rows, the newest first. `before` is the `next` of the page before."""

    where: Where = Where()
    limit: int = 100
    before: tuple[int, str] | None = None


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    rows: tuple[Row, ...]
    next: tuple[int, str] | None


class AskColumns(msgspec.Struct, frozen=True, tag="ask_columns"):
    """Some fields of many rows, for drawing: the newest `limit` of them, oldest first. A cost's amount, which a graph
    needs as a number, is `cost_amount`, its currency `cost_currency`."""

    names: tuple[str, ...]
    where: Where = Where()
    limit: int = 50_000


class Columns(msgspec.Struct, frozen=True, tag="columns"):
    names: tuple[str, ...]
    columns: tuple[list[Any], ...]
    """One for each name, all of one length. None is unknown."""
    left_off: bool
    """There are older ones."""


# How much there is


class AskFacts(msgspec.Struct, frozen=True, tag="ask_facts"):
    """Where is the ledger, and how much is in it?"""


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    place: str
    """A path, or a database's address without its password."""
    rows: int
    size_bytes: int
    first_us: int | None = None
    last_us: int | None = None


Question = AskTotals | AskSpread | AskRows | AskColumns | AskFacts
Answer = Totals | Spread | Rows | Columns | Facts


# What follows from answers


class Step(msgspec.Struct, frozen=True):
    """What was spent on `key` up to and with that day."""

    day: str
    key: tuple[str, ...]
    currency: str
    amount: str
    """Of that day alone."""
    cumulated: str


def cumulated(totals: Totals) -> tuple[Step, ...]:
    """Of totals by `("day", ...)`: the running sum for each of the other values and each currency, in days' order."""
    sums: dict[tuple[tuple[str, ...], str], Decimal] = {}
    steps = []
    for line in sorted(totals.lines, key=lambda line: line.key):
        day, *rest = line.key
        for cost in line.costs:
            at = (tuple(rest), cost.currency)
            sums[at] = plus(sums.get(at, Decimal(0)), Decimal(cost.amount))
            steps.append(Step(day, at[0], cost.currency, cost.amount, plain(sums[at])))
    return tuple(steps)


def day_us(day: date) -> int:
    """When that day begins in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def day_of(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).date().isoformat()


def costs(amounts: Iterable[tuple[str, Decimal]]) -> tuple[Money, ...]:
    """Sums of amounts, each with its currency."""
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = plus(sums.get(currency, Decimal(0)), amount)
    return tuple(Money(currency, plain(amount)) for currency, amount in sorted(sums.items()))
