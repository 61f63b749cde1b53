"""An export of Open WebUI: a list of chats. Several models' answers to one message become runs of several lanes."""

from typing import Any

from msgspec.structs import replace

from app.imports.building import Building, moment
from app.imports.contents import content_of
from app.imports.messages import params_of
from app.imports.parsing import of_type, parsed, text
from app.imports.trees import Node, Place, grown, left
from app.session.document import Run, Session


def from_open_webui(data: bytes | str) -> tuple[Session, ...]:
    """A session for each chat. Raises `ForeignError`."""
    return of_tree(parsed(data))


def of_tree(tree: Any) -> tuple[Session, ...]:
    """What `parsed` gave. Raises `ForeignError`."""
    said = tree if isinstance(tree, list) else [tree]
    return tuple(_session(of_type(each, dict, "a chat")) for each in said)


def _session(said: dict[str, Any]) -> Session:
    chat = of_type(said.get("chat"), dict, "a chat")
    building = Building(text(chat.get("title")) or text(said.get("title")))
    nodes, current = _nodes(chat)
    params = chat.get("params")
    set_ = params_of(params) if isinstance(params, dict) else {}
    models = chat.get("models")
    for model in models if isinstance(models, list) else []:
        building.lane(text(model), set_)
    places = grown(building, nodes, building.lane)
    place = places.get(current, Place())
    return _headed(_own_conversations(building.session(left(building, place))), place.run)


def _nodes(chat: dict[str, Any]) -> tuple[dict[str, Node], str]:
    """The messages by their ids, and which one is last on the path that is shown."""
    history = chat.get("history")
    held = history.get("messages") if isinstance(history, dict) else None
    if isinstance(held, dict) and isinstance(history, dict):
        nodes = {id_: _node(id_, of_type(each, dict, "a message")) for id_, each in held.items() if id_}
        return nodes, text(history.get("currentId"))
    row = of_type(chat.get("messages"), list, "messages")
    listed = [_node(f"m{n}", of_type(each, dict, "a message"), f"m{n - 1}") for n, each in enumerate(row)]
    return {each.id: each for each in listed}, listed[-1].id if listed else ""


def _node(id_: str, message: dict[str, Any], parent: str = "") -> Node:
    above = parent or text(message.get("parentId"))
    model = text(message.get("model"))
    role = text(message.get("role"))
    return Node(id_, above or None, role, content_of(message.get("content")), model, moment(message.get("timestamp")))


def _own_conversations(session: Session) -> Session:
    """Each run behind its own lane's: the program hangs what was asked next under one of the answers, but every model
    went on from what it had said itself."""
    by_id = {run.id: run for run in session.runs}
    of_lane = {(run.prompt, run.lane): run.id for run in session.runs}

    def behind(run: Run) -> str | None:
        above = by_id.get(run.after or "")
        if above is None or above.lane == run.lane:
            return run.after
        return of_lane.get((above.prompt, run.lane), run.after)

    return replace(session, runs=tuple(replace(run, after=behind(run)) for run in session.runs))


def _headed(session: Session, shown: str | None) -> Session:
    """Each lane at its answer to the message of which `shown` is an answer, where it has one."""
    run = session.run(shown)
    beside = {each.lane: each.id for each in session.runs if run is not None and each.prompt == run.prompt}
    return replace(session, lanes=tuple(replace(each, head=beside.get(each.id, each.head)) for each in session.lanes))
