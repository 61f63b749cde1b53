import json
from typing import Any

import pytest

from app.shapes import ShapeError, choice, schema, tools
from providers.types import JsonSchema, OnlyTool, Tool

TAKES = {"type": "object", "properties": {"city": {"type": "string"}}}
WEATHER = Tool("weather", "Now", TAKES)


@pytest.mark.parametrize(
    "said",
    [
        [{"name": "weather", "description": "Now", "parameters": TAKES}],
        {"name": "weather", "description": "Now", "parameters": TAKES},
        [{"type": "function", "function": {"name": "weather", "description": "Now", "parameters": TAKES}}],
        {"tools": [{"type": "function", "name": "weather", "description": "Now", "parameters": TAKES}]},
        [{"name": "weather", "description": "Now", "input_schema": TAKES}],
        [{"functionDeclarations": [{"name": "weather", "description": "Now", "parametersJsonSchema": TAKES}]}],
    ],
)
def test_tools_in_everybodys_shape(said: Any) -> None:
    assert tools(json.dumps(said)) == (WEATHER,)


def test_strict_is_unset_unless_said() -> None:
    assert tools('[{"name": "a", "strict": false}, {"name": "b"}]') == (Tool("a", strict=False), Tool("b"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing", "it is not JSON"),
        ("[1]", "each tool is an object with a `name`"),
        ('[{"name": ""}]', "each tool is an object with a `name`"),
        ('[{"name": "a", "parameters": 1}]', "the parameters of 'a' are no JSON schema"),
        ('[{"name": "a"}, {"name": "a"}]', "the tool 'a' is there twice"),
    ],
)
def test_what_are_no_tools(text: str, why: str) -> None:
    with pytest.raises(ShapeError, match=why):
        tools(text)


def test_a_schema_bare_and_wrapped() -> None:
    assert schema('{"type": "object"}') == JsonSchema({"type": "object"})
    wrapped = {"name": "city", "strict": True, "schema": {"type": "object"}}
    assert schema(json.dumps(wrapped)) == JsonSchema({"type": "object"}, "city", True)
    assert schema(json.dumps({"type": "json_schema", "json_schema": wrapped})).name == "city"
    with pytest.raises(ShapeError):
        schema("[]")


def test_the_choice_of_a_tool() -> None:
    assert choice("required", ()) == "required"
    assert choice("weather", (WEATHER,)) == OnlyTool("weather")
    with pytest.raises(ShapeError, match=r"nor a tool \(weather\)"):
        choice("tides", (WEATHER,))
