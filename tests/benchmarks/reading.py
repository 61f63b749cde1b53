"""What reading streams costs, and how late their stamps are: our layer beside the openai SDK, in one run.

    python -m tests.benchmarks.reading [--quick]

Each client runs in a process of its own against the same stamping server. CPU is the client process's own, from the
moment at which all streams are open; lag is from the server's stamp, taken right before its write, to ours.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from tests.benchmarks.serving import Stamps, stamping_server

PROMPT = "Say something."
CLIENTS = ("abreast", "openai")


async def read_abreast(port: int, lane: str, asked: dict[str, Any]) -> AsyncIterator[int]:
    from app.compose import Workshop
    from app.keys import Keys
    from app.lanes import Lane
    from providers.events import Text
    from providers.types import Request

    global _workshop
    if _workshop is None:
        _workshop = Workshop(keys=Keys({}))
    model = await _workshop.model(Lane(f"openai_chat:stamping@http://127.0.0.1:{port}/v1"))
    request = Request.of(PROMPT, **asked, stamp_lane=lane)
    async for event in model.stream(request):
        if isinstance(event, Text):
            yield event.at_ns


_workshop: Any = None


async def read_openai(port: int, lane: str, asked: dict[str, Any]) -> AsyncIterator[int]:
    import openai

    global _openai
    if _openai is None:
        _openai = openai.AsyncOpenAI(
            base_url=f"http://127.0.0.1:{port}/v1",
            api_key="none",
            http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
        )
    answer = await _openai.chat.completions.create(
        model="stamping",
        messages=[{"role": "user", "content": PROMPT}],
        stream=True,
        stream_options={"include_usage": True},
        extra_body={**asked, "stamp_lane": lane},
    )
    async for part in answer:
        if part.choices and part.choices[0].delta.content:
            yield time.perf_counter_ns()


_openai: Any = None
READERS = {"abreast": read_abreast, "openai": read_openai}


async def client(name: str, port: int, streams: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Reads all streams; gives the stamps of each lane and the CPU spent after a short warm-up stream."""
    read = READERS[name]
    warm_up = {"stamp_rate": 0, "stamp_tokens": 200, "stamp_ttft_ms": 0}
    async for _ in read(port, "warm-up", warm_up):
        pass
    before, began = time.process_time(), time.perf_counter()
    stamps: dict[str, list[int]] = {str(n): [] for n in range(streams)}

    async def one(lane: str) -> None:
        async for at_ns in read(port, lane, asked):
            stamps[lane].append(at_ns)

    await asyncio.gather(*(one(lane) for lane in stamps))
    cpu, wall = time.process_time() - before, time.perf_counter() - began
    return {"cpu_s": cpu, "wall_s": wall, "stamps": stamps}


def measured(name: str, port: int, streams: int, asked: dict[str, Any], source: Stamps) -> dict[str, float]:
    source.forget()
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--client", name, "--port", str(port)]
    command += ["--streams", str(streams), "--asked", json.dumps(asked)]
    got = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    tokens = sum(len(lane) for lane in got["stamps"].values())
    lags, own = source.lags_ms(got["stamps"])
    return {
        "us_per_token": got["cpu_s"] / tokens * 1e6,
        "cores": got["cpu_s"] / got["wall_s"],
        "lag_p50": quantile(lags, 0.5),
        "lag_p99": quantile(lags, 0.99),
        "server_late_p99": quantile(own, 0.99),
    }


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


SHAPES = {
    "burst: 1 stream, as fast as can be": (1, {"stamp_rate": 0, "stamp_tokens": 20_000, "stamp_ttft_ms": 0}),
    "live: 8 streams x 125 tokens/s": (8, {"stamp_rate": 125, "stamp_tokens": 500}),
    "live: 128 streams x 100 tokens/s": (128, {"stamp_rate": 100, "stamp_tokens": 500, "stamp_ttft_ms": 500}),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a tenth of the tokens, once")
    options.add_argument("--client", choices=CLIENTS)
    options.add_argument("--port", type=int)
    options.add_argument("--streams", type=int)
    options.add_argument("--asked", type=json.loads)
    chosen = options.parse_args()
    if chosen.client:
        print(json.dumps(asyncio.run(client(chosen.client, chosen.port, chosen.streams, chosen.asked))))
        return
    with stamping_server() as source:
        for shape, (streams, asked) in SHAPES.items():
            compare(
                shape,
                streams,
                asked | ({"stamp_tokens": asked["stamp_tokens"] // 10} if chosen.quick else {}),
                1 if chosen.quick else 3,
                source,
            )


def compare(shape: str, streams: int, asked: dict[str, Any], rounds: int, source: Stamps) -> None:
    print(f"\n{shape}")
    heads = ("CPU µs/token", 14), ("cores", 8), ("lag p50 ms", 12), ("p99", 9), ("server p99", 12), ("× openai", 10)
    print(f"  {'client':<10}" + "".join(f"{head:>{width}}" for head, width in heads))
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
    for _ in range(rounds):
        for name in CLIENTS:
            runs[name].append(measured(name, source.port, streams, asked, source))
    middle = {n: {k: statistics.median(r[k] for r in got) for k in got[0]} for n, got in runs.items()}
    for name, row in middle.items():
        ratio = row["us_per_token"] / middle["openai"]["us_per_token"]
        print(
            f"  {name:<10}{row['us_per_token']:>14.1f}{row['cores']:>8.2f}{row['lag_p50']:>12.2f}"
            f"{row['lag_p99']:>9.2f}{row['server_late_p99']:>12.2f}{ratio:>10.3f}"
        )


if __name__ == "__main__":
    main()
