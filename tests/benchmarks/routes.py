"""What a whole route costs: Cached(Tier(Fallback(Retry(Deadline(model))))) against the bare model.

    python -m tests.benchmarks.routes [--server ROOT --gateway NAME=BASE=MODEL=KEY …] [--router PYTHON]

Two figures, both as a user has them. The time to the first token is measured over real HTTP, from the practice server
as fast as it goes, bare and routed by turns, with the cache's real file in the way: what is said is the median of the
differences. CPU per event is measured without any HTTP, since that would drown it: a model that says 20,000 pieces is
read through the route and bare, by turns. With gateways that stand in front of a server, each is asked as often as
the server itself, by the same client. With an interpreter that has `litellm`, its `Router` stands beside the SDK on
which it sits, in a process of its own and in front of the same server (`tests.benchmarks.peer_router`).
"""

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from app.cache.shelf import CacheShelf, CacheThread
from app.compose import http_client
from providers.dialects import DIALECTS
from providers.dialects.base import Quirks
from providers.events import CONTENT, Event, Finished, Started, Text, Usage
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.model import Model
from providers.routes.cached import Cached
from providers.routes.deadline import Deadline
from providers.routes.fallback import Fallback
from providers.routes.health import Health
from providers.routes.retry import Retry
from providers.routes.rules import Longer
from providers.routes.tier import Tier
from providers.types import Request
from providers.usage import TokenUsage
from tests.providers.practice.conftest import FAST, Server

EVENTS = 20_000
ROUNDS = 15
ASKED = 300
MOST_MS, MOST_US = 1.0, 2.0


@dataclass(frozen=True)
class Talker:
    """Says so many pieces without a pause."""

    name: str = "talker"
    events: int = EVENTS

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        usage = TokenUsage(input=1, output=self.events)
        yield Started(0, 1, role="answer", vendor="v", endpoint="http://v", model="m")
        for at in range(self.events):
            yield Text(0, at * 1_000_000, "word ")
        yield Usage(0, 2, usage)
        yield Finished(0, 3, "m", usage, "stop")


def chain(model: Model, shelf: CacheShelf) -> Cached:
    inner = Fallback((Retry(Deadline(model, 60.0)), Retry(Deadline(model, 60.0))), health=Health(30.0))
    return Cached(Tier(((Longer(100_000), model),), inner), shelf, "benchmark")


async def read(model: Model, request: Request) -> float:
    """CPU seconds that reading all of it takes."""
    began = time.process_time()
    async with aclosing(model.stream(request)) as events:
        async for _ in events:
            pass
    return time.process_time() - began


async def first_s(model: Model, request: Request) -> tuple[float, float]:
    """From asking until the first content is in the reader's hands: by the clock, and of this process' CPU."""
    began, worked = time.perf_counter(), time.process_time()
    found = spent = 0.0
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            if not found and isinstance(event, CONTENT):
                found, spent = time.perf_counter() - began, time.process_time() - worked
    return found, spent


def requests() -> Callable[[], Request]:
    """Each asks something new: a hit would be no comparison."""
    number = iter(range(1_000_000))
    return lambda: Request.of(f"Question {next(number)}: why do ships float?", max_tokens=8, temperature=0)


async def per_event(shelf: CacheShelf) -> tuple[float, float]:
    """Microseconds of CPU per event: what the route adds at the median, and what the bare model takes."""
    ask, talker = requests(), Talker()
    routed = chain(talker, shelf)
    added, bare = [], []
    for _ in range(ROUNDS):
        gc.collect()
        alone = await read(talker, ask())
        bare.append(alone / EVENTS * 1e6)
        added.append((await read(routed, ask()) - alone) / EVENTS * 1e6)
    return statistics.median(added), statistics.median(bare)


