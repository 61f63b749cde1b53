"""The primary is killed under load: nobody notices but the record."""

import asyncio
import socket
from contextlib import closing
from pathlib import Path

import pytest

from app.compose import Workshop
from app.execute import StartLine, execute
from app.keys import Keys
from app.lag import LoopLag
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.routes import spec
from app.routes.spec import Route
from app.run import unpriced
from providers.events import Event
from providers.types import Request
from tests.providers.practice.conftest import Server

PACE = ("--ttft-ms", "100", "--tokens-per-s", "25", "--jitter", "0.3")
REQUESTS = 100
REST_S = 0.3


def a_free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Ears:
    """What a reader of the stream ends up with: text that a failure voids is gone."""

    def __init__(self) -> None:
        self.seen: dict[int, list[Event]] = {}

    def __call__(self, run: int, event: Event) -> None:
        self.seen.setdefault(run, []).append(event)


async def _runs(workshop: Workshop, lane: Lane, count: int, kill: Server | None) -> list[RunRecord]:
    lag, ears = LoopLag(), Ears()
    line = StartLine(count)
    made = [
        asyncio.get_running_loop().create_task(
            execute(
                RunOrder(number, 0, number, lane, Request.of(f"Say {number} things about servers", max_tokens=30)),
                workshop.model(lane),
                line=line,
                sink=ears,
                lag=lag,
                price=unpriced,
            )
        )
        for number in range(count)
    ]
    if kill is not None:
        while (
            sum(any(event.__class__.__name__ == "Text" for event in seen) for seen in ears.seen.values()) < count // 3
        ):
            await asyncio.sleep(0.005)
        kill.process.kill()
    return await asyncio.wait_for(asyncio.gather(*made), 60)


def test_the_primary_is_killed_under_a_hundred_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    port = a_free_port()
    primary = Server(tmp_path / "primary.log", "--port", str(port), *PACE)
    second = Server(tmp_path / "second.log", *PACE)
    lanes = [f"openai_chat:swift@{root}/v1" for root in (primary.root, second.root)]
    route = Route("never down", spec.Fallback(tuple(lanes), restart=True, cooldown_s=REST_S))
    lane = Lane("route:never down", route=route)

    async def all_of_it() -> tuple[list[RunRecord], list[RunRecord]]:
        workshop = Workshop(keys=Keys({}))
        try:
            first = await _runs(workshop, lane, REQUESTS, primary)
            again = Server(tmp_path / "again.log", "--port", str(port), *PACE)
            try:
                for _ in range(40):
                    after = await _runs(workshop, lane, 1, None)
                    if any("answers again" in notice.text for notice in after[0].notices):
                        break
                    await asyncio.sleep(REST_S)
            finally:
                again.close()
            return first, after
        finally:
            await workshop.aclose()

    try:
        records, after = asyncio.run(all_of_it())
    finally:
        second.close()
        primary.close()
    assert [record.outcome for record in records] == ["done"] * REQUESTS
    hit = [record for record in records if record.attempts[0].outcome in ("cut_off", "failed")]
    assert len(hit) >= REQUESTS // 10  # the others had ended, or had not begun
    for record in records:
        (standing,) = [each for each in record.attempts if each.outcome == "done"]
        assert record.usage.output is not None
        assert standing.usage.output is not None
        assert len({each.attempt for each in record.attempts}) == len(record.attempts)
        assert len(record.text.split()) <= 40, "a text stands there twice"
        assert sum(each.outcome == "done" for each in record.attempts) == 1
    assert any("answers again" in notice.text for notice in after[0].notices)
