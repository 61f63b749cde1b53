"""Rows for tests: one as it usually is, and thousands of every kind with their sums known."""

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.ledger.making import row_id
from app.ledger.row import Row
from app.records import Cost, plain

NOON = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()) * 1_000_000


def a_row(number: int = 0, **changes: Any) -> Row:
    at_us = changes.pop("at_us", NOON + number * 1_000_000)
    at = datetime.fromtimestamp(at_us / 1e6, UTC)
    usual: dict[str, Any] = {
        "id": row_id(at, f"run{number}", 0),
        "at_us": at_us,
        "user": "ann",
        "session": "s1",
        "run": f"run{number}",
        "lane": "openai/gpt-4o",
        "attempt": 0,
        "vendor": "openai",
        "endpoint": "https://api.openai.com:443",
        "asked": "gpt-4o",
        "model": "gpt-4o-2024-08-06",
        "role": "answer",
        "outcome": "done",
        "status": 200,
        "sent_ms": 1.5,
        "ttft_ms": 250.0,
        "total_ms": 2000.0,
        "tokens_per_s": 66.7,
        "input": 1000,
        "cache_read": 400,
        "output": 200,
        "reasoning": 50,
        "cost": Cost("0.004", "USD", "genai-prices 0.2.3", "2026-11-10"),
    }
    return Row(**(usual | changes))


def many(count: int, seed: int = 7) -> list[Row]:
    """Retries, aborts, fallbacks, caches, hedges, judges; costs in two currencies, with many digits, or unknown."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        kind = rng.choice(["done"] * 6 + ["retry", "stopped", "cut_off", "fallback", "cached", "discarded", "judge"])
        vendor, model = rng.choice([("openai", "gpt-4o"), ("anthropic", "claude-x"), ("deepseek", "v4"), ("own", "m")])
        prompt, answer = rng.randrange(1, 100_000), rng.randrange(0, 8000)
        cost = Cost(
            plain(Decimal(rng.randrange(1, 10**15)).scaleb(-rng.randrange(6, 24))),
            "EUR" if vendor == "own" else "USD",
            rng.choice(["provider", "user", "genai-prices 0.2.3"]),
            None,
        )
        changes: dict[str, Any] = {
            "vendor": vendor,
            "model": model,
            "user": rng.choice(["ann", "bob"]),
            "at_us": NOON - rng.randrange(40 * 86_400) * 1_000_000 - rng.randrange(1_000_000),
            "input": prompt,
            "cache_read": rng.choice([None, rng.randrange(prompt)]),
            "cache_write": rng.choice([None, 0]),
            "output": answer,
            "reasoning": rng.choice([None, answer // 3]),
            "ttft_ms": rng.lognormvariate(5.5, 0.7),
            "cost": cost,
            "session": f"s{rng.randrange(20)}",
        }
        if kind == "retry":
            changes |= {
                "outcome": "failed",
                "error": "rate",
                "status": 429,
                "input": None,
                "output": None,
                "cost": None,
            }
        elif kind == "stopped":
            changes |= {"outcome": "stopped", "error": "cancelled", "input": None, "output": None, "cost": None}
        elif kind == "cut_off":
            changes |= {"outcome": "cut_off", "error": "cut_off", "output": None, "cost": None}
        elif kind == "fallback":
            changes |= {"outcome": "failed", "error": "network", "status": None, "sent_ms": None, "cost": None}
            changes |= {"input": None, "output": None}
        elif kind == "discarded":
            changes |= {"outcome": "discarded", "role": "hedge", "reason": "lost the race"}
        elif kind in ("cached", "judge"):
            changes |= {"role": "cache" if kind == "cached" else "judge"}
        rows.append(a_row(number, **changes))
    return rows
