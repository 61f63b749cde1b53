"""What in a route cannot work, or is most likely not meant, and why."""

import re
from collections.abc import Iterator
from typing import Literal, get_args

import msgspec

from app.budgets.written import WrittenError
from app.directory import Directory
from app.lanes import LaneError, VendorTarget, is_part, parse
from app.routes import spec
from app.routes.budgets import budget_of
from providers.errors import ERROR_KINDS
from providers.routes.rules import PART

NO_LOGPROBS = frozenset({"anthropic"})
"""Dialects that give no log-probabilities."""
DEEPEST = 12


class Problem(msgspec.Struct, frozen=True):
    """`at` is the node's place, such as `strong.of[1]`, "" for the root. What is `wrong` cannot be run."""

    at: str
    text: str
    weight: Literal["wrong", "doubtful"] = "wrong"


def problems(root: spec.Node, directory: Directory) -> tuple[Problem, ...]:
    return tuple(_of(root, "", directory, 0))


def _of(node: spec.Node, at: str, directory: Directory, depth: int) -> Iterator[Problem]:
    if depth > DEEPEST:
        yield Problem(at, f"It is nested more than {DEEPEST} deep")
        return
    if lane := spec.lane_of(node):
        yield from (Problem(at, text) for text in _lane(lane, directory))
    elif isinstance(node, str | spec.Ask):
        yield Problem(at, "A model is missing here")
    else:
        yield from (Problem(at, text) for text in _wrong(node))
        if isinstance(node, spec.Cached) and node.similar is not None:
            yield from (Problem(at, f"Who embeds: {text}") for text in _embedder(node.similar.embed, directory))
        yield from (Problem(at, text, "doubtful") for text in _doubtful(node, directory))
    for where, child in spec.children(node):
        yield from _of(child, f"{at}.{where}" if at else where, directory, depth + 1)


def _lane(lane: str, directory: Directory) -> Iterator[str]:
    if lane.startswith("route:"):
        yield "A route stands in another as its own tree, not by name"
        return
    try:
        target = parse(lane)
    except LaneError as error:
        yield f"{lane!r} is no model yet: take one of the list, or vendor/model" if is_part(lane) else str(error)
        return
    if isinstance(target, VendorTarget) and directory.find(target.vendor) is None:
        yield f"There is no vendor {target.vendor!r}"


def _embedder(embed: str, directory: Directory) -> Iterator[str]:
    if not embed.strip():
        yield "nobody is set; take local, or a lane"
    elif embed.startswith("route:"):
        yield "a route gives answers, not embeddings; take local, or a lane"
    elif embed != spec.LOCAL_EMBEDDER:
        yield from _lane(embed, directory)
        if _dialect(embed, directory) == "anthropic":
            yield "Anthropic's API has no embeddings; take local, or another vendor's lane"


def _wrong(node: spec.Policy) -> Iterator[str]:
    match node:
        case spec.Retry(tries=tries) if not 1 <= tries <= 10:
            yield "Tries are from 1 to 10"
        case spec.Deadline(first_s=first_s) if not first_s > 0:
            yield "A deadline is more than 0 seconds"
        case spec.Limit():
            limits = (node.at_once, node.requests_per_minute, node.tokens_per_minute)
            if any(limit is not None and limit < 1 for limit in limits):
                yield "A limit is 1 or more"
            if all(limit is None for limit in limits):
                yield "No limit is set"
        case spec.Budgeted():
            yield from _budget(node)
        case spec.Split(branches=branches):
            if not branches or not any(each.weight > 0 for each in branches):
                yield "A split needs branches, of which one weighs more than 0"
            if any(each.weight < 0 for each in branches):
                yield "A weight is 0 or more"
        case spec.Fallback(of=nodes):
            if not nodes:
                yield "A fallback needs at least one model"
            if node.order == "weighted" and len(node.weights) != len(nodes):
                yield f"There are {len(nodes)} models and {len(node.weights)} weights"
            elif node.order == "weighted" and nodes and not any(weight > 0 for weight in node.weights):
                yield "One weight at least is more than 0"
            if not all(weight >= 0 for weight in node.weights):
                yield "A weight is 0 or more"
            if not node.cooldown_s >= 0:
                yield "A rest after a failure takes 0 seconds or more"
            if node.on is not None and (unknown := set(node.on) - set(ERROR_KINDS)):
                yield f"There is no kind of error called {', '.join(sorted(unknown))}"
        case spec.Hedge(after_s=after_s) if after_s is not None and after_s < 0:
            yield "A hedge waits 0 seconds or more"
        case spec.Tier(cases=cases):
            if not cases:
                yield "A tier needs at least one case to choose by"
            for case in cases:
                yield from _rule(case.when)
        case spec.Escalate(judge=judge):
            yield from _judge(judge)
        case spec.Cached():
            if node.ttl_s <= 0 or node.most < 1:
                yield "A cache keeps at least one entry for more than 0 seconds"
            if node.similar is not None and not 0 < node.similar.threshold <= 1:
                yield "A similarity is above 0 and at most 1"
        case _:
            return


