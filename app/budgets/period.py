"""Which hour, day or month it is, by the calendar of this machine's local time, and when the next one begins."""

from datetime import datetime, timedelta

from app.budgets.budget import Window


def now() -> datetime:
    """In local time, with its offset."""
    return datetime.now().astimezone()


def period(window: Window, at: datetime) -> str:
    """What the period around `at` is called. Of an hour that comes twice, each is one of its own."""
    match window:
        case "hour":
            return at.strftime("%Y-%m-%dT%H%z")
        case "day":
            return at.strftime("%Y-%m-%d")
        case "month":
            return at.strftime("%Y-%m")


def begins_anew(window: Window, at: datetime) -> datetime:
    """When the next period begins."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    match window:
        case "hour":
            return (hour + timedelta(hours=1)).astimezone()
        case "day":
            return _midnight(hour + timedelta(days=1))
        case "month":
            return _midnight((hour.replace(day=1) + timedelta(days=31)).replace(day=1))


def _midnight(day: datetime) -> datetime:
    """Of that day by the calendar, whose offset may be another one."""
    return day.replace(hour=0, tzinfo=None).astimezone()
