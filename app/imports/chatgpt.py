"""`conversations.json` of a ChatGPT data export: a list of conversations, each a tree of messages."""

from functools import partial
from typing import Any

from app.imports.building import Building, moment
from app.imports.contents import Content, content_of
from app.imports.parsing import of_type, parsed, text
from app.imports.trees import Node, Place, grown, left
from app.session.document import Session


def from_chatgpt(data: bytes | str) -> tuple[Session, ...]:
    """A session for each conversation; other branches are runs behind the same one. Raises `ForeignError`."""
    return of_tree(parsed(data))


def of_tree(tree: Any) -> tuple[Session, ...]:
    """What `parsed` gave. Raises `ForeignError`."""
    said = tree if isinstance(tree, list) else [tree]
    return tuple(_session(of_type(each, dict, "a conversation")) for each in said)


def _session(said: dict[str, Any]) -> Session:
    building = Building(text(said.get("title")))
    mapping = of_type(said.get("mapping"), dict, "a conversation")
    usual = text(said.get("default_model_slug"))
    nodes = {id_: _node(id_, of_type(each, dict, "a message"), usual) for id_, each in mapping.items()}
    current = text(said.get("current_node"))
    lane = building.lane(nodes[current].model if current in nodes else usual)
    places = grown(building, nodes, partial(_one_lane, lane))
    place = places.get(current, Place())
    if place.run is not None:
        building.headed(lane, place.run)
    return building.session(left(building, place))


def _one_lane(lane: int, model: str) -> int:
    """Whatever model answered: a conversation there is one lane here."""
    return lane


def _node(id_: str, node: dict[str, Any], usual: str) -> Node:
    message = node.get("message")
    said: dict[str, Any] = message if isinstance(message, dict) else {}
    author, metadata = _object(said.get("author")), _object(said.get("metadata"))
    return Node(
        id_,
        text(node.get("parent")) or None,
        _role(text(author.get("role")), said),
        _content(_object(said.get("content"))),
        text(metadata.get("model_slug")) or usual,
        moment(said.get("create_time")),
    )


def _role(role: str, message: dict[str, Any]) -> str:
    """Nothing for what is no part of the talk: words to a tool, thoughts."""
    to_us = message.get("recipient", "all") in ("all", None)
    kind = _object(message.get("content")).get("content_type", "text")
    return role if to_us and kind in ("text", "multimodal_text", "code") else ""


def _content(content: dict[str, Any]) -> Content:
    parts = content.get("parts")
    return content_of(parts) if isinstance(parts, list) else Content(text(content.get("text")))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
