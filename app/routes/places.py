"""At which line of a route's text a place of its tree stands."""

from typing import Any

from app.routes import plain_yaml
from app.routes.text import NAMES
from app.routes.tree import path


def line_of(text: str, place: str) -> int | None:
    """From 1; the nearest that can be found. None for what is no YAML."""
    import yaml

    try:
        node: Any = yaml.compose(text, Loader=plain_yaml.loader())
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if node is None:
        return None
    for step in path(place):
        found = _below(_inside(node, step), step)
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1


def _inside(node: Any, step: str | int) -> Any:
    """Past the policy's name, where one stands around the fields."""
    if isinstance(node.value, list) and len(node.value) == 1 and isinstance(node.value[0], tuple):
        ((key, value),) = node.value
        if key.value in NAMES and key.value != step:
            return value
    return node


def _below(node: Any, step: str | int) -> Any:
    if not isinstance(node.value, list):
        return None
    if isinstance(step, int):
        return node.value[step] if step < len(node.value) and not isinstance(node.value[step], tuple) else None
    pairs = (each for each in node.value if isinstance(each, tuple))
    return next((value for key, value in pairs if key.value == step), None)
