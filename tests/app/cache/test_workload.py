"""The short form of the benchmark: repeated and near-repeated questions cost less, and none gets another's answer."""

import asyncio
from pathlib import Path

import pytest

from tests.benchmarks.cache_workload import compared


def test_repeats_are_not_paid_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    saved, hits, wrong = asyncio.run(asyncio.wait_for(compared(30, 400), 60))
    assert wrong == 0
    assert hits > 0.1
    assert saved > 0.1
