"""What reading streams costs, and how late their stamps are: our layer beside vendors' SDKs and LiteLLM, in one run.

    python -m tests.benchmarks.reading [--quick] [--rounds 3] [--peers PYTHON]

Each client runs in a process of its own against the same stamping server. CPU is the client process's own, from the
moment at which all streams are open; lag is from the server's stamp, taken right before its write, to ours. `--peers`
names the interpreter whose packages the other clients come from; what it does not have is left out.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

from tests.benchmarks.serving import Stamps, stamping_server

PROMPT = "Say something."
Read = Callable[[str, dict[str, Any]], AsyncIterator[int]]


async def _abreast(lane: str) -> Read:
    from app.compose import Workshop
    from app.keys import Keys
    from app.lanes import Lane
    from providers.events import Text
    from providers.types import Request

    model = await Workshop(keys=Keys({})).model(Lane(lane))

    async def read(name: str, asked: dict[str, Any]) -> AsyncIterator[int]:
        async for event in model.stream(Request.of(PROMPT, **asked, stamp_lane=name)):
            if isinstance(event, Text):
                yield event.at_ns

    return read


async def abreast(port: int) -> Read:
    return await _abreast(f"openai_chat:stamping@http://127.0.0.1:{port}/v1")


async def abreast_messages(port: int) -> Read:
    return await _abreast(f"anthropic:stamping@http://127.0.0.1:{port}")


async def openai(port: int) -> Read:
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    http = DefaultAsyncHttpxClient(trust_env=False)
    client = AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", http_client=http)

    async def read(name: str, asked: dict[str, Any]) -> AsyncIterator[int]:
        answer = await client.chat.completions.create(
            model="stamping",
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
            extra_body={**asked, "stamp_lane": name},
        )
        async for part in answer:
            if part.choices and part.choices[0].delta.content:
                yield time.perf_counter_ns()

    return read


async def anthropic(port: int) -> Read:
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient  # type: ignore[import-not-found,unused-ignore]

    http = DefaultAsyncHttpxClient(trust_env=False)
    client = AsyncAnthropic(base_url=f"http://127.0.0.1:{port}", api_key="none", http_client=http)

    async def read(name: str, asked: dict[str, Any]) -> AsyncIterator[int]:
        answer = await client.messages.create(
            model="stamping",
            max_tokens=1000,
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            extra_body={**asked, "stamp_lane": name},
        )
        async for event in answer:
            if event.type == "content_block_delta":
                yield time.perf_counter_ns()

    return read


async def litellm(port: int) -> Read:
    import litellm  # type: ignore[import-not-found,unused-ignore]

    async def read(name: str, asked: dict[str, Any]) -> AsyncIterator[int]:
        answer = await litellm.acompletion(
            model="openai/stamping",
            api_base=f"http://127.0.0.1:{port}/v1",
            api_key="none",
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
            extra_body={**asked, "stamp_lane": name},
        )
        async for part in answer:
            if part.choices and part.choices[0].delta.content:
                yield time.perf_counter_ns()

    return read


class Client(NamedTuple):
    make: Callable[[int], Awaitable[Read]]
    imports: str
    package: str = ""
    """What it needs of the interpreter for peers; "" is ours."""


CLIENTS = {
    "abreast": Client(abreast, "providers.http_model, providers.dialects"),
    "openai": Client(openai, "openai", "openai"),
    "litellm": Client(litellm, "litellm", "litellm"),
    "abreast, messages": Client(abreast_messages, "providers.http_model, providers.dialects"),
    "anthropic": Client(anthropic, "anthropic", "anthropic"),
}
FACES = {"chat completions": ("abreast", "openai", "litellm"), "messages": ("abreast, messages", "anthropic")}


async def client(name: str, port: int, streams: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Reads all streams; gives the stamps of each lane and the CPU spent after a short warm-up stream."""
    read = await CLIENTS[name].make(port)
    async for _ in read("warm-up", {"stamp_rate": 0, "stamp_tokens": 200, "stamp_ttft_ms": 0}):
        pass
    before, began = time.process_time(), time.perf_counter()
    stamps: dict[str, list[int]] = {str(n): [] for n in range(streams)}

    async def one(lane: str) -> None:
        async for at_ns in read(lane, asked):
            stamps[lane].append(at_ns)

    await asyncio.gather(*(one(lane) for lane in stamps))
    cpu, wall = time.process_time() - before, time.perf_counter() - began
    return {"cpu_s": cpu, "wall_s": wall, "stamps": stamps}


