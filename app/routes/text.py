"""A route as text that people read and write: YAML in which each node is a lane, or the name of a policy with its
settings.

    escalate:
      cheap: practice/swift
      strong:
        fallback:
          of: [practice/deep, practice/steady]
      judge:
        confidence: {threshold: 0.7}
"""

from typing import Any, get_args

import msgspec

from app.routes import plain_yaml
from app.routes.spec import JudgeSpec, Node, Policy, Rule

MOST_BYTES = 256 * 1024
DEEPEST = 40
VERBATIM = frozenset({"params", "json_schema"})
"""Under these names stand the user's own values, in which nothing is a policy."""


def _names(*unions: Any) -> frozenset[str]:
    return frozenset(str(each.__struct_config__.tag) for union in unions for each in get_args(union))


POLICIES = _names(Policy)
NAMES = _names(Policy, Rule, JudgeSpec)


class RouteTextError(ValueError):
    """It is no route; the message says where and why."""


def to_text(root: Node) -> str:
    return plain_yaml.written(_named(msgspec.to_builtins(root)))


def from_text(text: str) -> Node:
    """Raises `RouteTextError`."""
    import yaml  # on use: 40 ms

    if len(text) > MOST_BYTES:
        raise RouteTextError(f"A route has {MOST_BYTES:,} signs at most.")
    try:
        plain = plain_yaml.read(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise RouteTextError(f"This is no YAML: {_said(error)}") from None
    if plain is None:
        raise RouteTextError("There is nothing here: a route is a lane, such as practice/swift, or a policy.")
    return from_plain(_tagged(plain, 0))


def from_plain(value: Any) -> Node:
    """From what `msgspec.to_builtins` makes of a node. Raises `RouteTextError`."""
    try:
        made: Node = msgspec.convert(value, Node)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RouteTextError(_explained(str(error))) from None
    return made


def _named(value: Any) -> Any:
    """`{"policy": "retry", "of": …}` as `{"retry": {"of": …}}`, at every depth."""
    if isinstance(value, list | tuple):
        return [_named(each) for each in value]
    if not isinstance(value, dict):
        return value
    rest = {key: each if key in VERBATIM else _named(each) for key, each in value.items() if key != "policy"}
    return {value["policy"]: rest} if "policy" in value else rest


def _tagged(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise RouteTextError(f"A route is nested {DEEPEST} deep at most.")
    if isinstance(value, list):
        return [_tagged(each, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, inner), *_ = value.items()
        if name in NAMES and (isinstance(inner, dict) or inner is None):
            return {"policy": name, **_fields(inner or {}, depth)}
    return _fields(value, depth)


def _fields(value: dict[Any, Any], depth: int) -> dict[Any, Any]:
    return {key: each if key in VERBATIM else _tagged(each, depth + 1) for key, each in value.items()}


def _explained(said: str) -> str:
    """msgspec's words with the place first, as people write it."""
    text, _, place = said.partition(" - at ")
    where = place.strip("`").removeprefix("$").removeprefix(".")
    text = text.replace("Object", "It").replace("`policy`", "policy").replace("Invalid value", "Unknown name")
    if "missing required field policy" in text or text.startswith("Expected `str |"):
        text = f"What stands here is neither a lane nor a policy ({', '.join(sorted(POLICIES))})"
    if text.startswith("Expected `bool`, got `str`"):
        text = "Write true or false: yes, no, on and off are words here"
    return f"{where}: {text}." if where else f"{text}."


def _said(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}." if mark is not None else f"{problem}."
