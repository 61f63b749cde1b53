"""Edits of a route's tree, each at a place such as `strong.of[1]`; "" is the root. Each takes a tree and gives another.

A leaf of "" is an empty place: a model is missing there.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from app.routes import spec
from app.routes.text import from_plain

EMPTY = ""
_MOVED = "\0moved"
_ELEMENT = re.compile(r"(?:^|(?<=\.))(of|cases|branches)\[(\d+)\](?:\.use|\.of)?$")
_LISTS: dict[str, str] = {"fallback": "of", "tier": "cases", "split": "branches"}
"""In which field each policy has any number of branches."""

Path = tuple[str | int, ...]


def walk(root: spec.Node, at: str = "") -> Iterator[tuple[str, spec.Node]]:
    """Every node with its place, parents first."""
    yield at, root
    for where, child in spec.children(root):
        yield from walk(child, f"{at}.{where}" if at else where)


def node_at(root: spec.Node, place: str) -> spec.Node | None:
    return next((node for where, node in walk(root) if where == place), None)


def parent_of(root: spec.Node, place: str) -> tuple[str, str] | None:
    """The place of what stands above, and where in it; None for the root, and for what is not there."""
    for where, node in walk(root):
        for below, _ in spec.children(node):
            if (f"{where}.{below}" if where else below) == place:
                return where, below
    return None


def tag(node: spec.Node) -> str:
    """The policy's name; "" for a lane."""
    return "" if isinstance(node, str) else str(node.__struct_config__.tag)


def put(root: spec.Node, place: str, node: spec.Node) -> spec.Node:
    return _changed(root, path(place), lambda _: _plain(node))


def with_value(root: spec.Node, place: str, field: Path, value: Any) -> spec.Node:
    """With that setting of the node there; None takes it back to what is usual. Raises `RouteTextError`."""
    node = node_at(root, place)
    if isinstance(node, str) and field != ("lane",):
        node = spec.Ask(node)
    if isinstance(node, str) or node is None:
        return put(root, place, str(value or ""))
    changed = _changed(node, field, lambda _: value)
    if isinstance(changed, spec.Ask) and not changed.params:
        changed = changed.lane
    return put(root, place, changed)


def wrapped(root: spec.Node, place: str, policy: str) -> tuple[spec.Node, str]:
    """With that policy around the node there; and the place that is to be filled next."""
    node = node_at(root, place)
    made, below = skeleton(policy, EMPTY if node is None else node)
    empty = next((where for where, each in walk(made) if each == EMPTY), "") if node != EMPTY else below
    return put(root, place, made), _join(place, empty)


def unwrapped(root: spec.Node, place: str) -> spec.Node:
    """What stands first below the node takes its place."""
    node = node_at(root, place)
    first = next((child for _, child in spec.children(node)), None) if node is not None else None
    return root if first is None else put(root, place, first)


def removed(root: spec.Node, place: str) -> spec.Node:
    """Where any number may stand there is one fewer, elsewhere the place is empty."""
    found = _ELEMENT.search(place)
    if found is None:
        optional = place.endswith("similar.ask")
        return _changed(root, path(place), lambda _: None) if optional else put(root, place, EMPTY)
    owner, at = place[: found.start()].rstrip("."), int(found[2])
    return _owner(root, owner, lambda plain: _without(plain, found[1], at))


def is_many(node: spec.Node | None) -> bool:
    """Whether any number of branches may stand below it."""
    return node is not None and tag(node) in _LISTS


def inserted(root: spec.Node, owner: str, at: int, node: spec.Node = EMPTY) -> tuple[spec.Node, str]:
    """With one more branch of the policy at `owner`, as its number `at`; and the new one's place."""
    policy = tag(node_at(root, owner) or EMPTY)
    name = _LISTS[policy]
    shape: dict[str, Any] = {"fallback": node, "tier": {"when": {"policy": "longer", "tokens": 500}, "use": node}}
    element = _plain(shape.get(policy, {"of": node}))
    below = {"tier": ".use", "split": ".of"}.get(policy, "")

    def change(plain: dict[str, Any]) -> None:
        plain[name].insert(at, element)
        if plain.get("weights"):
            plain["weights"].insert(at, 1.0)

    return _owner(root, owner, change), _join(owner, f"{name}[{at}]{below}")


def moved(root: spec.Node, source: str, target: str) -> spec.Node:
    """Onto an empty place it moves; with what stands there it changes places. Into itself it cannot go."""
    one, other = node_at(root, source), node_at(root, target)
    if one is None or other is None or holds(source, target) or holds(target, source):
        return root
    if other != EMPTY:
        return put(put(root, source, other), target, one)
    return removed(put(root, target, one), source)


