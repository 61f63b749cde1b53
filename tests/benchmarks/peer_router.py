"""LiteLLM's `Router` in front of a server, beside the SDK that it sits on, by turns.

A child of `tests.benchmarks.routes`, run by an interpreter that has `litellm`: `PYTHON -P peer_router.py SERVER ASKED`.
Prints one JSON line: milliseconds to the first content of each request, bare and routed, and the microseconds of CPU
for each piece of an answer of many pieces.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it would be fetched from the internet

import openai
from litellm.router import Router

WARM = 10
LONG, ROUNDS = 400, 9
Ask = Callable[[int, int], Awaitable[Any]]
"""A question's number and its `max_tokens`; gives chunks."""


def routed(server: str) -> Ask:
    """A fallback over two deployments, retries and a time limit: what our chain has, without a cache."""

    def deployment(name: str) -> dict[str, Any]:
        return {"model_name": name, "litellm_params": {"model": "openai/swift", "api_base": server, "api_key": "none"}}

    router = Router(
        [deployment("first"), deployment("second")], num_retries=2, timeout=60, fallbacks=[{"first": ["second"]}]
    )
    return lambda number, tokens: router.acompletion(
        "first", question(number), stream=True, max_tokens=tokens, temperature=0
    )


def bare(server: str) -> Ask:
    client = openai.AsyncOpenAI(base_url=server, api_key="none")
    return lambda number, tokens: client.chat.completions.create(
        model="swift", messages=question(number), stream=True, max_tokens=tokens, temperature=0
    )


def question(number: int) -> Any:
    return [{"role": "user", "content": f"Question {number}: why do ships float?"}]


async def first_ms(ask: Ask, number: int) -> float:
    """From asking until the first content is in the reader's hands; the rest is read, too."""
    began, found = time.perf_counter(), 0.0
    async for chunk in await ask(number, 8):
        if not found and chunk.choices and chunk.choices[0].delta.content:
            found = (time.perf_counter() - began) * 1e3
    return found


async def per_piece_us(ask: Ask, number: int) -> float:
    """CPU of this process for reading a long answer, over the number of its pieces."""
    began, pieces = time.process_time(), 0
    async for _ in await ask(number, LONG):
        pieces += 1
    return (time.process_time() - began) / pieces * 1e6


async def main(server: str, asked: int) -> None:
    asks = {"bare": bare(server), "router": routed(server)}
    first: dict[str, list[float]] = {name: [] for name in asks}
    pieces: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(asked):
        turns = list(asks.items())
        for name, ask in turns if number % 2 else reversed(turns):
            took = await first_ms(ask, number)
            if number >= WARM:
                first[name].append(took)
    for number in range(ROUNDS):
        for name, ask in asks.items():
            pieces[name].append(await per_piece_us(ask, asked + number))
    cpu = {name: statistics.median(values) for name, values in pieces.items()}
    print(json.dumps({"version": version("litellm"), "first": first, "cpu": cpu}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
