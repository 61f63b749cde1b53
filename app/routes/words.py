"""What a route's nodes are called and do, in the few words that stand on their cards."""

from typing import assert_never

from app.routes import spec
from app.routes.tree import tag

POLICIES: dict[str, tuple[str, str]] = {
    "fallback": ("Fallback", "the next one when one fails"),
    "escalate": ("Escalate", "a cheap one first, a strong one when it was not good enough"),
    "tier": ("Tier", "choose by what is asked, before it is answered"),
    "hedge": ("Hedge", "ask a second one when the first is slow"),
    "cached": ("Cached", "give answers again that were given before"),
    "retry": ("Retry", "try again what may pass"),
    "deadline": ("Deadline", "fail when no token comes in time"),
    "limit": ("Limit", "so many at once, or in a minute"),
    "budgeted": ("Budgeted", "spend no more than so much in an hour, a day or a month"),
    "prompted": ("Prompted", "change the system prompt, the text or parameters"),
    "split": ("Split", "share out by weight"),
}
"""By tag: the title and what it is for; those that are wanted most come first."""


def title(node: spec.Node) -> str:
    lane = spec.lane_of(node)
    if isinstance(node, str | spec.Ask):
        return lane or "Which model?"
    return POLICIES[tag(node)][0]


def summary(node: spec.Node) -> str:
    """Its settings."""
    match node:
        case str():
            return ""
        case spec.Ask(params=params):
            return ", ".join(f"{name}={value}" for name, value in params.items())
        case spec.Retry(tries=tries):
            return f"{tries} tries at most"
        case spec.Deadline(first_s=first_s):
            return f"first token within {first_s:g} s"
        case spec.Limit():
            return _limits(node)
        case spec.Budgeted(limit=limit, window=window, then=then):
            article = "an" if window == "hour" else "a"
            return f"{limit.strip() or 'no limit yet'} {article} {window}, then {then}"
        case spec.Prompted():
            return _prompted(node)
        case spec.Split(branches=branches):
            return f"{len(branches)} branches"
        case spec.Fallback():
            return _fallback(node)
        case spec.Hedge(after_s=after_s):
            return "when the first is slower than usual" if after_s is None else f"after {after_s:g} s"
        case spec.Tier(cases=cases):
            return "1 case" if len(cases) == 1 else f"{len(cases)} cases"
        case spec.Escalate(judge=judge):
            return f"kept if {judged(judge)}"
        case spec.Cached():
            return _cached(node)
        case _:
            assert_never(node)


def judged(judge: spec.JudgeSpec) -> str:
    match judge:
        case spec.Confident(measure="entropy", threshold=threshold):
            return f"entropy ≤ {threshold:g}"
        case spec.Confident(measure=measure, threshold=threshold):
            return f"{measure} confidence ≥ {threshold:g}"
        case spec.Consistent(samples=samples, threshold=threshold):
            return f"{samples} samples agree ≥ {threshold:g}"
        case spec.Graded(threshold=threshold):
            return f"the judge gives ≥ {threshold:g}"
        case spec.Ruled():
            return "it passes the rules"
        case _:
            assert_never(judge)


def ruled(rule: spec.Rule) -> str:
    match rule:
        case spec.Longer(tokens=tokens):
            return f"longer than {tokens:,} tokens"
        case spec.Has(part=part):
            return f"has {part}"
        case spec.Matches(pattern=pattern):
            return f"matches /{pattern}/"
        case spec.InLanguage(codes=codes):
            return f"in {', '.join(codes)}"
        case spec.VariableIs(name=name, values=values):
            return f"{name} is {' or '.join(values)}"
        case _:
            assert_never(rule)


def edge(parent: spec.Node, where: str) -> str:
    """What a node is to the one above it."""
    at = int(where[where.index("[") + 1 : where.index("]")]) if "[" in where else 0
    match parent:
        case spec.Fallback(order="weighted", weights=weights) if at < len(weights):
            return f"weight {weights[at]:g}"
        case spec.Fallback(order="listed" | "sticky"):
            return "first" if at == 0 else "then"
        case spec.Fallback():
            return "one of"
        case spec.Split(branches=branches):
            whole = sum(each.weight for each in branches)
            return f"{branches[at].weight / whole:.0%}" if whole else "0%"
        case spec.Tier(cases=cases) if where.startswith("cases"):
            return f"if {ruled(cases[at].when)}"
        case _:
            return {"of": "", "judge.by": "judge", "similar.ask": "in doubt"}.get(where, where)


def _limits(node: spec.Limit) -> str:
    told = (
        f"{node.at_once} at once" if node.at_once is not None else "",
        f"{node.requests_per_minute} a minute" if node.requests_per_minute is not None else "",
        f"{node.tokens_per_minute:,} tokens a minute" if node.tokens_per_minute is not None else "",
    )
    return ", ".join(filter(None, told)) or "no limit yet"


def _prompted(node: spec.Prompted) -> str:
    told = (
        "system prompt" if node.system is not None else "",
        "text before" if node.before else "",
        "template" if node.template else "",
        ", ".join(f"{name}={value}" for name, value in node.params.items()),
    )
    return ", ".join(filter(None, told)) or "nothing is changed yet"


ORDERS: dict[spec.OrderName, str] = {
    "listed": "in this order",
    "sticky": "the last one that answered first",
    "weighted": "by weight",
    "fastest": "the fastest first",
    "cheapest": "the cheapest first",
}


def _fallback(node: spec.Fallback) -> str:
    rest = f", {node.cooldown_s:g} s of rest after a failure" if node.cooldown_s else ""
    return ORDERS[node.order] + rest


def _cached(node: spec.Cached) -> str:
    similar = f", also similar ≥ {node.similar.threshold:g}" if node.similar else ""
    return f"for {span(node.ttl_s)}{similar}"


def span(seconds: float) -> str:
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds:g} s"
