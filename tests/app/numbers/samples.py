"""Columns for tests and benchmarks: runs of a few models over weeks, drawn from known distributions."""

from decimal import Decimal

import numpy as np

from app.numbers.columns import Columns, Words, objects

NOON = 1_795_867_200.0
"""28 November 2026, 12:00 UTC."""
MODELS = ("swift", "steady", "deep", "tiny", "vast")
VENDORS = ("practice", "openai")


def generated(count: int, *, models: int = 3, days: float = 21.0, seed: int = 7) -> Columns:
    """The median TTFT of model n is 100 (n + 1) ms; the dearer a model, the better it is rated."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, models, count).astype(np.int32)
    at = np.sort(NOON - rng.random(count) * days * 86400)
    ttft = 100.0 * (codes + 1) * rng.lognormal(0, 0.4, count)
    out = rng.integers(20, 900, count)
    outcomes = rng.choice(4, count, p=[0.94, 0.02, 0.02, 0.02]).astype(np.int32)
    cents = [Decimal(int(n)) * Decimal("0.00000025") for n in out * (codes + 1)]
    reads = rng.integers(0, 200, count).astype(np.float64)
    one = np.zeros(count, dtype=np.int32)
    names = tuple(MODELS[n % len(MODELS)] + (f"-{n}" if n >= len(MODELS) else "") for n in range(models))
    return Columns(
        run=objects(f"run{n}" for n in range(count)),
        at_s=at,
        session=Words(("session",), one),
        lane=Words(tuple(f"practice/{name}" for name in names), codes),
        vendor=Words(VENDORS, (codes % 2).astype(np.int32)),
        model=Words(names, codes),
        outcome=Words(("done", "stopped", "cut_off", "failed"), outcomes),
        role=Words(("answer",), one),
        currency=Words(("USD",), one),
        cost=objects(cents),
        ttft=ttft,
        total=ttft + out * 12.0 * rng.lognormal(0, 0.1, count),
        speed=rng.normal(60 + 20 * codes, 5),
        input=400.0 + reads,
        cache_read=reads,
        cache_write=np.full(count, np.nan),
        output=out.astype(np.float64),
        reasoning=np.full(count, np.nan),
        rating=np.clip(np.rint(rng.normal(2.5 + 0.6 * codes, 0.7)), 1, 5),
        thumb=(rng.random(count) < 0.4 + 0.1 * codes).astype(np.float64),
        won=(rng.random(count) < 0.4 + 0.1 * codes).astype(np.float64),
        compared=np.ones(count),
        is_measured=np.ones(count, dtype=np.bool_),
    )
