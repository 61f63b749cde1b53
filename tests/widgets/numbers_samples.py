"""Sessions with many runs for the numbers' place: three lanes, their figures drawn from known distributions."""

import random
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.records import Cost, Timings, Tokens
from app.session.document import Better, Draft, Lane, LaneSpec, Opinion, Prompt, Run, Session
from tests.app.session.samples import a_record

LANES = ("practice/swift", "practice/steady", "practice/deep")
START = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def a_session(runs: int, *, minutes: float = 90.0, rated: bool = True, seed: int = 3) -> Session:
    """`runs` over that many minutes, in turn through `LANES`."""
    rng = random.Random(seed)
    lanes = tuple(Lane(n + 1, LaneSpec(model), n) for n, model in enumerate(LANES))
    prompt = Prompt("prompt", START.isoformat(), Draft("How tall is Everest?"))
    made = tuple(_run(n, rng, minutes * n / max(runs, 1), rated=rated) for n in range(runs))
    better = tuple(Better(f"run{n}", f"run{n - 1}") for n in range(1, runs, 2)) if rated else ()
    prompts = (prompt,) if runs else ()
    return Session("samples", lanes=lanes, next_lane=4, prompts=prompts, runs=made, better=better)


def _run(number: int, rng: random.Random, minute: float, *, rated: bool) -> Run:
    place = number % len(LANES)
    ttft = 90.0 * (1 + place) * rng.lognormvariate(0, 0.35)
    output, rate = rng.randint(60, 600), rng.gauss(50 + 25 * (2 - place), 6)
    record = a_record(
        LANES[place],
        outcome="done" if rng.random() < 0.95 else "failed",
        usage=Tokens(300, rng.randint(0, 200), None, output, output // 4 if place == 2 else None),
        cost=Cost(f"{output * (1 + 3 * place) * 15}e-8", "USD", "genai-prices", "2026-11-01"),
        timings_ms=Timings(ttft=ttft, ttfo=ttft, last=ttft + output / rate * 1e3, total=ttft + output / rate * 1e3 + 2),
        tokens_per_s=rate,
    )
    at = (START + timedelta(minutes=minute)).isoformat()
    rating = min(5, max(1, round(rng.gauss(2.6 + 0.8 * place, 0.8)))) if rated else None
    opinion = Opinion(rating, None if rating is None else "up" if rating > 2 else "down")
    spec = LaneSpec(LANES[place])
    return replace(Run(f"run{number}", "prompt", place + 1, None, at, spec, record), opinion=opinion)
