"""A million rows of the ledger: `python -m tests.benchmarks.ledger [ROWS] [DAYS]`.

Prints what adding a row costs at the beginning and at the end, and how long questions take (p50 and worst, in ms).
ABREAST_LEDGER names a PostgreSQL database to take instead of a file.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from app.garbage import left_alone
from app.ledger.questions import (
    AskColumns,
    AskFacts,
    AskRows,
    AskSpread,
    AskTotals,
    Question,
    Spread,
    Where,
    cumulated,
    day_us,
)
from app.ledger.row import Row
from app.ledger.spool import Spool
from app.ledger.store import Store
from app.records import Cost, plain
from tests.app.ledger.made import a_row

ROUNDS = 15
BUSY = bool(os.environ.get("BUSY"))
"""On a machine that others use, BUSY=1 counts the processor's time instead of the clock's."""
AT_ONCE = 5000
FIRST = date(2026, 8, 27)
MODELS = [
    (f"vendor{n % 4}", f"model-{n}", f"https://api.vendor{n % 4}.com:443", Decimal(n + 1) / 10**6) for n in range(12)
]


def generated(rows: int, days: int, rng: random.Random) -> Iterator[list[Row]]:
    """Evenly over the days, in their order, `AT_ONCE` at a time."""
    step = days * 86_400_000_000 // rows
    plain_row = a_row()
    fields = {name: getattr(plain_row, name) for name in Row.__struct_fields__}
    made = []
    for number in range(rows):
        vendor, model, endpoint, price = rng.choice(MODELS)
        done = rng.random() < 0.93
        output = rng.randrange(20, 3000)
        ttft = rng.lognormvariate(5.5, 0.5)
        at_us = day_us(FIRST) + number * step
        made.append(
            Row(
                **fields
                | {
                    "id": f"{at_us:014x}-{number:x}-0",
                    "at_us": at_us,
                    "run": f"{number:x}",
                    "session": f"s{number // 200}",
                    "vendor": vendor,
                    "model": model,
                    "endpoint": endpoint,
                    "outcome": "done" if done else rng.choice(["failed", "stopped"]),
                    "output": output if done else None,
                    "ttft_ms": ttft,
                    "total_ms": ttft + output * 12.0,
                    "tokens_per_s": rng.lognormvariate(4.2, 0.3),
                    "cost": Cost(plain(price * output), "USD", "list", None) if done else None,
                }
            )
        )
        if len(made) == AT_ONCE:
            yield made
            made = []
    yield made


def timed(what: Callable[[], object]) -> float:
    """In ms. The collector of garbage waits, as it does for the engine's thread that answers."""
    began = time.thread_time() if BUSY else time.perf_counter()
    with left_alone():
        what()
    return ((time.thread_time() if BUSY else time.perf_counter()) - began) * 1e3


def insert_costs(store: Store, name: str, rng: random.Random) -> None:
    """Single rows, each in its own transaction, as after a run."""
    end = day_us(FIRST + timedelta(days=400)) + rng.randrange(10**9)
    rows = [a_row(n, at_us=end + n * 1000, model="model-3", id=f"{end + n * 1000:014x}-{name}-{n}") for n in range(200)]
    times = sorted(timed(partial(store.keep, [row])) for row in rows)
    print(f"one row, {name:<26}p50 {times[100]:7.2f}  p99 {times[198]:7.2f}  worst {times[-1]:7.2f}")


def spool_costs(folder: Path) -> None:
    """What the measuring loop pays, and how long until the row is on the disk."""
    spool, handed, acked = Spool(folder), [], []
    for number in range(300):
        row = a_row(number)
        began = time.perf_counter()
        done = spool.add((row,))
        handed.append((time.perf_counter() - began) * 1e6)
        done.result()
        acked.append((time.perf_counter() - began) * 1e3)
    spool.close()
    handed.sort()
    acked.sort()
    print(f"handing a row in, microseconds     p50 {handed[150]:7.1f}  p99 {handed[297]:7.1f}")
    print(f"until it is on the disk            p50 {acked[150]:7.2f}  p99 {acked[297]:7.2f}")


def main(rows: int, days: int) -> None:
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        spool_costs(Path(folder) / "spool")
        store = Store(Path(folder), os.environ.get("ABREAST_LEDGER", ""))
        insert_costs(store, "into an empty ledger", rng)
        began = time.perf_counter()
        pieces = [timed(partial(store.keep, piece)) for piece in generated(rows, days, rng) if piece]
        size = store.answer(AskFacts()).size_bytes >> 20  # type: ignore[union-attr]
        print(f"{rows:,} rows made and kept in {time.perf_counter() - began:.0f} s, {size} MB")
        tenth = max(1, len(pieces) // 10)
        first, last = sum(pieces[:tenth]) / tenth, sum(pieces[-tenth:]) / tenth
        print(f"kept in {time.perf_counter() - began:.0f} s, {store.answer(AskFacts()).size_bytes >> 20} MB")  # type: ignore[union-attr]
        print(f"a row among {AT_ONCE:,}: {first / AT_ONCE * 1e3:.0f} µs in the first tenth, ", end="")
        print(f"{last / AT_ONCE * 1e3:.0f} µs in the last")
        insert_costs(store, f"into {rows:,}", rng)
        questions(store, days)
        store.close()


def questions(store: Store, days: int) -> None:
    asked: dict[str, Question] = {
        "p95 by model and day": AskSpread("ttft_ms"),
        "p95 by model": AskSpread("total_ms", ("model",)),
        "p95 by day, one model": AskSpread("ttft_ms", ("day",), Where(model=("model-3",))),
        "cost by model and day": AskTotals(("day", "model")),
        "cost by vendor": AskTotals(("vendor",)),
        "cost by user, last 30 days": AskTotals(("user",), Where(day_us(FIRST + timedelta(days=days - 30)))),
        "the newest 100 rows": AskRows(),
        "rows of one session": AskRows(Where(session=("s77",))),
        "50,000 points": AskColumns(("at_us", "ttft_ms", "model")),
        "cost of one session by lane": AskTotals(("lane",), Where(session=("s77",))),
        "p95 of half a day by model": AskSpread(
            "ttft_ms", ("model",), Where(day_us(FIRST), day_us(FIRST) + 43_200_000_000)
        ),
        "cost by session, all rows": AskTotals(("session",)),
        "facts": AskFacts(),
    }
    for name, question in asked.items():
        rounds = 3 if name.endswith("all rows") else ROUNDS
        times = sorted(timed(partial(store.answer, question)) for _ in range(rounds))
        print(f"{name:<34} p50 {times[rounds // 2]:7.1f}  worst {times[-1]:7.1f}")
    totals, spread = store.answer(asked["cost by model and day"]), store.answer(asked["p95 by model and day"])
    assert isinstance(spread, Spread)
    print(f"{len(spread.lines)} lines of percentiles; {len(cumulated(totals))} steps")  # type: ignore[arg-type]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 90)
