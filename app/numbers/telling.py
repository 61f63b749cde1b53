"""Values of a chart's axes as people read them."""

from datetime import datetime
from decimal import Decimal

from app.figures import money
from app.numbers.chart import Axis
from app.records import Cost, plain
from app.series import duration


def told(axis: Axis, value: float) -> str:
    """A value with its unit."""
    match axis.kind:
        case "ms":
            return duration(value)
        case "speed":
            return f"{value:.1f} tok/s"
        case "money":
            return amount(Decimal(repr(value)), axis.currency)
        case "tokens":
            return f"{value:,.0f} tok"
        case "rating":
            return f"{value:.1f} of 5"
        case "share":
            return f"{value * 100:.0f} %"
        case "time":
            return datetime.fromtimestamp(value).astimezone().strftime("%d %b %Y, %H:%M:%S")
        case "day":
            day = _day(value - (axis.scale - 1) * 43_200)
            return day if axis.scale == 1 else f"{axis.scale:.0f} days from {day}"
        case "names":
            place = round(value)
            return axis.names[place] if 0 <= place < len(axis.names) else ""


def _day(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().strftime("%d %b %Y")


def amount(value: Decimal, currency: str) -> str:
    return money(Cost(plain(value), currency, "", None))


def runs_told(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
