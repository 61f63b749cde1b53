"""What routes choose by, of models that this process has not asked yet: the ledger's figures."""

import time
from pathlib import Path

import pytest

from app.ledger.store import Store
from app.records import Cost
from app.routes.known import known
from app.routes.shared import Lately
from tests.app.ledger.made import a_row


def test_the_ledgers_figures_serve_until_there_are_others(tmp_path: Path) -> None:
    now = int(time.time() * 1e6)
    rows = [
        a_row(number, at_us=now - number * 1_000_000, ttft_ms=100.0 + number, cost=Cost("0.02", "USD", "user", None))
        for number in range(20)
    ]
    store = Store(tmp_path, "")
    store.keep(rows)
    lately = Lately()
    assert lately.ttft_p95_s("openai/gpt-4o") is None
    lately.before = known(store.answer)
    store.close()

    assert lately.ttft_p95_s("openai/gpt-4o") == pytest.approx(0.118, rel=0.02)
    assert lately.latency_ms("openai/gpt-4o") == pytest.approx(109.5, rel=0.02)
    assert lately.price("openai/gpt-4o-2024-08-06") == pytest.approx(0.02)
    assert lately.price("openai/gpt-5") is None


def test_an_empty_ledger_knows_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, "")
    assert known(store.answer) == {}
    store.close()