class Bench(NamedTuple):
    source: Stamps
    peers: str
    rounds: int

    def has(self, name: str) -> bool:
        package = CLIENTS[name].package
        asking = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({package!r}) is None)"
        return not package or subprocess.run([self.peers, "-c", asking]).returncode == 0

    def _python(self, name: str, *arguments: str) -> str:
        python = self.peers if CLIENTS[name].package else sys.executable
        # LiteLLM would fetch its price list from the network, and go through a proxy.
        env = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"}
        return subprocess.run([python, *arguments], check=True, stdout=subprocess.PIPE, text=True, env=env).stdout

    def measured(self, name: str, streams: int, asked: dict[str, Any]) -> dict[str, float]:
        self.source.forget()
        arguments = ["-m", "tests.benchmarks.reading", "--client", name, "--port", str(self.source.port)]
        arguments += ["--streams", str(streams), "--asked", json.dumps(asked)]
        got = json.loads(self._python(name, *arguments).splitlines()[-1])
        tokens = sum(len(lane) for lane in got["stamps"].values())
        lags, own = self.source.lags_ms(got["stamps"])
        return {
            "us_per_token": got["cpu_s"] / tokens * 1e6,
            "cores": got["cpu_s"] / got["wall_s"],
            "lag_p50": quantile(lags, 0.5),
            "lag_p99": quantile(lags, 0.99),
            "server_late_p99": quantile(own, 0.99),
        }

    def import_ms(self, name: str) -> float:
        """CPU of importing the layer into a fresh interpreter, the least of several."""
        script = f"import time; began = time.process_time(); import {CLIENTS[name].imports}; "
        script += "print((time.process_time() - began) * 1000)"
        return min(float(self._python(name, "-c", script).splitlines()[-1]) for _ in range(self.rounds + 2))


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
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peers", default=sys.executable)
    options.add_argument("--client", choices=CLIENTS)
    options.add_argument("--port", type=int)
    options.add_argument("--streams", type=int)
    options.add_argument("--asked", type=json.loads)
    chosen = options.parse_args()
    if chosen.client:
        print(json.dumps(asyncio.run(client(chosen.client, chosen.port, chosen.streams, chosen.asked))))
        return
    with stamping_server() as source:
        bench = Bench(source, chosen.peers, 1 if chosen.quick else chosen.rounds)
        for shape, (streams, asked) in SHAPES.items():
            tokens = asked["stamp_tokens"] // (10 if chosen.quick else 1)
            for face, names in FACES.items():
                print(f"\n{shape}, {face}")
                compare(bench, [name for name in names if bench.has(name)], streams, asked | {"stamp_tokens": tokens})
        print("\nCPU of importing, ms")
        for name in ("abreast", "openai", "anthropic", "litellm"):
            if bench.has(name):
                print(f"  {name:<18}{bench.import_ms(name):>14.0f}")


def compare(bench: Bench, names: list[str], streams: int, asked: dict[str, Any]) -> None:
    """Ours is first; the last column is what ours costs as a share of what that client costs."""
    heads = ("CPU µs/token", 14), ("cores", 8), ("lag p50 ms", 12), ("p99", 11), ("server p99", 12), ("ours is ×", 11)
    print(f"  {'client':<18}" + "".join(f"{head:>{width}}" for head, width in heads))
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(bench.rounds):
        for name in names:
            runs[name].append(bench.measured(name, streams, asked))
    middle = {n: {k: statistics.median(r[k] for r in got) for k in got[0]} for n, got in runs.items()}
    for name, row in middle.items():
        ratio = middle[names[0]]["us_per_token"] / row["us_per_token"]
        print(
            f"  {name:<18}{row['us_per_token']:>14.1f}{row['cores']:>8.2f}{row['lag_p50']:>12.3f}"
            f"{row['lag_p99']:>11.3f}{row['server_late_p99']:>12.2f}{ratio:>11.3f}"
        )


if __name__ == "__main__":
    main()
