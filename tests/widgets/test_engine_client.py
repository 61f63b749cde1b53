"""The engine as a real process: what it does, and what becomes of it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.exchange import Exchange
from app.lanes import Lane
from app.library.document import NamedPrompt, Version
from app.library.wishes import AskPrompts, KeepPrompts, PromptsTold
from app.listing import Listing
from app.messages import Estimate, Estimated, RunOrder, Tried, TryVendor
from app.reading import readings
from app.records import RunRecord
from app.routes.spec import Route
from app.routes.text import from_text
from app.routes.wishes import KeepRoute
from app.run import RunFold
from app.tokens import Count
from providers.events import Event, Text
from providers.types import Request
from widgets.engine_client import EngineClient

LONG = {"max_tokens": 4000, "practice": {"ttft_ms": 20, "tokens_per_s": 200, "jitter": 0}}


class Heard:
    """Everything that an engine client told."""

    def __init__(self, client: EngineClient) -> None:
        self.events: dict[int, list[Event]] = {}
        self.records: dict[int, RunRecord] = {}
        self.deaths: list[str] = []
        self.troubles: list[str] = []
        self.readies = 0
        client.streamed.connect(self._streamed)
        client.ended.connect(self._ended)
        client.died.connect(self.deaths.append)
        client.trouble.connect(self.troubles.append)
        client.ready.connect(self._ready)

    def _streamed(self, run: int, events: tuple[Event, ...]) -> None:
        self.events.setdefault(run, []).extend(events)

    def _ended(self, record: RunRecord) -> None:
        self.records[record.run] = record

    def _ready(self) -> None:
        self.readies += 1

    def text(self, run: int) -> str:
        return "".join(e.text for e in self.events.get(run, ()) if isinstance(e, Text))


@pytest.fixture
def client(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    made = EngineClient()
    yield made
    asyncio.run(made.close())
    made.deleteLater()


def order(run: int, lane: str, **params: object) -> RunOrder:
    return RunOrder(run, run, 0, Lane(lane, dict(params)), Request.of("What is time to first token?", temperature=0))


def test_what_went_over_the_wire_can_be_asked_for(client: EngineClient, qtbot: QtBot) -> None:
    """And read again, it says what the run said, stamp for stamp."""
    heard = Heard(client)
    told: list[tuple[Exchange, ...] | None] = []
    client.inspected.connect(lambda _run, exchanges: told.append(exchanges))
    client.start((order(1, "practice/swift", max_tokens=20),))
    qtbot.waitUntil(lambda: 1 in heard.records, timeout=20_000)
    client.inspect(1)
    client.inspect(2)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=5_000)
    assert told[1] is None, "nothing is kept of a run that never was"
    assert told[0] is not None
    (exchange,) = told[0]
    again = [event for reading in readings(exchange) for event in reading.made]
    assert [e for e in again if isinstance(e, Text)] == [e for e in heard.events[1] if isinstance(e, Text)]
    assert heard.text(1)
    assert exchange.started_ns == heard.events[1][0].at_ns


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pids: list[int]) -> Callable[[], bool]:
    return lambda: not any(map(alive, pids))


def test_three_lanes_stream_and_end(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    lanes = ("practice/swift", "practice-anthropic/steady", "practice-gemini/deep")
    client.start(tuple(order(n, lane, max_tokens=20) for n, lane in enumerate(lanes)))

    qtbot.waitUntil(lambda: len(heard.records) == 3, timeout=20_000)

    for run, record in heard.records.items():
        assert record.outcome == "done", record.error
        fold = RunFold(run=run, lane_index=run, repeat=0, lane=record.lane)
        for event in heard.events[run]:
            fold.add(event)
        assert fold.record(lag_ms=record.loop_lag_ms_max).text == record.text == heard.text(run)
        assert record.cost is not None
    starts = [heard.events[run][0].at_ns for run in heard.records]
    assert max(starts) - min(starts) < 50e6


def test_stopping_one_lane_leaves_the_others(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.start((order(0, "practice/swift", **LONG), order(1, "practice/deep", max_tokens=300)))
    qtbot.waitUntil(lambda: bool(heard.text(0)), timeout=20_000)
    client.stop((0,))

    qtbot.waitUntil(lambda: len(heard.records) == 2, timeout=30_000)

    assert heard.records[0].outcome in ("stopped", "done")
    assert heard.records[1].outcome == "done"


def test_a_run_that_is_stopped_before_it_began_still_ends_and_holds_up_nobody(
    client: EngineClient, qtbot: QtBot
) -> None:
    heard = Heard(client)
    client.start((order(0, "practice/swift", max_tokens=5), order(1, "practice/swift", max_tokens=5)))
    client.stop((0,))

    qtbot.waitUntil(lambda: len(heard.records) == 2, timeout=20_000)

    assert [heard.records[n].outcome for n in (0, 1)] == ["stopped", "done"]


def test_lengths_are_estimated_by_a_child_of_the_engine_that_ends_with_it(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    told: list[Estimated] = []
    counts: dict[int, Count] = {}
    client.estimated.connect(told.append)
    client.output_estimated.connect(counts.__setitem__)
    client.estimate(Estimate(1, ("hello world",), ("gpt-4",)))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told == [Estimated(1, (Count(9, "cl100k_base", False),))]
    client.start((order(0, "practice/swift", **LONG),))
    qtbot.waitUntil(lambda: len(heard.text(0)) > 100, timeout=20_000)
    client.stop((0,))
    qtbot.waitUntil(
        lambda: 0 in heard.records and (heard.records[0].usage.output is not None or 0 in counts), timeout=20_000
    )
    assert client.pid is not None
    started = children(client.pid)
    assert len(started) == 2, "the practice server and the tokenizer"
    asyncio.run(client.close())
    qtbot.waitUntil(gone(started), timeout=5_000)


def test_models_are_told_vendor_by_vendor(client: EngineClient, qtbot: QtBot) -> None:
    told: dict[str, Listing] = {}
    client.listed.connect(lambda listing: told.__setitem__(listing.vendor, listing))
    client.list_models(fresh=False)
    practice = {"practice", "practice-responses", "practice-anthropic", "practice-gemini", "practice-ollama"}
    qtbot.waitUntil(lambda: practice <= told.keys(), timeout=20_000)
    assert [each.model for each in told["practice"].models] == ["swift", "steady", "deep"]
    assert told["practice"].models[0].prices is not None


def test_a_test_of_a_vendor_waits_for_the_lanes_and_says_so(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    told: list[object] = []
    client.told.connect(told.append)
    client.start((order(1, "practice/swift", **LONG),))
    qtbot.waitUntil(lambda: bool(heard.text(1)), timeout=20_000)
    client.wish(TryVendor("practice"))
    client.wish(TryVendor("practice", "none"))
    qtbot.waitUntil(lambda: sum(isinstance(each, Tried) for each in told) == 2, timeout=5_000)
    assert [each for each in told if isinstance(each, Tried)] == [
        Tried("practice", "Practice will be asked when the lanes have ended."),
        Tried("practice", "none will be asked when the lanes have ended.", wants_model=True),
    ]
    assert 1 not in heard.records, "the lane still runs"
    client.stop((1,))
    qtbot.waitUntil(lambda: sum(isinstance(each, Tried) for each in told) == 4, timeout=10_000)
    assert any("Practice answered in" in each.said for each in told if isinstance(each, Tried))


def test_an_engine_that_hangs_does_not_hold_up_the_window(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.launch()
    qtbot.waitUntil(lambda: heard.readies == 1, timeout=10_000)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGSTOP)
    began = time.perf_counter()
    long = RunOrder(0, 0, 0, Lane("practice/swift", {"max_tokens": 5}), Request.of("word " * 400_000))
    client.start((long,))
    held_s = time.perf_counter() - began
    os.kill(client.pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: 0 in heard.records, timeout=20_000)

    assert held_s < 0.5


def test_stop_closes_the_socket_within_200_ms_as_the_server_saw_it(
    client: EngineClient, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "practice.jsonl"
    server = subprocess.Popen(
        [sys.executable, "-m", "providers.practice", "--log", str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    base = json.loads(server.stdout.readline())["openai_chat"]
    heard = Heard(client)
    client.start((order(0, f"openai_chat:swift@{base}", practice={"ttft_ms": 10, "tokens_per_s": 30}),))
    qtbot.waitUntil(lambda: bool(heard.text(0)), timeout=20_000)
    stopped_ns = time.perf_counter_ns()
    client.stop((0,))
    qtbot.waitUntil(lambda: 0 in heard.records, timeout=5_000)
    server.communicate(timeout=5)

    assert heard.records[0].outcome == "stopped"
    ends = [line for line in map(json.loads, log.read_text().splitlines()) if line["event"] == "end"]
    assert [end["how"] for end in ends] == ["client_closed"]
    assert (ends[0]["at_ns"] - stopped_ns) / 1e6 < 200


def test_a_dead_port_and_an_unknown_vendor_end_in_records(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.start((order(0, "openai_chat:m@http://127.0.0.1:9/v1"), order(1, "nobody/m"), order(2, "what")))

    qtbot.waitUntil(lambda: len(heard.records) == 3, timeout=20_000)

    errors = [heard.records[n].error for n in range(3)]
    assert [error.kind for error in errors if error] == ["network", "bad_request", "bad_request"]


def test_killed_in_mid_run_it_takes_nothing_with_it(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.start((order(0, "practice/swift", **LONG),))
    qtbot.waitUntil(lambda: bool(heard.text(0)), timeout=20_000)
    first = client.pid
    assert first is not None
    practice = children(first)
    shown = heard.text(0)

    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(heard.deaths), timeout=5_000)

    assert heard.text(0).startswith(shown)
    qtbot.waitUntil(gone([first, *practice]), timeout=5_000)
    qtbot.waitUntil(lambda: heard.readies == 2, timeout=10_000)
    client.start((order(1, "practice/swift", max_tokens=5),))
    qtbot.waitUntil(lambda: 1 in heard.records, timeout=20_000)
    assert heard.records[1].outcome == "done"


def test_a_new_practice_server_is_started_when_one_has_died(client: EngineClient, qtbot: QtBot) -> None:
    heard = Heard(client)
    client.start((order(0, "practice/swift", max_tokens=5),))
    qtbot.waitUntil(lambda: 0 in heard.records, timeout=20_000)
    assert client.pid is not None
    for pid in children(client.pid):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)

    client.start((order(1, "practice/swift", max_tokens=5),))
    qtbot.waitUntil(lambda: 1 in heard.records, timeout=20_000)

    assert heard.records[1].outcome == "done"


def test_nothing_outlives_a_window_that_was_killed(tmp_path: Path, qtbot: QtBot) -> None:
    program = (
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from tests.widgets.test_engine_client import EngineClient, order\n"
        "app = QCoreApplication([])\n"
        "client = EngineClient()\n"
        "client.start((order(0, 'practice/swift', max_tokens=4000),))\n"
        "client.streamed.connect(lambda run, events: print(client.pid, flush=True))\n"
        "app.exec()\n"
    )
    window = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert window.stdout is not None
    engine = int(window.stdout.readline())
    family = [engine, *children(engine)]
    assert len(family) == 2

    window.kill()
    window.communicate()

    qtbot.waitUntil(gone(family), timeout=5_000)


def test_prompts_are_kept_by_the_engine_and_found_by_the_next_one(client: EngineClient, qtbot: QtBot) -> None:
    prompt = NamedPrompt("p1", "Greeting", ("a",), (Version("v1", "2026-11-27T10:00:00.000Z", "Hello {{name}}\n"),))
    told: list[PromptsTold] = []
    client.library_told.connect(told.append)
    client.library(KeepPrompts((prompt,)))
    qtbot.waitUntil(lambda: len(told) == 1, timeout=10_000)
    assert client.pid is not None
    os.kill(client.pid, signal.SIGKILL)
    qtbot.waitSignal(client.died, timeout=5000).wait()
    client.library(AskPrompts())
    qtbot.waitUntil(lambda: len(told) == 2, timeout=10_000)
    assert told[1].prompts == (prompt,)


def test_a_route_is_kept_listed_and_run_by_the_engine(client: EngineClient, qtbot: QtBot) -> None:
    with qtbot.waitSignal(client.routes_told, timeout=20_000) as told:
        client.routes(KeepRoute("mine", "fallback: {of: [openai/none, practice/swift]}"))
    assert [each.name for each in told.args[0].routes] == ["mine"]
    lane = Lane("route:mine", route=Route("mine", from_text(told.args[0].routes[0].text)))
    with qtbot.waitSignal(client.ended, timeout=20_000) as ended:
        client.start((RunOrder(1, 0, 0, lane, Request.of("Hello")),))
    record = ended.args[0]
    assert record.outcome == "done"
    assert [each.outcome for each in record.attempts] == ["failed", "done"]
