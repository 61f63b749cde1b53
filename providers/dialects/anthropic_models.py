"""What the families of Claude take, as data. Models that are not Claude take everything as it was set."""

import re
from typing import Literal

import msgspec

Thinking = Literal["none", "budget", "adaptive"]
"""Whether a family thinks within a budget, as far as it sees fit, or not at all."""

EFFORTS = ("minimal", "low", "medium", "high", "xhigh", "max")
"""From the least to the greatest."""


class Family(msgspec.Struct, frozen=True):
    thinking: Thinking
    budgets: bool
    """Takes `budget_tokens`."""
    sampling: Literal["all", "one", "none"]
    """Takes temperature and top_p together, one of them, or not even one (nor top_k)."""
    efforts: tuple[str, ...]


OLD = Family("none", False, "all", ())
FAMILIES = (
    (r"claude-(instant|2|3(?!-7)|v2)", OLD),
    (r"claude-(3-7|(opus|sonnet)-4(-0|-2|@|$))", Family("budget", True, "all", ())),
    (r"claude-(opus-4-1|sonnet-4-5|haiku-4-5)", Family("budget", True, "one", ())),
    (r"claude-opus-4-5", Family("budget", True, "one", ("low", "medium", "high"))),
    (r"claude-(opus|sonnet)-4-6", Family("adaptive", True, "one", ("low", "medium", "high", "max"))),
    (r"claude", Family("adaptive", False, "none", ("low", "medium", "high", "xhigh", "max"))),
)
"""By a pattern of the name in which dots are dashes, the first that fits; the last stands for all newer ones."""


def family_of(model: str) -> Family | None:
    """None for what is no model of Claude."""
    name = model.lower().replace(".", "-")
    return next((family for pattern, family in FAMILIES if re.search(pattern, name)), None)


def nearest(effort: str, efforts: tuple[str, ...]) -> str:
    """The greatest of `efforts` that is not above `effort`, else the least; one that is not known stays."""
    if effort in efforts or effort not in EFFORTS:
        return effort
    below = [one for one in efforts if EFFORTS.index(one) <= EFFORTS.index(effort)]
    return below[-1] if below else efforts[0]
