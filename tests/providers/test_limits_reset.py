from datetime import UTC, datetime, timedelta

import pytest

from providers.error_bodies import failure
from providers.limits_reset import duration_s, wait_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12ms", 0.012), ("1s", 1.0), ("6m0s", 360.0), ("2m59.56s", 179.56), ("1h2m3s", 3723.0), ("1d", 86400.0),
        ("7.66", 7.66), ("30", 30.0), ("", None), ("soon", None), ("1s2m", None), ("-5", -5.0),
    ],
)  # fmt: skip
def test_durations(text: str, seconds: float | None) -> None:
    assert duration_s(text) == (None if seconds is None else pytest.approx(seconds))


def test_only_a_limit_that_is_used_up_says_how_long() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "12",
        "x-ratelimit-reset-requests": "1d",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "2m59.56s",
    }
    assert wait_s(headers) == 179.56
    assert wait_s({**headers, "x-ratelimit-remaining-tokens": "1"}) is None


def test_the_longest_of_several() -> None:
    assert wait_s({
        "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s",
        "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "9s",
    }) == 9.0  # fmt: skip


def test_anthropics_moments() -> None:
    def headers(at: datetime) -> dict[str, str]:
        return {
            "anthropic-ratelimit-input-tokens-remaining": "0",
            "anthropic-ratelimit-input-tokens-reset": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "anthropic-ratelimit-requests-remaining": "4000",
            "anthropic-ratelimit-requests-reset": "2099-01-01T00:00:00Z",
        }

    now = datetime.now(UTC)
    assert wait_s(headers(now + timedelta(seconds=30))) == pytest.approx(30, abs=2)
    assert wait_s(headers(now - timedelta(seconds=30))) is None


@pytest.mark.parametrize("reset", ["", "junk", "-5", "1e99", "9999999999"])
def test_junk_is_ignored(reset: str) -> None:
    assert wait_s({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": reset}) is None


def test_what_the_server_asks_for_itself_goes_first() -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "9s"}

    assert failure(429, {**headers, "retry-after": "2"}, b"").retry_after_s == 2.0
    assert failure(429, headers, b"").retry_after_s == 9.0
