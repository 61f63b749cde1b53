"""Searching 100,000 runs, newest first: `python -m tests.benchmarks.history [RUNS]`. Prints p50, p99, worst, in ms."""

import random
import sys
import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from app.history.entry import Entry
from app.history.query import query
from app.history.store import History
from tests.app.session.samples import a_session

ROUNDS = 200


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
    with tempfile.TemporaryDirectory() as folder:
        history, began = History(Path(folder)), time.perf_counter()
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
                )
                for n in range(start, min(runs, start + 1000))
            )
        print(f"{runs:,} runs kept in {time.perf_counter() - began:.1f} s, {history.size_bytes >> 20} MB")
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
            "a date": lambda: "before:2020",
            "a cost": lambda: "cost>1000",
            "a rating": lambda: "rating>=5",
            "a model": lambda: "model:absent",
            "common and cost": lambda: f"{rng.choice(common)} cost>1000",
            "common and rating": lambda: f"{rng.choice(common)} rating>=5",
            "a session": lambda: f"session:s{rng.randrange(runs // 50)}",
            "nothing to be found": lambda: f"absent{rng.random()}",
        }.items():
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                history.search(query(make()))
                times.append((time.perf_counter() - began) * 1e3)
            times.sort()
            print(
                f"{name:<26}p50 {times[ROUNDS // 2]:7.2f}  p99 {times[ROUNDS * 99 // 100]:7.2f}  worst {times[-1]:7.2f}"
            )
        history.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
