"""Runs of a session on the practice models, as the lab asks for them, and the same prompts down a route."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.compose import Workshop
from app.directory import Directory
from app.execute import StartLine, execute, fold_of
from app.keys import Keys
from app.lab.cases import Gathered, Score, gathered
from app.lab.running import lane_orders
from app.lag import LoopLag
from app.lanes import Lane
from app.messages import RunOrder
from app.practice import PracticeServer
from app.pricing import Prices
from app.records import RunRecord
from app.routes import spec
from app.routes.spec import Route
from app.session.asking import request
from app.session.document import Draft, LaneSpec, Prompt, Session
from app.session.edits import prompted, ran
from app.session.making import run_of
from tests.providers.practice.conftest import FAST

AT_ONCE = 8


def session_of(questions: Sequence[str]) -> Session:
    session = Session("lab")
    for number, question in enumerate(questions):
        session = prompted(session, Prompt(f"p{number}", "2026-11-24T10:00:00.000Z", Draft(question)))
    return session


async def executed(
    workshop: Workshop, orders: Sequence[RunOrder], prices: Prices | None = None
) -> list[tuple[RunOrder, Any, RunRecord]]:
    """Eight at once, as many as do not keep each other waiting."""
    prices = prices or Prices(directory=Directory())
    gate, lag = asyncio.Semaphore(AT_ONCE), LoopLag()

    async def one(order: RunOrder) -> tuple[RunOrder, Any, RunRecord]:
        async with gate:
            fold, model = fold_of(order), workshop.model(order.lane)
            record = await execute(order, model, line=StartLine(1), sink=_nobody, lag=lag, price=prices.of, fold=fold)
        return order, fold, record

    return list(await asyncio.gather(*(one(order) for order in orders)))


def _nobody(_run: int, _event: Any) -> None:
    pass


async def completed(
    workshop: Workshop,
    session: Session,
    cheap: LaneSpec,
    strong: LaneSpec,
    score: Score = "mean",
    prices: Prices | None = None,
) -> tuple[Session, Gathered]:
    """With what the lab lacks, run."""
    lacking = gathered(session, cheap.model, strong.model, score=score)
    orders = lane_orders(session, lacking, cheap, strong, score, 0)
    for order, fold, record in await executed(workshop, orders, prices):
        assert order.live is not None
        session = ran(session, order.live.prompt, run_of(order.live.ended(record), fold))
    return session, gathered(session, cheap.model, strong.model, score=score)


async def routed(
    workshop: Workshop,
    session: Session,
    cheap: LaneSpec,
    strong: LaneSpec,
    threshold: float,
    prices: Prices | None = None,
) -> tuple[Decimal, float]:
    """What all prompts cost down a route with that threshold, and the share that the cheap model answered."""
    root = spec.Escalate(
        spec.Ask(cheap.model, cheap.params), spec.Ask(strong.model, strong.params), spec.Confident(threshold)
    )
    lane = Lane("route:lab", route=Route("lab", root))
    orders = [RunOrder(n, 0, 0, lane, request(session, each, None)) for n, each in enumerate(session.prompts)]
    records = [record for _, _, record in await executed(workshop, orders, prices)]
    assert all(record.outcome == "done" and record.cost is not None for record in records)
    cost = sum((Decimal(record.cost.amount) for record in records if record.cost), Decimal(0))
    return cost, sum(len(record.attempts) == 1 for record in records) / len(records)


def fast_workshop() -> Workshop:
    workshop = Workshop(keys=Keys({}))
    workshop._practice = PracticeServer(*FAST)
    return workshop