def reordered(root: spec.Node, source: str, owner: str, at: int) -> spec.Node:
    """It becomes branch number `at` of the policy at `owner`, from wherever it stands."""
    node, into = node_at(root, source), node_at(root, owner)
    if node is None or not is_many(into) or holds(source, owner):
        return root
    found = _ELEMENT.search(source)
    if found is not None and source[: found.start()].rstrip(".") == owner:
        return _owner(root, owner, lambda plain: _shift(plain, found[1], int(found[2]), at))
    made, _ = inserted(put(root, source, _MOVED), owner, at, node)
    return removed(made, next(where for where, each in walk(made) if each == _MOVED))


def holds(place: str, other: str) -> bool:
    """Whether `other` is that place or below it."""
    return other == place or not place or other.startswith((f"{place}.", f"{place}["))


def branch(root: spec.Node, place: str) -> tuple[str, int] | None:
    """Of which policy a node is a branch among any number, and which."""
    found = _ELEMENT.search(place)
    if found is None:
        return None
    owner = place[: found.start()].rstrip(".")
    return (owner, int(found[2])) if is_many(node_at(root, owner)) else None


def room(root: spec.Node, place: str) -> tuple[str, int] | None:
    """Of which policy one more branch would be, and which: behind those of the policy there, else behind the branch
    that stands there."""
    node = node_at(root, place)
    if node is not None and is_many(node):
        return place, _count(node)
    found = branch(root, place)
    return (found[0], found[1] + 1) if found is not None else None


def shifted(root: spec.Node, place: str, by: int) -> tuple[spec.Node, str]:
    """With that branch one place further among its neighbours, or one back; and where it stands then."""
    found = branch(root, place)
    if found is None:
        return root, place
    owner, at = found
    policy = node_at(root, owner) or EMPTY
    if not 0 <= at + by < _count(policy):
        return root, place
    places = [where for where, _ in spec.children(policy)]
    return reordered(root, place, owner, at + by + (by > 0)), _join(owner, places[at + by])


def _count(policy: spec.Node) -> int:
    """How many branches it has, of those of which there may be any number."""
    return sum("[" in where for where, _ in spec.children(policy))


def skeleton(policy: str, node: spec.Node) -> tuple[spec.Policy, str]:
    """A policy around `node`, with settings to start from; and where in it the node stands."""
    made: dict[str, tuple[spec.Policy, str]] = {
        "retry": (spec.Retry(node), "of"),
        "deadline": (spec.Deadline(node, 20.0), "of"),
        "limit": (spec.Limit(node, at_once=4), "of"),
        "budgeted": (spec.Budgeted(node, "1 USD"), "of"),
        "prompted": (spec.Prompted(node), "of"),
        "cached": (spec.Cached(node), "of"),
        "fallback": (spec.Fallback((node, EMPTY)), "of[0]"),
        "split": (spec.Split((spec.Branch(node), spec.Branch(EMPTY))), "branches[0].of"),
        "hedge": (spec.Hedge(node, EMPTY), "first"),
        "tier": (spec.Tier((spec.Case(spec.Longer(500), EMPTY),), node), "otherwise"),
        "escalate": (spec.Escalate(node, EMPTY, spec.Confident(0.6)), "cheap"),
    }
    return made[policy]


def path(place: str) -> Path:
    return tuple(
        int(at) if at else name for name, at in re.findall(r"(\w+)|\[(\d+)\]", place.replace("[", ".[")) if name or at
    )


def _join(place: str, below: str) -> str:
    return ".".join(filter(None, (place, below)))


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def _owner(root: spec.Node, owner: str, change: Callable[[dict[str, Any]], None]) -> spec.Node:
    def changed(plain: Any) -> Any:
        change(plain)
        return plain

    return _changed(root, path(owner), changed)


def _changed(root: spec.Node, where: Path, change: Callable[[Any], Any]) -> spec.Node:
    """Where `change` gives None, nothing is set any more."""
    plain = _plain(root)
    if not where:
        return from_plain(change(plain))
    holder = plain
    for step in where[:-1]:
        holder = holder[step]
    last = where[-1]
    before = holder.get(last) if isinstance(holder, dict) else holder[last]
    after = change(before)
    if after is None and isinstance(holder, dict):
        holder.pop(last, None)
    else:
        holder[last] = after
    return from_plain(plain)


def _without(plain: dict[str, Any], name: str, at: int) -> None:
    del plain[name][at]
    if len(plain.get("weights", ())) > at:
        del plain["weights"][at]


def _shift(plain: dict[str, Any], name: str, source: int, to: int) -> None:
    to -= source < to
    for each in (name, "weights"):
        if len(plain.get(each, ())) > source:
            plain[each].insert(to, plain[each].pop(source))