def _budget(node: spec.Budgeted) -> Iterator[str]:
    try:
        if not budget_of(node, "").limit:
            yield "A budget of nothing lets nothing run"
    except WrittenError as error:
        said = str(error)
        yield f"{said[:1].upper()}{said[1:]}"


def _rule(rule: spec.Rule) -> Iterator[str]:
    match rule:
        case spec.Longer(tokens=tokens) if tokens < 0:
            yield "A number of tokens is 0 or more"
        case spec.Matches(pattern=pattern):
            yield from _pattern(pattern)
        case spec.Has(part=part) if part not in get_args(PART):
            yield f"A request has no {part}"
        case spec.InLanguage(codes=codes) if not any(code.strip() for code in codes):
            yield "A rule by language needs a language, such as de"
        case spec.InLanguage(codes=codes) if not all(code.strip() for code in codes):
            yield "A language's code is empty"
        case spec.VariableIs(name=name, values=values):
            if not name.strip():
                yield "A rule by variable needs the variable's name"
            if not values:
                yield "A rule by variable needs a value that the variable may have"
        case _:
            return


def _pattern(pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"/{pattern}/ is no regular expression: {error}"


def _judge(judge: spec.JudgeSpec) -> Iterator[str]:
    match judge:
        case spec.Ruled():
            yield from _pattern(judge.found)
            yield from _pattern(judge.not_found)
            if judge == spec.Ruled():
                yield "The judge checks nothing"
        case spec.Confident(measure="entropy", threshold=threshold):
            if threshold < 0:
                yield "An entropy is 0 or more"
        case spec.Confident() | spec.Consistent() | spec.Graded():
            if not 0 <= judge.threshold <= 1:
                yield "The judge's threshold is from 0 to 1"
            if isinstance(judge, spec.Consistent) and not 1 <= judge.samples <= 9:
                yield "Samples are from 1 to 9"
            if isinstance(judge, spec.Consistent) and judge.max_tokens < 1:
                yield "A sample has 1 token or more"


def _doubtful(node: spec.Policy, directory: Directory) -> Iterator[str]:
    match node:
        case spec.Fallback(of=nodes):
            if node.on == ():
                yield "It goes on after no kind of error: only the first model is ever asked"
            if len(nodes) == 1:
                yield "With one model there is nothing to fall back on"
            lanes = [spec.lane_of(each) for each in nodes if spec.lane_of(each)]
            if len(set(lanes)) < len(lanes):
                yield "The same model stands here twice: what ails it once ails it again"
        case spec.Hedge(first=first, second=second) if first == second and first != "":
            yield "Both are the same: what makes the first slow may well make the second slow, and both are paid"
        case spec.Retry(of=spec.Retry()):
            yield "Retries in retries multiply: their tries are paid for"
        case spec.Escalate(cheap=cheap, strong=strong, judge=judge):
            if cheap == strong:
                yield "Cheap and strong are the same"
            if isinstance(judge, spec.Confident):
                mute = [lane for lane in spec.leaves(cheap) if _dialect(lane, directory) in NO_LOGPROBS]
                if mute:
                    yield f"{', '.join(mute)} gives no log-probabilities, so its answers are never judged and stand"
        case spec.Tier(cases=cases):
            if len({msgspec.json.encode(case.when) for case in cases}) < len(cases):
                yield "The same rule stands here twice: the second is never reached"
        case spec.Cached(similar=spec.Similar(guard=False)):
            yield "Without the guard, questions that differ in one number or one negation are taken for the same"
        case _:
            return


def _dialect(lane: str, directory: Directory) -> str:
    try:
        target = parse(lane)
    except LaneError:
        return ""
    if isinstance(target, VendorTarget):
        row = directory.find(target.vendor)
        return row.dialect if row is not None else ""
    return target.dialect
