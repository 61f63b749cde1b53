"""A run in the real engine, and the row it leaves."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.lanes import Lane
from app.ledger.questions import AskRows, Rows, Where
from app.ledger.wishes import AskLedger, LedgerAnswered, LedgerSaid, LedgerTold
from app.messages import RunOrder
from app.records import RunRecord
from providers.types import Request
from widgets.engine_client import EngineClient


@pytest.fixture
def client(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    monkeypatch.delenv("ABREAST_LEDGER", raising=False)
    made = EngineClient()
    yield made
    asyncio.run(made.close())
    made.deleteLater()


def test_every_attempt_of_a_run_is_kept_with_its_figures(client: EngineClient, qtbot: QtBot) -> None:
    said: list[LedgerSaid] = []
    records: list[RunRecord] = []
    client.ledger_told.connect(said.append)
    client.ended.connect(records.append)
    request = Request.of("What is time to first token?", temperature=0, max_tokens=30)
    client.start((RunOrder(1, 0, 0, Lane("practice/swift"), request, "session-1"),))
    qtbot.waitUntil(lambda: any(isinstance(each, LedgerTold) for each in said), timeout=30_000)
    client.ledger(AskLedger("rows", AskRows(Where(practice=True))))
    qtbot.waitUntil(lambda: any(isinstance(each, LedgerAnswered) for each in said), timeout=30_000)
    answered, record = said[-1], records[0]
    assert isinstance(answered, LedgerAnswered)
    assert isinstance(answered.answer, Rows)
    (row,) = answered.answer.rows
    assert said[0] == LedgerTold(1)
    assert (row.session, row.lane, row.model, row.outcome) == ("session-1", "practice/swift", "swift", "done")
    assert (row.ttft_ms, row.total_ms) == (record.timings_ms.ttft, record.timings_ms.total)
    assert (row.input, row.output, row.cost) == (record.usage.input, record.usage.output, record.cost)
    assert row.status == 200
    assert row.user != ""
