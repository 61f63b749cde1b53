"""What stood in a session's file before it was overwritten: the last ten, and one a day for a month."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import whole_file
from app.session.codec import SUFFIX

LAST = 10
DAYS = 30
STAMP = "%Y-%m-%dT%H-%M-%S-%fZ"


def keep(folder: Path, data: bytes, now: datetime | None = None) -> Path:
    """Keeps a copy under the time at which it is made, and drops what is too old. What the newest one holds already
    is not kept twice: saving that fails and is tried again must not push older ones out. Raises `OSError`."""
    now = now or datetime.now(UTC)
    if (last := next(iter(kept(folder)), None)) is not None and last.read_bytes() == data:
        return last
    path = folder / f"{now.strftime(STAMP)}{SUFFIX}"
    whole_file.write(path, data)
    for old in _too_old(kept(folder), now):
        old.unlink(missing_ok=True)
    return path


def kept(folder: Path) -> tuple[Path, ...]:
    """The newest first."""
    found = [each for each in folder.glob(f"*{SUFFIX}") if made_at(each) is not None] if folder.is_dir() else []
    return tuple(sorted(found, reverse=True))


def made_at(path: Path) -> datetime | None:
    """When a copy was made, by its name; None for a file that is none of ours."""
    try:
        return datetime.strptime(path.name.removesuffix(SUFFIX), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _too_old(paths: tuple[Path, ...], now: datetime) -> list[Path]:
    days: set[str] = set()
    gone = []
    for path in paths[LAST:]:
        at = made_at(path) or now
        day = at.strftime("%Y-%m-%d")
        if day in days or now - at > timedelta(days=DAYS):
            gone.append(path)
        days.add(day)
    return gone
