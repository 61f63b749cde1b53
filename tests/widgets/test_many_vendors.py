"""Ten vendors of the user's own with the real engine: five hang, three refuse, and the window does not care."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.catalogue import LOOPBACK_S
from app.contact_file import ContactFile
from app.contacts import Contacts, OwnVendor
from tests.app.list_server import serving
from widgets.conductor import Conductor
from widgets.connections import Connections
from widgets.engine_client import EngineClient
from widgets.loop import run
from widgets.main_window import MainWindow

GOOD = {"/v1/models": {"data": [{"id": "a"}, {"id": "b"}]}}
GAP_S = 0.1


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    with ExitStack() as stack:
        hanging = [stack.enter_context(serving({"/v1/models": "hang"})) for _ in range(5)]
        refusing = [stack.enter_context(serving({"/v1/models": status})) for status in (401, 500)]
        answering = [stack.enter_context(serving(GOOD)) for _ in range(2)]
        roots = {f"hang-{n}": each.root for n, each in enumerate(hanging)}
        roots |= {f"refuse-{n}": each.root for n, each in enumerate(refusing)} | {"refuse-2": "http://127.0.0.1:1"}
        roots |= {f"good-{n}": each.root for n, each in enumerate(answering)}
        made = (OwnVendor(id_, id_, "openai_chat", f"{root}/v1") for id_, root in roots.items())
        ContactFile(tmp_path).save(Contacts(tuple(made)))
        yield


class Pulse:
    """How long the window was deaf at the worst."""

    def __init__(self, window: MainWindow) -> None:
        self.worst_s, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(window)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.worst_s, self._last = max(self.worst_s, now - self._last), now

    def begin(self) -> None:
        self.worst_s, self._last = 0.0, time.perf_counter()

    def end(self) -> None:
        self._timer.stop()


def states(sheet: Connections) -> dict[str, str]:
    return {each.lane: each.facts for each in sheet._list.choices.shown if "-" in each.lane}


@pytest.fixture
def served(own: None, window: MainWindow, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The window with its real engine, which ends whatever the test came to."""
    engine = EngineClient(window)
    conductor = Conductor(window, engine)
    with qtbot.waitSignal(engine.ready, timeout=10_000):
        engine.launch()
    yield window
    conductor.end()
    run(engine.close, qapp)


def test_each_says_its_own_state_in_time_and_the_window_stays_usable(served: MainWindow, qtbot: QtBot) -> None:
    window = served

    def until(holds: Callable[[], bool], limit_s: float) -> float:
        began = time.perf_counter()
        qtbot.waitUntil(holds, timeout=int(limit_s * 1000))
        return time.perf_counter() - began

    window.do("connections")
    sheet = window.overlays.connections
    qtbot.wait(50)
    pulse = Pulse(window)
    until(lambda: sum("2 models" in each for each in states(sheet).values()) == 2, 3)
    until(lambda: sum("status" in each or "refused" in each for each in states(sheet).values()) == 3, 3)
    pulse.begin()
    sheet._filter.setText("hang")
    sheet._filter.clear()
    sheet.add_server()
    sheet.open_at("good-0")
    assert sheet.vendor.name.text() == "good-0"
    took = until(lambda: sum("no answer within" in each for each in states(sheet).values()) == 5, LOOPBACK_S + 3)
    pulse.end()
    assert took < LOOPBACK_S + 2
    assert pulse.worst_s < GAP_S * 3, "on a machine that is busy with other things"
    assert {name: text.partition(" · ")[0] for name, text in states(sheet).items() if "refuse" in name} == {
        "refuse-0": "status 401",
        "refuse-1": "status 500",
        "refuse-2": "nothing listens at 127.0.0.1:1 (connection refused)",
    }
