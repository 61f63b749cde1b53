"""What a run cost as a sum that can be checked by hand: per attempt and in all. Unknown is said as unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.quote import Quote
from app.records import AttemptRecord, Cost, RunRecord, plain
from app.tariff import Line

UNKNOWN = "unknown"


@dataclass(frozen=True)
class CostRow:
    """`2,000 × $0.30 / M = $0.0006`; `rate` is empty where only the amount is known."""

    name: str
    count: str
    rate: str
    amount: str


@dataclass(frozen=True)
class CostPart:
    """One attempt. `title` is empty where there is only one."""

    title: str
    rows: tuple[CostRow, ...]
    total: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class CostSheet:
    parts: tuple[CostPart, ...]
    total: str = ""
    """The sum over attempts, where there are several."""


def cost_sheet(record: RunRecord, quotes: Sequence[Quote | None] | None) -> CostSheet:
    """`quotes` are what the attempts come to by the prices that are known now; None until that has been asked."""
    found: Sequence[Quote | None] = quotes if quotes is not None else [None] * len(record.attempts)
    several = len(record.attempts) > 1
    parts = tuple(
        _part(attempt, quote, _title(attempt) if several else "", is_asked=quotes is not None)
        for attempt, quote in zip(record.attempts, found, strict=False)
    )
    return CostSheet(parts, _sum(record) if several else "")


def _title(attempt: AttemptRecord) -> str:
    return f"Attempt {attempt.attempt + 1}{'' if attempt.role == 'answer' else f' · {attempt.role}'}"


def _sum(record: RunRecord) -> str:
    if record.cost is not None:
        return exact(record.cost.amount, record.cost.currency)
    return f"{UNKNOWN}, since the cost of an attempt is"


def _part(attempt: AttemptRecord, quote: Quote | None, title: str, *, is_asked: bool) -> CostPart:
    cost = attempt.cost
    if attempt.status is not None and attempt.status >= 300:
        return CostPart(title, (), "nothing charged", "", f"The server refused the request ({attempt.status})")
    if cost is None:
        return CostPart(title, (), UNKNOWN, "", _why_unknown(attempt))
    total, rows = exact(cost.amount, cost.currency), _rows(quote)
    if cost.source == "provider":
        return CostPart(title, rows, total, "the provider's own report", _beside(cost, quote))
    source = f"{cost.source}, {cost.as_of}" if cost.as_of else cost.source
    if quote is None:
        return CostPart(
            title,
            (),
            total,
            source,
            "Its terms are not known any more: no such price is listed now" if is_asked else "",
        )
    if not _is_same(cost, quote):
        by = exact(plain(quote.amount), quote.currency)
        now = f"Its terms were not kept, and prices have changed: by {_named(quote)} it would be {by}"
        return CostPart(title, (), total, source, now)
    return CostPart(title, rows, total, source)


def _why_unknown(attempt: AttemptRecord) -> str:
    if attempt.usage.input is None or attempt.usage.output is None:
        return "The provider reported no usage for this attempt"
    return "The provider reported none, and no price is listed for this model"


def _beside(cost: Cost, quote: Quote | None) -> str:
    if quote is None:
        return "The provider tells no terms"
    ours = exact(plain(quote.amount), quote.currency)
    if _is_same(cost, quote):
        return f"The same by {_named(quote)}, whose terms these are"
    return f"By {_named(quote)}, whose terms these are, it would be {ours}"


def _named(quote: Quote) -> str:
    named = "your own price" if quote.source == "user" else quote.source
    return f"{named}, {quote.as_of}" if quote.as_of else named


def _is_same(cost: Cost, quote: Quote) -> bool:
    try:
        return cost.currency == quote.currency and Decimal(cost.amount) == quote.amount
    except InvalidOperation:
        return False


def _rows(quote: Quote | None) -> tuple[CostRow, ...]:
    return tuple(_row(line, quote.currency) for line in quote.lines) if quote is not None else ()


def _row(line: Line, currency: str) -> CostRow:
    per = "" if line.per == 1 else " / M"
    rate = f"{exact(plain(line.rate), currency)}{per}" if line.rate is not None else ""
    return CostRow(line.name, f"{line.count:,}", rate, exact(plain(line.amount), currency))


def exact(amount: str, currency: str) -> str:
    """All of its digits: what is added up by hand must come out."""
    return f"${amount}" if currency == "USD" else f"{currency} {amount}"
