"""The inspector in the window: which lane it follows, what it shows in each state, what it copies and saves."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app.exchange import Answered, Asked, Exchange
from providers.dialects.base import Quirks
from providers.errors import Failure
from providers.events import Failed, Notice, Response, Started, Timing
from tests.widgets.conftest import Bench
from widgets.inspecting import LIVE_BYTES, Inspecting
from widgets.inspector import InspectorDock
from widgets.inspector.dock import GONE, NOTHING_YET, saved

MS = 1_000_000
CHUNK = 'data: {"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":%s}]}\n\n'
BODY = ((CHUNK % "null") + (CHUNK % '"stop"') + "data: [DONE]\n\n").encode()


def exchange(started_ns: int, body: bytes = BODY, *, status: int = 200) -> Exchange:
    asked = Asked("POST", "http://x/v1/chat/completions", (("Authorization", "Bearer [key]"),), b'{"model":"m"}')
    answered = Answered(status, "1.1", (("content-type", "text/event-stream"),))
    return Exchange(started_ns, "openai", "openai_chat", "m", Quirks(), asked, answered, ((started_ns + 5 * MS, body),))


class Inspected:
    def __init__(self, bench: Bench) -> None:
        self.bench, self.engine, self.window = bench, bench.engine, bench.window
        self.inspecting = Inspecting(bench.window, bench.conductor.runs, bench.engine)

    @property
    def dock(self) -> InspectorDock:
        return self.inspecting.dock

    def ask(self) -> None:
        self.window.do("inspect")
        self.bench.qtbot.waitUntil(lambda: self.dock.isVisible(), timeout=2000)

    def tell(self, run: int, *exchanges: Exchange) -> None:
        self.engine.inspected.emit(run, exchanges)
        self.bench.qtbot.waitUntil(lambda: not self.dock.panel.events.model.is_reading, timeout=2000)

    def started_ns(self, run: int, attempt: int = 0) -> int:
        return self.engine.folds[run].attempts[attempt].started_ns

    def rows(self) -> list[str]:
        model = self.dock.panel.events.model
        return [model.index(row, 2).data() for row in range(model.rowCount())]


@pytest.fixture
def inspected(bench: Bench) -> Iterator[Inspected]:
    made = Inspected(bench)
    bench.window.desk.go_to(0)
    yield made
    made.inspecting._again.stop()


def test_it_is_not_made_before_it_is_wanted(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    assert inspected.window.findChildren(InspectorDock) == []


def test_a_lane_in_which_nothing_ran_says_so(inspected: Inspected) -> None:
    inspected.ask()
    assert inspected.dock.panel.hint.text() == NOTHING_YET
    assert inspected.dock.head.name.text() == "Inspector · 1 swift"
    assert not inspected.dock.head.curl.isEnabled()
    assert inspected.engine.inspections == []


def test_the_same_wish_opens_and_closes_it(inspected: Inspected) -> None:
    key = (Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    inspected.bench.qtbot.keyClick(inspected.window, *key)
    inspected.bench.qtbot.waitUntil(lambda: inspected.dock.isVisible(), timeout=2000)
    inspected.bench.qtbot.keyClick(inspected.window, *key)
    assert not inspected.dock.isVisible()


def test_a_run_that_is_over_is_shown_whole(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    inspected.engine.text(1, "Hi")
    inspected.engine.finish(1)
    inspected.ask()
    assert inspected.engine.inspections == [1]
    inspected.tell(1, exchange(inspected.started_ns(1)))
    panel = inspected.dock.panel
    assert panel.request.toPlainText().startswith("POST http://x/v1/chat/completions\nAuthorization: Bearer [key]")
    assert panel.response.toPlainText().startswith("HTTP/1.1 200")
    assert inspected.rows()[:2] == ["served by m · text “Hi”", "text “Hi” · finish reason stop"]
    assert inspected.rows()[-1].endswith("complete")
    assert "Done" in panel.waterfall.accessibleDescription()
    panel.events.choose(0)
    assert "→ text “Hi”" in panel.events.detail.toPlainText()
    assert '"content": "Hi"' in panel.events.detail.toPlainText()


def test_a_run_that_goes_on_is_asked_about_again_until_it_is_long(inspected: Inspected) -> None:
    inspected.inspecting._again.setInterval(10)
    inspected.bench.conductor.send()
    inspected.ask()
    inspected.bench.qtbot.waitUntil(lambda: len(inspected.engine.inspections) > 2, timeout=2000)
    inspected.tell(1, exchange(inspected.started_ns(1), b": ping\n\n" * LIVE_BYTES))
    inspected.bench.qtbot.waitUntil(lambda: not inspected.inspecting._again.isActive(), timeout=2000)
    inspected.engine.end(1, failure=Failure("network", "gone"))
    asked = len(inspected.engine.inspections)
    assert inspected.engine.inspections[-1] == 1
    inspected.bench.qtbot.wait(40)
    assert len(inspected.engine.inspections) == asked, "what is over is asked about once"


def test_it_follows_the_focus_and_forgets_removed_lanes(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    for run in (1, 2, 3):
        inspected.engine.finish(run)
    inspected.ask()
    inspected.window.desk.go_to(1)
    assert inspected.dock.head.name.text() == "Inspector · 2 steady"
    assert inspected.engine.inspections == [1, 2]
    inspected.engine.inspected.emit(1, (exchange(inspected.started_ns(1)),))
    assert inspected.dock.exchange is None, "an answer about another lane is not shown"
    inspected.window.do("remove_lane")
    assert "steady" not in inspected.dock.head.name.text()


def test_attempts_can_be_chosen_and_the_latest_is_shown(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    again = 9_000 * MS
    inspected.engine.say(
        1, Response(0, 2_000 * MS, 429, "1.1", False), Failed(0, 2_000 * MS, Failure("rate", "slow")),
        Notice(0, 2_000 * MS, "retry", "Try 2 of 3"), Started(1, again, "answer", "practice", "http://x", "m"),
        Timing(1, again + MS, "sent", again),
    )  # fmt: skip
    inspected.ask()
    first, second = exchange(inspected.started_ns(1), b'{"error":{"message":"slow"}}', status=429), exchange(again)
    inspected.tell(1, first, second)
    head = inspected.dock.head
    assert [head.attempts.itemText(at) for at in range(2)] == [
        "Attempt 1 of 2 · answer · 429 failed", "Attempt 2 of 2 · answer · running",
    ]  # fmt: skip
    assert inspected.dock.exchange == second
    head.attempts.activated.emit(0)
    assert inspected.dock.exchange == first
    inspected.bench.qtbot.waitUntil(lambda: not inspected.dock.panel.events.model.is_reading, timeout=2000)
    assert inspected.rows() == ["rate: slow"]
    inspected.engine.end(1, failure=Failure("network", "gone"))
    assert inspected.dock.exchange == first, "what was chosen stays"


def test_what_is_kept_no_more_is_said_to_be_gone(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    inspected.engine.finish(1)
    inspected.ask()
    inspected.engine.inspected.emit(1, None)
    assert inspected.dock.panel.hint.text() == GONE
    assert not inspected.dock.head.save.isEnabled()


def test_copying(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    inspected.engine.finish(1)
    inspected.ask()
    inspected.tell(1, exchange(inspected.started_ns(1)))
    inspected.dock.head.curl.click()
    assert 'Bearer \'"$OPENAI_API_KEY"' in QGuiApplication.clipboard().text()
    inspected.dock.head.raw.click()
    assert QGuiApplication.clipboard().text() == BODY.decode()
    assert f"{len(BODY)} bytes" in inspected.window.statusBar().currentMessage()


def test_saving_asks_where_and_writes_what_the_tests_read(inspected: Inspected, tmp_path: Path) -> None:
    inspected.bench.conductor.send()
    inspected.engine.finish(1)
    inspected.ask()
    inspected.tell(1, exchange(inspected.started_ns(1)))
    inspected.dock.head.save.click()
    (dialog,) = inspected.dock.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "chat-mine.json"))
    dialog.close()
    assert (tmp_path / "chat-mine.sse").read_bytes() == BODY
    assert json.loads((tmp_path / "chat-mine.json").read_bytes())["text"] == "HiHi"
    assert "chat-mine.sse" in inspected.window.statusBar().currentMessage()


def test_saving_says_why_it_cannot(tmp_path: Path) -> None:
    assert saved(exchange(0), tmp_path / "nowhere" / "x.json").startswith("It was not saved: No such file")


def test_themes_recolour_the_wire(inspected: Inspected) -> None:
    inspected.bench.conductor.send()
    inspected.engine.finish(1)
    inspected.ask()
    inspected.tell(1, exchange(inspected.started_ns(1)))
    request = inspected.dock.panel.request
    palette = request.palette()
    palette.setColor(palette.ColorRole.Base, "#101010")
    request.setPalette(palette)
    assert request.toPlainText().endswith("}")
