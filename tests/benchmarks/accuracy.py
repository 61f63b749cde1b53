"""Whether the figures that panes show are right: the real window against servers whose pace is known.

    python -m tests.benchmarks.accuracy [--lanes 16] [--rounds 2] [--aimock NODE_MODULES] [--guidellm COMMAND]
                                        [--tokenizer FOLDER] [--others-only]

TTFT, the gap between chunks, the time per token and tokens per second of every lane, beside what is known:

stamping   our server that notes when it really sent each token: each lane is held against its own notes
practice   the practice models, set to 300 ms and 50 tokens/s without jitter
aimock     a mock by other hands, set to 200 ms and 50 tokens/s (npm, @copilotkit/aimock)
guidellm   the mock server of a benchmark by other hands, set to 250 ms and 15 ms (pip, guidellm); with a folder that
           holds a tokenizer, its own benchmark reads the same server, too

Known is what the server noted itself, or what a tap between it and us saw of each lane (`tests.benchmarks.tap`): where
that differs from what was set, it is the server, or a machine that is too busy for it. TTFT is known from the moment at
which the request was sent. A figure holds if each lane is within 2 % or 3 ms of what is known of it; a lane whose pane
says that this machine was busy may be off by as much as it says, and is counted. Needs a display or
QT_QPA_PLATFORM=offscreen. Exit code 1 if a figure does not hold.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.figures import SPOILED_MS
from tests.benchmarks.serving import Stamps, stamping_server

BEHIND = ("nice", "-n", "10")
"""Servers and tap are elsewhere in life: on the same few cores, they come after what is measured."""
SHARE, LEAST_MS = 0.02, 3.0
TOKENS = 96
UNITS = {"ttft": "ms", "icl": "ms", "itl": "ms", "rate": "tok/s"}
NAMES = {"ttft": "TTFT", "icl": "inter-chunk p50", "itl": "inter-token", "rate": "tokens/s"}
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Row:
    """Of one figure: what was set, what the reference says, ours at the median and in the lane that is farthest off."""

    name: str
    set_to: float | None
    known: float
    ours: float
    off: float
    """The median of the lanes' deviations, each from what is known of it."""
    worst: float
    """The largest one."""
    spoiled: int
    """How many panes say that the machine was busy."""
    holds: bool


def allowed(name: str, known: float) -> float:
    return known * SHARE if name == "rate" else max(known * SHARE, LEAST_MS)


def of_stamps(began: int, stamps: list[int], tokens: int | None = None) -> Figures:
    """The definitions once more, written down apart from the program's own."""
    count = tokens or len(stamps)
    span_ms = (stamps[-1] - stamps[0]) / 1e6
    gaps = [(b - a) / 1e6 for a, b in pairwise(stamps)]
    return {
        "ttft": (stamps[0] - began) / 1e6,
        "icl": statistics.median(gaps),
        "itl": span_ms / (count - 1),
        "rate": (count - 1) / span_ms * 1e3,
    }


def window(lanes: list[tuple[str, dict[str, Any]]], rounds: int) -> list[dict[str, Any]]:
    words = [sys.executable, "-m", "tests.benchmarks.lanes_window", json.dumps(lanes), str(rounds)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=180)
    seen: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    assert {each["outcome"] for each in seen} == {"done"}, seen
    return seen


@contextmanager
def tap(port: int) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Its port, and what it has seen once it is closed."""
    words = [*BEHIND, sys.executable, "-m", "tests.benchmarks.tap", str(port)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    noted: list[dict[str, Any]] = []
    try:
        yield int(process.stdout.readline()), noted
    finally:
        told, _ = process.communicate()
        noted += json.loads(told)


def compared(ours: list[dict[str, Any]], known: list[Figures], set_to: Figures) -> list[Row]:
    """Lane by lane."""
    rows = []
    for name in UNITS:
        pairs = [(run, there) for run, each in zip(ours, known, strict=True) if (there := each[name]) and run[name]]
        if not pairs:
            continue
        off = [run[name] - there for run, there in pairs]
        room = [allowed(name, there) + (_spoiled(run, name, there)) for run, there in pairs]
        rows.append(
            Row(
                name,
                set_to.get(name),
                statistics.median(there for _, there in pairs),
                statistics.median(run[name] for run, _ in pairs),
                statistics.median(off),
                max(map(abs, off)),
                sum(run["lag"] > SPOILED_MS for run, _ in pairs),
                all(abs(each) <= most for each, most in zip(off, room, strict=True)),
            )
        )
    return rows


def _spoiled(run: dict[str, Any], name: str, known: float) -> float:
    """By how much more a figure may be off where its pane says so: two stamps of it may be late."""
    if run["lag"] <= SPOILED_MS:
        return 0.0
    late = 2 * float(run["lag"])
    return late if name in ("ttft", "icl") else known * late / (run["stamps"][-1] - run["stamps"][0]) * 1e6


def stamping(lanes: int, rounds: int) -> list[Row]:
    asked = {"stamp_rate": 100, "stamp_tokens": 300, "stamp_ttft_ms": 300}
    with stamping_server() as source:
        lane = f"openai_chat:stamping@http://127.0.0.1:{source.port}/v1"
        ours: list[dict[str, Any]] = []
        known: list[Figures] = []
        for _ in range(rounds):
            seen = window([(lane, {**asked, "stamp_lane": str(n)}) for n in range(lanes)], 1)
            known += [_noted(source, each) for each in seen]
            ours += seen
    return compared(ours, known, {"ttft": 300, "icl": 10, "itl": 10, "rate": 100})


def _noted(source: Stamps, seen: dict[str, Any]) -> Figures:
    """What the server noted of that stream: CLOCK_MONOTONIC is one clock for both."""
    return of_stamps(seen["began"], source.of(str(seen["lane"]))["sent"])


def practice(lanes: int, rounds: int) -> list[Row]:
    port = free_port()
    words = [sys.executable, "-m", "providers.practice", "--port", str(port)]
    with serving([*words, "--ttft-ms", "300", "--tokens-per-s", "50", "--jitter", "0"], port):
        return tapped(port, "steady", lanes, rounds, {"ttft": 300, "icl": 20, "itl": 20, "rate": 50})


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(words: list[str], port: int, within_s: float = 90) -> Iterator[None]:
    """A server of other hands, from when it takes connections on."""
    process = subprocess.Popen([*BEHIND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + within_s
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit(f"{words[0]} did not start") from None
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def tapped(port: int, model: str, lanes: int, rounds: int, set_to: Figures) -> list[Row]:
    """The window, and what came past the tap: a lane's seed tells which request is whose."""
    with tap(port) as (front, noted):
        lane = f"openai_chat:{model}@http://127.0.0.1:{front}/v1"
        seen = window([(lane, {"max_tokens": TOKENS, "seed": number}) for number in range(lanes)], rounds)
    ours = sorted(seen, key=lambda each: (each["lane"], each["began"]))
    theirs = sorted(noted, key=lambda each: (each["seed"], each["asked"]))
    assert [each["seed"] for each in theirs] == [run["lane"] for run in ours]
    known = [
        of_stamps(run["phases"]["sent"], each["stamps"], run["output"]) for each, run in zip(theirs, ours, strict=True)
    ]
    return compared(ours, known, set_to)


