"""The runs of a session as columns."""

from decimal import Decimal, InvalidOperation

import numpy as np

from app.faulted import asked_of_practice, fault_of
from app.numbers.columns import Columns, numbers, objects, words
from app.numbers.narrowing import seconds
from app.numbers.opinions import opinions
from app.session.document import Run, Session


def of_session(session: Session, *, undone: bool = False) -> Columns:
    """One row a run, in the order of the session. A lane is called by its model, with its number if there are two.

    Times count that the ledger would count: with `undone`, also those of runs that are not done."""
    runs = session.runs
    names = _names(session)
    costs = [_cost(run) for run in runs]
    uses = [run.record.usage for run in runs]
    return Columns(
        run=objects(run.id for run in runs),
        at_s=np.array([seconds(run.at) for run in runs], dtype=np.float64),
        session=words(session.id for _ in runs),
        lane=words(names[run.lane] for run in runs),
        vendor=words(_vendor(run) for run in runs),
        model=words(run.record.model or run.spec.model for run in runs),
        outcome=words(run.record.outcome for run in runs),
        role=words("answer" for _ in runs),
        currency=words("" if amount is None else currency for amount, currency in costs),
        cost=objects(amount for amount, _ in costs),
        ttft=numbers(run.record.timings_ms.ttft for run in runs),
        total=numbers(run.record.timings_ms.total for run in runs),
        speed=numbers(run.record.tokens_per_s for run in runs),
        input=numbers(usage.input for usage in uses),
        cache_read=numbers(usage.cache_read for usage in uses),
        cache_write=numbers(usage.cache_write for usage in uses),
        output=numbers(usage.output for usage in uses),
        reasoning=numbers(usage.reasoning for usage in uses),
        rating=numbers(run.opinion.rating for run in runs),
        **opinions(session),
        is_measured=np.array(
            [_is_sound(run) and (undone or run.record.outcome == "done") for run in runs], dtype=np.bool_
        ),
        colors={"lane": {names[lane.id]: lane.color for lane in session.lanes if lane.id in names}},
    )


def _names(session: Session) -> dict[int, str]:
    """What each lane that has run is called: by what it ran last."""
    models = {run.lane: run.spec.model for run in session.runs}
    told = list(models.values())
    return {lane: f"{model} ({lane})" if told.count(model) > 1 else model for lane, model in models.items()}


def _vendor(run: Run) -> str:
    """Who answered, as the last attempt says."""
    return run.record.attempts[-1].vendor if run.record.attempts else run.spec.model.partition("/")[0]


def _is_sound(run: Run) -> bool:
    """Neither a warm-up nor with a fault."""
    record = run.record
    return not (run.warmup or fault_of(record) or any(asked_of_practice(each.endpoint) for each in record.attempts))


def _cost(run: Run) -> tuple[Decimal | None, str]:
    cost = run.record.cost
    if cost is None:
        return None, ""
    try:
        return Decimal(cost.amount), cost.currency
    except InvalidOperation:
        return None, ""
