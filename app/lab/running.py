"""What a sweep lacks, as runs: prompts for a lane, and answers for a judge."""

from decimal import Decimal

from app.lab.cases import Gathered, Grade, Score
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.session.asking import request
from app.session.document import LaneSpec, Prompt, Run, Session
from app.session.live import LiveRun
from app.session.making import made_here, new_id, now
from providers.routes.confidence import PARAMS
from providers.routes.grading import grade_of, grading
from providers.routes.judge import Answer

NO_LANE = 0
"""Which no lane of a session is: what the lab runs moves no lane's conversation."""


def lane_orders(
    session: Session, found: Gathered, cheap: LaneSpec, strong: LaneSpec, score: Score, first: int
) -> tuple[RunOrder, ...]:
    """In the order of the prompts; `first` is the number of the first run. They become runs of the session."""
    asked = cheap if score == "grade" else LaneSpec(cheap.model, {**cheap.params, **PARAMS}, cheap.limits)
    wanted = [*((prompt, asked) for prompt in found.no_cheap), *((prompt, strong) for prompt in found.no_strong)]
    return tuple(_order(session, prompt, spec, first + at) for at, (prompt, spec) in enumerate(wanted))


def _order(session: Session, prompt: Prompt, spec: LaneSpec, run: int) -> RunOrder:
    live = LiveRun(new_id(), prompt, NO_LANE, None, now(), spec, made_here())
    lane = Lane(spec.model, dict(spec.params), spec.limits)
    return RunOrder(run, 0, 0, lane, request(session, prompt, None), session.id, live)


def grade_orders(session: Session, found: Gathered, judge: str, first: int) -> tuple[tuple[str, RunOrder], ...]:
    """Each with the id of the run whose answer is graded; they are runs of no session."""
    runs = {run.id: run for run in found.ungraded}.values()
    return tuple((run.id, _graded(session, run, judge, first + at)) for at, run in enumerate(runs))


def _graded(session: Session, run: Run, judge: str, number: int) -> RunOrder:
    prompt = session.prompt(run.prompt)
    asked = request(session, prompt, run.after) if prompt is not None else None
    assert asked is not None  # a session without the prompts of its runs is not opened
    answer = Answer(run.record.text, run.record.refusal, stop=run.record.finish_reason)
    return RunOrder(number, 0, 0, Lane(judge), grading("")(asked, answer))


def grade(record: RunRecord) -> Grade | None:
    """What the judge's answer means; None for what is no grade."""
    score = grade_of(record.text) if record.outcome == "done" else None
    if score is None:
        return None
    cost = Decimal(record.cost.amount) if record.cost is not None else None
    return Grade(score, cost, record.timings_ms.total or 0.0)
