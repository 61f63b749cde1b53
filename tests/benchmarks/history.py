"""Searching 100,000 runs, newest first: `python -m tests.benchmarks.history [RUNS]`. Prints p50, p99, worst, in ms; and
the p99 of this program's own time, which others at work on the machine do not lengthen."""

import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from app.history.entry import Entry
from app.history.query import query
from app.history.store import History
from tests.app.session.samples import a_session

ROUNDS = 200
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def _syllables(number: int) -> str:
    """A word of its own for each number, some with the same beginning."""
    text = ""
    for _ in range(4):
        number, place = divmod(number * 7 + 3, 12)
        text += ("ka", "lo", "mi", "ne", "ru", "sa", "to", "vi", "wo", "ye", "za", "pu")[place]
    return f"{text}{number:x}"


def main(runs: int) -> None:
    rng = random.Random(7)
    words = [f"{_syllables(n)}" for n in range(20_000)]
    weights = [1 / (n + 3) for n in range(len(words))]  # Zipf's law, as of real text
    common = words[:100]
    rare = [f"rare{n}" for n in range(runs)]
    session = a_session()
    plain = Entry.of(session, session.runs[0])
    models = [f"model-{n}" for n in range(40)]
    with tempfile.TemporaryDirectory() as folder:
        history, began, own = History(Path(folder)), time.perf_counter(), time.process_time()
        for start in range(0, runs, 1000):
            history.keep(
                replace(
                    plain,
                    run=f"r{n}",
                    session=f"s{n // 50}",
                    prompt=" ".join(rng.choices(words, weights, k=12)) + f" {rare[n]}",
                    answer=" ".join(rng.choices(words, weights, k=120)),
                    vendor=rng.choice(["openai", "anthropic", "practice"]),
                    outcome="failed" if n % 500 == 0 else "done",
                    model=rng.choice(models) if n % 20_000 else "seldom",
                    at=(FIRST + timedelta(minutes=n * 7 - rng.randrange(3000))).isoformat(),
                    cost=rng.lognormvariate(-7, 1.5) if n % 3 else None,
                    rating=rng.randrange(1, 6) if n % 100 == 0 else None,
                )
                for n in range(start, min(runs, start + 1000))
            )
        took, own = time.perf_counter() - began, time.process_time() - own
        print(f"{runs:,} runs kept in {took:.1f} s (own {own:.1f} s), {history.size_bytes >> 20} MB")
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        for name, make in {
            "everything": lambda: "",
            "rare word": lambda: rng.choice(rare),
            "common word": lambda: rng.choice(common),
            "two common words": lambda: " ".join(rng.sample(common, 2)),
            "three words": lambda: " ".join(rng.sample(common, 3)),
            "phrase": lambda: f'"{rng.choice(common)} {rng.choice(common)}"',
            "beginning of a word": lambda: rng.choice(words)[:4],
            "most common word": lambda: words[0],
            "common and vendor": lambda: f"{rng.choice(common)} vendor:openai",
            "common and failed": lambda: f"{rng.choice(common)} outcome:failed",
            "vendor alone": lambda: "vendor:anthropic",
            "outcome alone": lambda: "outcome:failed",
            "a date, none": lambda: "before:2020",
            "a date, old": lambda: "before:2025-02",
            "a date, a day": lambda: "after:2025-05-05 before:2025-05-06",
            "a date, half": lambda: "before:2025-09",
            "a cost, none": lambda: "cost>1000",
            "a cost, few": lambda: "cost>0.05",
            "a cost, many": lambda: "cost<0.001",
            "a rating": lambda: "rating>=5",
            "a model, none": lambda: "model:absent",
            "a model, few": lambda: "model:seldom",
            "a model": lambda: f"model:{rng.choice(models)}",
            "a session": lambda: f"session:s{rng.randrange(runs // 50)}",
            "filters that never meet": lambda: "vendor:openai cost<0.001 after:2030",
            "common and date, none": lambda: f"{rng.choice(common)} before:2020",
            "common and date, half": lambda: f"{rng.choice(common)} before:2025-09",
            "common and cost, none": lambda: f"{rng.choice(common)} cost>1000",
            "common and cost, few": lambda: f"{rng.choice(common)} cost>0.05",
            "common and rating": lambda: f"{rng.choice(common)} rating>=5",
            "common and model": lambda: f"{rng.choice(common)} model:{rng.choice(models)}",
            "common and session": lambda: f"{rng.choice(common)} session:s{rng.randrange(runs // 50)}",
            "rare and cost": lambda: f"{rng.choice(rare)} cost<0.001",
            "part of a word": lambda: rng.choice(words)[1:-1],
            "three letters": lambda: rng.choice(words)[1:4],
            "part of a rare word": lambda: f"are{rng.randrange(runs)}",
            "part of a word, vendor": lambda: f"{rng.choice(words)[1:-1]} vendor:openai",
            "part of a word, cost": lambda: f"{rng.choice(words)[1:-1]} cost>0.05",
            "nothing to be found": lambda: f"absent{rng.random()}",
            "common letters, nothing": lambda: (
                f"{rng.choice(common)[:4]}{rng.choice(common)[1:4]}{rng.choice(common)[:4]}q"
            ),
            "two words that never meet": lambda: f"{rng.choice(rare)} {rng.choice(rare)}",
            "two letters, nothing": lambda: "qx",
        }.items():
            times, owns, early = [], [], 0
            for _ in range(ROUNDS):
                asked = query(make())
                began, own = time.perf_counter(), time.process_time()
                page = history.search(asked)
                times.append((time.perf_counter() - began) * 1e3)
                owns.append((time.process_time() - own) * 1e3)
                early += len(page.hits) < 50 and page.next is not None
            times.sort()
            owns.sort()
            print(
                f"{name:<27}p50 {times[ROUNDS // 2]:7.2f}  p99 {times[ROUNDS * 99 // 100]:7.2f}  worst {times[-1]:7.2f}"
                f"  own p99 {owns[ROUNDS * 99 // 100]:7.2f}" + (f"  ended early {early} of {ROUNDS}" if early else "")
            )
        history.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