async def to_first(models: dict[str, Model]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds to the first content of each request, asked by turns; and those of our own CPU until then."""
    ask = requests()
    seen: dict[str, list[float]] = {name: [] for name in models}
    work: dict[str, list[float]] = {name: [] for name in models}
    for round_ in range(ASKED):
        turns = list(models.items())
        for name, model in turns if round_ % 2 else reversed(turns):  # who comes second finds the server busier
            took, spent = await first_s(model, ask())
            if round_ >= 10:  # connections and imports are there by then
                seen[name].append(took * 1e3)
                work[name].append(spent * 1e3)
    return seen, work


def served(
    base: str, client: HttpClient, model: str = "swift", key: str | None = None, headers: dict[str, str] | None = None
) -> HttpModel:
    quirks = Quirks(headers=headers or {})
    return HttpModel("custom", model, base, DIALECTS["openai_chat"], client, quirks=quirks, key=key)


async def _with_shelf(what: Callable[[CacheShelf, HttpClient], Awaitable[None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        thread, client = CacheThread(Path(folder)), http_client()
        try:
            await what(CacheShelf(thread, "benchmark", 3600.0, 100_000), client)
        finally:
            await client.aclose()
            await thread.aclose()


async def _measure(shelf: CacheShelf, client: HttpClient, server: str, gateways: dict[str, HttpModel]) -> None:
    added_us, bare_us = await per_event(shelf)
    print(f"CPU per event   bare {bare_us:.2f} us   route adds {added_us:.2f} us   (at most {MOST_US:g})")
    bare = served(f"{server}/v1", client)
    took, work = await to_first({"bare": bare, "route": chain(bare, shelf), **gateways})
    for name, values in took.items():
        print(f"first token     {name:<10} median {statistics.median(values):6.2f} ms   {told(values, took['bare'])}")
    print(f"of that CPU     route      {difference(work['route'], work['bare']):+.2f} ms by turns")
    is_met = added_us < MOST_US and difference(took["route"], took["bare"]) < MOST_MS
    print("met" if is_met else "NOT MET")


def difference(ones: list[float], others: list[float]) -> float:
    """Of requests that were sent one after the other, at the median."""
    return statistics.median(one - other for one, other in zip(ones, others, strict=True))


def calm(values: list[float]) -> float:
    """The fastest tenth ends here: what this machine does when nothing else runs on it."""
    return statistics.quantiles(values, n=10)[0]


def told(values: list[float], bare: list[float]) -> str:
    return f"{difference(values, bare):+6.2f} ms by turns, {calm(values) - calm(bare):+6.2f} ms in the fastest tenth"


def beside(python: str, root: str) -> None:
    """What LiteLLM's `Router` adds to its own SDK."""
    command = [python, "-P", str(Path(__file__).with_name("peer_router.py")), f"{root}/v1", str(ASKED)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    bare, routed = found["first"]["bare"], found["first"]["router"]
    print(f"LiteLLM {found['version']}: its SDK alone, median {statistics.median(bare):.2f} ms to the first token")
    print(f"first token     Router     median {statistics.median(routed):6.2f} ms   {told(routed, bare)}")
    cpu = found["cpu"]
    print(f"CPU per piece   SDK {cpu['bare']:.0f} us   Router adds {cpu['router'] - cpu['bare']:.0f} us")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--server", help="the root of a practice server that gateways stand in front of")
    words.add_argument("--router", metavar="PYTHON", help="an interpreter that has litellm")
    words.add_argument("--gateway", action="append", default=[], metavar="NAME=BASE=MODEL[=KEY]")
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = None if options.server else Server(Path(folder) / "log", *FAST)
        root = options.server or (server.root if server else "")

        async def measure(shelf: CacheShelf, client: HttpClient) -> None:
            gateways = {}
            for each in options.gateway:
                name, base, model, key = (*each.split("="), None)[:4]
                behind = {"x-portkey-provider": "openai", "x-portkey-custom-host": f"{root}/v1"}
                gateways[name] = served(base, client, model, key, behind if name == "portkey" else None)
            await _measure(shelf, client, root, gateways)

        asyncio.run(_with_shelf(measure))
        if options.router:
            beside(options.router, root)
        if server is not None:
            server.close()


if __name__ == "__main__":
    main()
