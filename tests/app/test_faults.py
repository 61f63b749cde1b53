"""Faults in front of a real endpoint, in every dialect, do what the practice server's own do; runs tell of them."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.compose import Workshop
from app.execute import StartLine, execute
from app.faulted import fault_of
from app.faults import PRESETS, wrong
from app.keys import Keys
from app.lag import LoopLag
from app.lanes import Lane, LaneError
from app.limits import Limits
from app.messages import RunOrder
from app.records import RunRecord
from app.routes import spec
from app.routes.shared import Lately
from app.routes.shelf import RouteShelf
from app.routes.spec import Route
from app.run import RunFold, unpriced
from providers.types import Request
from tests.app.conftest import Call
from tests.providers.practice.conftest import FAST, Server

DIALECTS = ("openai_chat", "openai_responses", "anthropic", "gemini", "ollama")
KINDS = {
    "401": "authentication",
    "429:retry_after=0": "rate",
    "500": "server",
    "503": "overloaded",
    "529": "overloaded",
    "html": "server",
    "empty": "cut_off",
    "close": "network",
    "dns": "network",
    "tls": "tls",
    "error:after=8": "server",
    "cut:after=8": "cut_off",
    "drop:after=8": "cut_off",
    "reset:after=8": "cut_off",
    "stall:after=8": "timeout_idle",
    "junk:after=8": "protocol",
    "slow_first:s=0.2": "",
    "slow_head:s=0.2": "",
}
"""What each run ends with; "" is a whole answer."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server(Path(tmp_path_factory.mktemp("practice")) / "log", *FAST)
    yield server.root
    server.close()


def base(root: str, dialect: str) -> str:
    return f"{root}/v1" if dialect.startswith("openai") else root


def lane(root: str, dialect: str, fault: str, **more: Any) -> Lane:
    text = f"{dialect}:swift@{base(root, dialect)}"
    return Lane(text, limits=Limits(first_s=3.0, idle_s=0.5, retries=0), fault=fault, **more)


async def _records(lanes: list[Lane], workshop: Workshop) -> list[RunRecord]:
    request = Request.of("Count to ten", max_tokens=40)
    runs = []
    for number, each in enumerate(lanes):
        order = RunOrder(number, 0, 0, each, request)
        model = workshop.model(each)
        runs.append(execute(order, model, line=StartLine(1), sink=_nobody, lag=LoopLag(), price=unpriced))
    return list(await asyncio.wait_for(asyncio.gather(*runs), 30))


def _nobody(_run: int, _event: Any) -> None:
    pass


