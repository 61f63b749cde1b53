"""What the lab predicts is what live runs then cost."""

import asyncio
from pathlib import Path

import pytest

from app.lab.sweep import swept
from app.session.document import LaneSpec
from tests.app.lab.living import completed, fast_workshop, routed, session_of

QUESTIONS = (
    "Why do ships float?",
    "What is a prime number?",
    "Name three rivers of Europe.",
    "How does a sailing boat go against the wind?",
    "What is the boiling point of water on a high mountain?",
    "Explain recursion to a child.",
    "Which colours does a rainbow have?",
    "Who wrote the first encyclopedia?",
)
PARAMS = {"temperature": 0, "max_tokens": 40}
WITHIN = 0.05


def test_the_predicted_cost_is_the_live_cost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    cheap, strong = LaneSpec("practice/swift", PARAMS), LaneSpec("practice/steady", PARAMS)

    async def both() -> None:
        workshop = fast_workshop()
        try:
            session, found = await completed(workshop, session_of(QUESTIONS), cheap, strong)
            assert len(found.cases) == len(QUESTIONS)
            assert found.missing == 0
            curve = swept(found.cases, "mean")
            middle = curve.points[len(curve.points) // 2]
            assert 0 < middle.kept < 1, "a threshold that decides both ways"
        finally:
            await workshop.aclose()
        workshop = fast_workshop()  # another server: to this one the prompts are as new as they were to that
        try:
            cost, kept = await routed(workshop, session, cheap, strong, middle.threshold)
        finally:
            await workshop.aclose()
        assert kept == middle.kept
        assert middle.saved is not None
        live = float(1 - cost / curve.strong_cost)
        assert live == pytest.approx(middle.saved, rel=WITHIN, abs=0.01)

    asyncio.run(asyncio.wait_for(both(), 60))
