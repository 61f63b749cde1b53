"""Copies of what a file was: the last ones, and one a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.session import backups


def test_the_last_ten_and_one_a_day_for_a_month(tmp_path: Path) -> None:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    for hours in range(24 * 60, -1, -6):
        backups.keep(tmp_path, f"{hours}".encode(), at - timedelta(hours=hours))
    kept = backups.kept(tmp_path)
    assert [path.read_text() for path in kept[:10]] == [str(6 * n) for n in range(10)]
    days = [backups.made_at(path) for path in kept[10:]]
    dates = [day.date() for day in days if day]
    assert len(dates) == len(set(dates))
    assert at.date() - min(dates) <= timedelta(days=30)
    assert 25 <= len(dates) <= 31


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.abreast").write_text("mine")
    backups.keep(tmp_path, b"x")
    assert len(backups.kept(tmp_path)) == 1
    assert (tmp_path / "notes.abreast").read_text() == "mine"
    assert backups.kept(tmp_path / "gone") == ()
