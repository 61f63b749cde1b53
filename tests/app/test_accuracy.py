"""Figures of real streams beside what their server noted when it sent them. The long form, with the window and servers
of other hands, is `tests.benchmarks.accuracy`."""

import asyncio

import pytest

from app.compose import Workshop
from app.execute import StartLine, execute
from app.keys import Keys
from app.lag import LoopLag
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.run import RunFold, unpriced
from providers.types import Request
from tests.benchmarks.accuracy import allowed, of_stamps
from tests.benchmarks.serving import stamping_server

LANES, TOKENS = 4, 80
Seen = tuple[RunRecord, RunFold]


async def race(port: int) -> list[Seen]:
    workshop, line, lag = Workshop(keys=Keys({})), StartLine(LANES), LoopLag()

    async def one(number: int) -> Seen:
        asked = {"stamp_rate": 200, "stamp_tokens": TOKENS, "stamp_ttft_ms": 120, "stamp_lane": str(number)}
        lane = Lane(f"openai_chat:stamping@http://127.0.0.1:{port}/v1", asked)
        fold = RunFold(run=number, lane_index=number, repeat=0, lane=lane.text)
        order = RunOrder(number, number, 0, lane, Request.of("say it"))
        model = workshop.model(lane)
        told = await execute(order, model, line=line, sink=_nobody, lag=lag, price=unpriced, fold=fold)
        return told, fold

    try:
        return list(await asyncio.gather(*(one(number) for number in range(LANES))))
    finally:
        await workshop.aclose()


def _nobody(_run: int, _event: object) -> None:
    """Nobody looks on."""


def test_figures_are_those_of_the_servers_own_notes() -> None:
    with stamping_server() as source:
        seen = asyncio.run(race(source.port))
        notes = [source.of(str(number)) for number in range(LANES)]
    for (record, fold), noted in zip(seen, notes, strict=True):
        assert fold.started_ns is not None
        known = of_stamps(fold.started_ns, noted["sent"])
        icl = record.icl_ms.p50 if record.icl_ms else None
        ours = {"ttft": record.timings_ms.ttft, "icl": icl, "itl": record.itl_ms, "rate": record.tokens_per_s}
        late_ms = 2 * record.loop_lag_ms_max  # as much as the pane says where this machine was busy
        for name, value in ours.items():
            truth = known[name]
            assert value is not None
            assert truth is not None
            more = late_ms if name != "rate" else truth * late_ms / (TOKENS * 5)
            assert abs(value - truth) <= allowed(name, truth) + more, (name, value, truth, record.loop_lag_ms_max)


def test_the_definitions_are_the_fields() -> None:
    """TTFT 300 ms, then ten gaps of 20 ms and one of 100: worked out by hand."""
    stamps = [300_000_000 + 20_000_000 * n for n in range(11)]
    stamps.append(stamps[-1] + 100_000_000)
    known = of_stamps(0, stamps)
    assert (known["ttft"], known["icl"]) == (300.0, 20.0)
    assert known["itl"] == pytest.approx(300 / 11)
    assert known["rate"] == pytest.approx(11 / 0.3)
    assert of_stamps(0, stamps, 23)["itl"] == pytest.approx(300 / 22), "several tokens in a chunk"
