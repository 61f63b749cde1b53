"""Days, months and years as people name them, in UTC."""

import re
from datetime import UTC, date, datetime, timedelta

from app.ledger.questions import day_us

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,4})d")


class PeriodError(ValueError):
    """What was said is no date."""


def since(said: str | None) -> int | None:
    """When it begins, in microseconds since the epoch. Raises `PeriodError`."""
    return None if said is None else day_us(_span(said)[0])


def until(said: str | None) -> int | None:
    """When it is over."""
    return None if said is None else day_us(_span(said)[1])


def _span(said: str) -> tuple[date, date]:
    """Its first day, and the first day after it."""
    try:
        if ago := _AGO.fullmatch(said):
            day = datetime.now(UTC).date() - timedelta(days=int(ago[1]) - 1)
            return day, day + timedelta(days=1)
        if found := _DATE.fullmatch(said):
            year, month, day_ = (int(part) if part else None for part in found.groups())
            return _named(year or 0, month, day_)
    except (ValueError, OverflowError):
        pass
    raise PeriodError(f"{said!r} is no date such as 2026-11-24, 2026-11, 2026, or 7d for the last seven days")


def _named(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    if day is None:
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, day), date(year, month, day) + timedelta(days=1)


USUAL = ("This month", "Last month", "The last 7 days", "Everything")


def usual(name: str, today: date | None = None) -> tuple[int | None, int | None]:
    """From when to when one of the usual periods lasts; None is no bound."""
    now = today or datetime.now(UTC).date()
    month = now.replace(day=1)
    match name:
        case "This month":
            return day_us(month), None
        case "Last month":
            return day_us((month - timedelta(days=1)).replace(day=1)), day_us(month)
        case "The last 7 days":
            return day_us(now - timedelta(days=6)), None
        case _:
            return None, None