def aimock(modules: str, lanes: int, rounds: int) -> list[Row]:
    port = free_port()
    # Chunks of four characters at 50 a second: its tokens are its chunks
    fixture = {
        "match": {"userMessage": "say it"},
        "response": {
            "content": "word" * TOKENS,
            "usage": {"prompt_tokens": 9, "completion_tokens": TOKENS, "total_tokens": TOKENS + 9},
        },
        "chunkSize": 4,
        "streamingProfile": {"ttft": 200, "tps": 50},
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "all.json").write_text(json.dumps({"fixtures": [fixture]}))
        cli = str(Path(modules, "@copilotkit/aimock/dist/cli.js"))
        with serving(["node", cli, "-p", str(port), "-f", folder], port):
            return tapped(port, "gpt-5.1", lanes, rounds, {"ttft": 200, "icl": 20, "itl": 20, "rate": 50})


def guidellm(command: str, tokenizer: str, lanes: int, rounds: int) -> list[Row]:
    port = free_port()
    words = [command, "mock-server", "--host", "127.0.0.1", "--port", str(port), "--model", "mock-model"]
    words += ["--ttft-ms", "250", "--itl-ms", "15", "--output-tokens", str(TOKENS)]
    with serving(words, port):
        rows = tapped(port, "mock-model", lanes, rounds, {"ttft": 250, "icl": 15, "itl": 15, "rate": 1e3 / 15})
        if tokenizer:
            print(f"  its own benchmark, {lanes} streams: {own_benchmark(command, tokenizer, port, lanes)}")
        return rows


def own_benchmark(command: str, tokenizer: str, port: int, lanes: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.json")
        words = [command, "run", "--backend", f"kind=openai_http,target=http://127.0.0.1:{port},model=mock-model"]
        words += ["--tokenizer", f"kind=hf_auto,model={tokenizer}", "--profile", f"kind=concurrent,streams={lanes}"]
        words += ["--data", f"kind=synthetic_text,prompt_tokens=50,output_tokens={TOKENS}"]
        words += ["--constraint", f"kind=max_requests,count={4 * lanes}", "--output", f"kind=json,path={out}"]
        done = subprocess.run(words, env={**os.environ, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True)
        if done.returncode or not out.exists():
            return f"did not run: {done.stderr[-300:]}"
        metrics = json.loads(out.read_text())["benchmarks"][0]["metrics"]
        told = {
            name: metrics[f"{name}_ms"]["successful"]["median"]
            for name in ("time_to_first_token", "inter_token_latency")
        }
        return ", ".join(f"{name} {value:.2f} ms" for name, value in told.items())


def show(title: str, rows: list[Row]) -> bool:
    print(f"{title}\n  {'':<22}{'set':>9}{'known':>9}{'ours':>9}{'off':>8}{'worst':>8}{'spoiled':>9}")
    for row in rows:
        name = f"{NAMES[row.name]}, {UNITS[row.name]}"
        told = (
            f"{row.set_to or 0:>9.2f}{row.known:>9.2f}{row.ours:>9.2f}{row.off:>8.2f}{row.worst:>8.2f}{row.spoiled:>9}"
        )
        print(f"  {name:<22}{told}{'' if row.holds else '  OFF'}", flush=True)
    return all(row.holds for row in rows)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--lanes", type=int, default=16)
    reader.add_argument("--rounds", type=int, default=2)
    reader.add_argument("--others-only", action="store_true", help="no servers of our own")
    reader.add_argument("--aimock", default="")
    reader.add_argument("--guidellm", default="")
    reader.add_argument("--tokenizer", default="")
    said = reader.parse_args()
    holds = True
    if not said.others_only:
        holds &= show("stamping server", stamping(said.lanes, said.rounds))
        holds &= show("practice models", practice(said.lanes, said.rounds))
    if said.aimock:
        holds &= show("aimock", aimock(said.aimock, said.lanes, said.rounds))
    if said.guidellm:
        holds &= show("guidellm's mock server", guidellm(said.guidellm, said.tokenizer, said.lanes, said.rounds))
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
