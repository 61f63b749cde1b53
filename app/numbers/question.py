"""What can be asked of runs: which graph, of which figure, by what, over which runs."""

from typing import Literal, get_args

import msgspec

Graph = Literal["spread", "latency", "cost", "tokens", "worth", "percentiles"]
Group = Literal["lane", "model", "vendor"]
GRAPHS: tuple[Graph, ...] = get_args(Graph)
GROUPS: tuple[Group, ...] = get_args(Group)
NAMES: dict[Graph, str] = {
    "spread": "Repeats",
    "latency": "Over time",
    "cost": "Cost",
    "tokens": "Tokens",
    "worth": "Worth",
    "percentiles": "Percentiles",
}
TIPS: dict[Graph, str] = {
    "spread": "Each run as a point, with the median and its 95 % interval",
    "latency": "Latency over time, with p50 and p95",
    "cost": "Cost of each request, and cumulated",
    "tokens": "Token classes, stacked",
    "worth": "Quality against cost against latency, with the efficient frontier",
    "percentiles": "p50, p90, p95 and p99",
}
TIMES = (("ttft", "TTFT"), ("total", "Total time"))
FIGURES: dict[Graph, tuple[tuple[str, str], ...]] = {
    "spread": (*TIMES, ("speed", "Tokens per second")),
    "latency": TIMES,
    "cost": (("each", "Each request"), ("sum", "Sum"), ("day", "Sum by day"), ("cumulated", "Cumulated")),
    "tokens": (("sum", "Sum"), ("day", "Sum by day")),
    "worth": (
        ("rating/cost", "Rating and cost"),
        ("rating/total", "Rating and time"),
        ("thumb/cost", "Thumbs up and cost"),
        ("thumb/total", "Thumbs up and time"),
        ("won/cost", "Comparisons won and cost"),
        ("won/total", "Comparisons won and time"),
        ("speed/cost", "Speed and cost"),
    ),
    "percentiles": (*TIMES, ("speed", "Tokens per second")),
}
"""Which figures each graph can show, with their names; the first is shown at first."""


class Filters(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which runs: "" and None leave nothing out. Times are seconds since the epoch, `until_s` the first one after."""

    vendor: str = ""
    model: str = ""
    lane: str = ""
    session: str = ""
    outcome: str = ""
    role: str = ""
    since_s: float | None = None
    until_s: float | None = None


NO_FILTERS = Filters()
FILTERED = ("vendor", "model", "lane", "session", "outcome", "role")
"""The filters that are one word of a column."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle of a chart, in the units of its axes."""

    left: float
    right: float
    bottom: float
    top: float


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    graph: Graph = "spread"
    figure: str = "ttft"
    by: Group = "lane"
    filters: Filters = NO_FILTERS
    box: Box | None = None
    """The part that is in view, where it was zoomed: a crowd is then drawn finer."""


class Picked(msgspec.Struct, frozen=True):
    """A run as a line of a list."""

    run: str
    session: str
    at_s: float
    lane: str
    model: str
    outcome: str
    ttft_ms: float | None = None
    total_ms: float | None = None
    tokens_per_s: float | None = None
    cost: str = ""
    """With its currency, as people read it; "" where it is unknown."""
    rating: int | None = None


class Choices(msgspec.Struct, frozen=True):
    """What the runs could be narrowed to: the words of each column, each with the number of its runs."""

    words: dict[str, tuple[tuple[str, int], ...]] = {}
    runs: int = 0
