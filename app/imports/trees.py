"""Conversations that chat programs keep as trees of messages: each path a conversation, each fork a branch."""

from collections.abc import Callable
from dataclasses import dataclass

from app.imports.building import Building, and_then
from app.imports.contents import Content
from app.session.document import Draft


@dataclass(frozen=True)
class Node:
    """One message. One of another role is passed through: what hangs below it belongs to what is above it."""

    id: str
    parent: str | None
    role: str
    content: Content
    model: str
    at: str


@dataclass(frozen=True)
class Place:
    """Where on a path: behind which run, with which words waiting for an answer."""

    run: str | None = None
    waiting: Content | None = None
    prompt_node: str = ""
    system: str = ""


LaneOf = Callable[[str], int]


def grown(building: Building, nodes: dict[str, Node], lane_of: LaneOf) -> dict[str, Place]:
    """Adds the prompts and runs of all paths. Where each node has come to stands in the answer, by its id."""
    places, prompts = dict[str, Place](), dict[str, str]()
    for node in in_order(nodes):
        before = places.get(node.parent or "", Place())
        places[node.id] = _step(building, node, before, prompts, lane_of)
    return places


def in_order(nodes: dict[str, Node]) -> list[Node]:
    """Parents before their children. Nodes that hang in a ring hang nowhere, and are left out."""
    children: dict[str, list[Node]] = {}
    for node in nodes.values():
        children.setdefault(node.parent if node.parent in nodes and node.parent else "", []).append(node)
    found, waiting = list[Node](), list(reversed(children.get("", [])))
    while waiting:
        found.append(waiting.pop())
        waiting += reversed(children.get(found[-1].id, []) if found[-1].id else [])
    return found


def _step(building: Building, node: Node, before: Place, prompts: dict[str, str], lane_of: LaneOf) -> Place:
    if node.role == "user":
        waiting = node.content if before.waiting is None else and_then(before.waiting, node.content)
        return Place(before.run, waiting, node.id, before.system)
    if node.role == "system":
        return Place(before.run, before.waiting, before.prompt_node, node.content.text or before.system)
    if node.role != "assistant" or not (node.content.text or node.content.attached):
        return before
    key = before.prompt_node if before.waiting is not None else f"behind {node.id}"
    if key not in prompts:
        draft = building.draft(before.waiting or Content(), before.system)
        prompts[key] = building.prompt(draft, node.at)
    run = building.answer(
        prompts[key], lane_of(node.model), node.content.text, model=node.model, after=before.run, at=node.at
    )
    return Place(run, None, "", before.system)


def left(building: Building, place: Place) -> Draft:
    """What was asked last and not answered, as the draft."""
    return building.draft(place.waiting or Content(), place.system)