def records(lanes: list[Lane]) -> list[RunRecord]:
    async def all_() -> list[RunRecord]:
        workshop = Workshop(keys=Keys({}))
        try:
            return await _records(lanes, workshop)
        finally:
            await workshop.aclose()

    return asyncio.run(all_())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_in_front_of_any_endpoint(root: str, dialect: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    made = records([lane(root, dialect, fault) for fault in KINDS])
    came = {fault: each.error.kind if each.error else "" for fault, each in zip(KINDS, made, strict=True)}
    assert came == KINDS
    assert [fault_of(each) for each in made] == list(KINDS)
    late = [each for fault, each in zip(KINDS, made, strict=True) if ":after=" in fault and dialect == "openai_chat"]
    assert all(each.text for each in late), "the real stream had begun"
    slow = made[list(KINDS).index("slow_first:s=0.2")]
    assert slow.timings_ms.ttft is not None
    assert slow.timings_ms.ttft >= 200, "what is held back is stamped when it is let go"
    refused = made[1]
    assert refused.error is not None
    assert refused.error.status == (None if refused.error.kind != "rate" else 429)


def test_times_are_counted_anew_in_each_run_and_a_retry_survives(
    root: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    once = "429:retry_after=0,times=1"
    url = Lane(f"openai_chat:swift@{root}/v1", fault=once)
    practice = Lane("practice/swift", fault=once)
    for record in records([url, url, practice, practice]):
        assert record.outcome == "done"
        assert [each.outcome for each in record.attempts] == ["failed", "done"]


def test_one_model_of_a_route_is_struck_and_nobody_learns_of_it(
    root: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    first, second = f"openai_chat:swift@{root}/v1", f"openai_chat:steady@{root}/v1"
    route = Route("r", spec.Fallback((first, second)))

    async def runs() -> tuple[RunRecord, RunRecord]:
        workshop = Workshop(keys=Keys({}))
        try:
            (struck,) = await _records([Lane("route:r", route=route, fault="500", fault_at=first)], workshop)
            (real,) = await _records([Lane("route:r", route=route)], workshop)
        finally:
            await workshop.aclose()
        return struck, real

    struck, real = asyncio.run(runs())
    assert (struck.outcome, struck.model, fault_of(struck)) == ("done", "steady", "500")
    assert (real.model, fault_of(real)) == ("swift", ""), "who failed on purpose does not rest"


def test_stopping_does_not_wait_for_a_stall(root: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))

    async def stopped() -> float:
        workshop = Workshop(keys=Keys({}))
        running = asyncio.get_running_loop().create_task(
            _records([Lane(f"openai_chat:swift@{root}/v1", fault="stall:after=1")], workshop)
        )
        await asyncio.sleep(0.5)
        began = time.perf_counter()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await workshop.aclose()
        return time.perf_counter() - began

    assert asyncio.run(stopped()) < 1.0


def test_nothing_is_learnt_from_a_run_with_a_fault(root: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    lately = Lately()
    (record,) = records([lane(root, "openai_chat", "slow_first:s=0.2")])
    lately.saw(RunFold(run=0, lane_index=0, repeat=0, lane="x"), record)
    assert lately.latency_ms("swift@" + root.removeprefix("http://")) is None


@pytest.mark.parametrize(
    ("fault", "is_practice", "said"),
    [
        ("tls", True, ""),
        ("json", True, ""),
        ("json", False, "The fault json cannot be played here."),
        ("nonsense", True, "There is no fault 'nonsense'."),
        ("429:after=2", False, "The fault 429 has no 'after'."),
        ("stall:after=x", False, "After='x' is not a number."),
    ],
)
def test_what_cannot_be_played_is_said(fault: str, is_practice: bool, said: str) -> None:
    assert wrong(fault, is_practice=is_practice) == said


def test_presets_can_be_played_anywhere() -> None:
    assert [preset.spec for preset in PRESETS if wrong(preset.spec, is_practice=False)] == []


def test_the_command_line_injects_and_tells(call: Call, tmp_path: Path) -> None:
    route = spec.Fallback(("practice/swift", "practice/steady"))
    RouteShelf(tmp_path).keep(Route("r", route))
    said = call(
        *("run", "--lane", "route:r", "--prompt", "x", "--param", "max_tokens=4", "--json"),
        *("--fault", "dns", "--fault-at", "practice/swift"),
    )
    run = said.only
    assert (said.code, run["model"]) == (0, "steady")
    assert {"kind": "fault", "text": "Fault injected: dns"} in run["notices"]
    spooled = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if "ledger-spool" in str(path) and path.is_file()
    )
    assert spooled.count(b"dns") >= 2, "both rows of the run are marked"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fault", "nonsense"), "There is no fault 'nonsense'"),
        (("--fault-at", "practice/swift"), "--fault is needed as well"),
        (("--fault", "500", "--fault-at", "practice/deep"), "no lane asks it"),
    ],
)
def test_mistakes_are_usage_errors(call: Call, words: tuple[str, ...], said: str) -> None:
    result = call("run", "--lane", "practice/swift", "--prompt", "x", *words)
    assert (result.code, result.out) == (2, b"")
    assert said in result.err


def test_a_fault_at_a_model_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    with pytest.raises(LaneError, match="where its fault is to strike"):
        records_of = Workshop(keys=Keys({}))
        asyncio.run(_refused(records_of))


async def _refused(workshop: Workshop) -> None:
    try:
        await workshop.model(Lane("practice/swift", fault="500", fault_at="practice/deep"))
    finally:
        await workshop.aclose()
