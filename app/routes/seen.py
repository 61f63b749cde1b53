"""What a session's runs tell of a route's nodes: how often each was asked, how it went, what it cost."""

import statistics
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from app.figures import money
from app.lanes import LaneError, UrlTarget, VendorTarget, parse
from app.records import AttemptRecord, Cost, plain
from app.routes import spec
from app.routes.tree import tag
from app.series import duration
from app.session.document import Run

TAGS = {"cached": "cache", "prompted": "prompt"}
"""Policies that decisions call otherwise."""


class Seen:
    """Of the runs of one route. A model that stands in it twice is told of as one; so are two nodes of one policy."""

    def __init__(self, runs: Iterable[Run]) -> None:
        kept = tuple(runs)
        self._attempts = [each for run in kept for each in run.record.attempts if each.role != "cache"]
        self._waits = sum(step.kind == "waited" for run in kept for step in run.course.steps)
        self._choices: dict[str, Counter[str]] = {}
        for run in kept:
            for step in run.course.steps:
                if step.decision is not None:
                    self._choices.setdefault(step.decision.policy, Counter())[step.decision.choice] += 1

    def of(self, node: spec.Node) -> str:
        """`asked 12 times, 11 answered, TTFT 182 ms, $0.0021`; "" where nothing was seen."""
        lane = spec.lane_of(node)
        if isinstance(node, str | spec.Ask):
            return _told([each for each in self._attempts if _is_of(lane, each)])
        if isinstance(node, spec.Retry):
            return f"waited {_times(self._waits)}" if self._waits else ""
        found = self._choices.get(TAGS.get(tag(node), tag(node)), Counter())
        return ", ".join(f"{choice} {_times(count)}" for choice, count in found.most_common(3))


def _told(attempts: list[AttemptRecord]) -> str:
    if not attempts:
        return ""
    answered = sum(each.outcome in ("done", "discarded") for each in attempts)
    ttfts = [each.timings_ms.ttft for each in attempts if each.timings_ms.ttft is not None]
    costs = [each.cost for each in attempts if each.cost is not None]
    parts = (
        f"asked {_times(len(attempts))}, {answered / len(attempts):.0%} answered",
        f"TTFT {duration(statistics.median(ttfts))}" if ttfts else "",
        _sum(costs),
    )
    return ", ".join(filter(None, parts))


def _sum(costs: list[Cost]) -> str:
    if not costs or len({cost.currency for cost in costs}) > 1:
        return ""
    amount = sum((Decimal(cost.amount) for cost in costs), Decimal(0))
    return money(Cost(plain(amount), costs[0].currency, costs[0].source, None))


def _is_of(lane: str, attempt: AttemptRecord) -> bool:
    """What served may be called by more than it was asked by, such as a date."""
    try:
        target = parse(lane)
    except LaneError:
        return False
    match target:
        case VendorTarget(vendor=vendor, model=model):
            return attempt.vendor == vendor and attempt.model.startswith(model)
        case UrlTarget(model=model, base_url=url):
            return attempt.endpoint.startswith(url) and attempt.model.startswith(model)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
