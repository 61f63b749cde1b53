"""The whole window beside the design that most peers use: lanes that stream Markdown at 100 tokens a second each.

    python -m tests.benchmarks.window [LANES] [SECONDS] [ROUNDS]

Both designs read from the same stamping server, in turn. Stamp lag: from the server's stamp to ours. TTFT error: the
time to first token as each design sees it less the server's own. On screen: from the server's stamp to the end of the
frame that painted the token. Frames: the intervals between painted frames while text streams. Needs a display or
QT_QPA_PLATFORM=offscreen.
"""

import json
import statistics
import subprocess
import sys
from itertools import pairwise
from typing import Any

from tests.benchmarks.reading import quantile
from tests.benchmarks.rendering import answer
from tests.benchmarks.serving import Stamps, stamping_server

COLUMNS = 4
FIGURES = (
    ("stamp lag p50", "ms"), ("stamp lag p99", "ms"), ("TTFT error p50", "ms"), ("TTFT error worst", "ms"),
    ("on screen p50", "ms"), ("on screen p99", "ms"), ("frame p50", "ms"), ("frame p99", "ms"), ("frame worst", "ms"),
    ("longest stall", "ms"), ("cores of the window", ""), ("server late p99", "ms"),
)  # fmt: skip


def figures(seen: dict[str, Any], source: Stamps) -> dict[str, float]:
    lags, own = source.lags_ms(seen["stamps"])
    screen: list[float] = []
    errors: list[float] = []
    for lane, stamps in seen["stamps"].items():
        noted = source.of(lane)
        errors.append((stamps[0] - noted["sent"][0]) / 1e6)
        shown = iter(sorted(seen["shown"].get(lane, [])))
        tokens, at = next(shown, (0, 0))
        for n, sent in enumerate(noted["sent"], start=1):
            while tokens < n:
                tokens, at = next(shown, (sys.maxsize, 0))
            if at:
                screen.append((at - sent) / 1e6)
    begin = min(source.of(lane)["sent"][0] for lane in seen["stamps"])
    end = max(source.of(lane)["sent"][-1] for lane in seen["stamps"])
    frames = intervals([at for at in seen["frames"] if begin <= at <= end])
    beats = intervals([at for at in seen["beats"] if begin <= at <= end])
    return {
        "stamp lag p50": quantile(lags, 0.5), "stamp lag p99": quantile(lags, 0.99),
        "TTFT error p50": quantile(errors, 0.5), "TTFT error worst": max(errors),
        "on screen p50": quantile(screen, 0.5), "on screen p99": quantile(screen, 0.99),
        "frame p50": quantile(frames, 0.5), "frame p99": quantile(frames, 0.99), "frame worst": max(frames),
        "longest stall": max(beats), "cores of the window": seen["cores"], "server late p99": quantile(own, 0.99),
    }  # fmt: skip


def intervals(stamps: list[int]) -> list[float]:
    return [(b - a) / 1e6 for a, b in pairwise(stamps)]


def child(module: str, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *words], check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    lanes, seconds, rounds = (int(word) for word in (*sys.argv[1:], *["16", "10", "3"][len(sys.argv) - 1 :]))
    asked = {"stamp_rate": 100, "stamp_tokens": 100 * seconds, "stamp_ttft_ms": 300, "stamp_text": answer(1000)}
    ours: list[dict[str, float]] = []
    peer: list[dict[str, float]] = []
    last: dict[str, Any] = {}
    with stamping_server() as source:
        for _ in range(rounds):
            source.forget()
            last = child("our_window", str(source.port), str(lanes), json.dumps(asked))
            ours.append(figures(last, source))
            source.forget()
            peer.append(
                figures(child("peer_window", str(source.port), str(lanes), str(COLUMNS), json.dumps(asked)), source)
            )
    print(f"{lanes} lanes x 100 tokens/s, {seconds} s, median of {rounds} rounds")
    print(f"  {'':<22}{'abreast':>10}{'peer':>10}{'ratio':>9}")
    for name, unit in FIGURES:
        a, b = statistics.median(r[name] for r in ours), statistics.median(r[name] for r in peer)
        print(f"  {name + (f', {unit}' if unit else ''):<22}{a:>10.2f}{b:>10.2f}{a / b if b else 0:>9.3f}")
    print(f"  memory, MB: {last['idle_mb']} idle, {last['busy_mb']} after; worst loop lag {last['loop_lag_ms']} ms")


if __name__ == "__main__":
    main()
