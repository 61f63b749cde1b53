"""Requests that we and the SDKs send, each with what one dialect or another says in its own way."""

from collections.abc import Callable
from typing import Any

from providers.types import Call, File, Image, JsonObject, JsonSchema, Message, OnlyTool, Request, Result, Tool

Ask = Callable[[str], Any]
"""Sends a request by an SDK to the server at a root."""
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
PIXEL_64 = "iVBORw0KGgoAAAANSUhEUg=="
PDF = b"%PDF-1.7 x"
PDF_64 = "JVBERi0xLjcgeA=="
TAKES = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
WEATHER = Tool("weather", "Current weather", TAKES)
SCHEMA = JsonSchema({"type": "object", "properties": {"n": {"type": "integer"}}}, "number")

TALK = Request(
    (Message("user", "Hi"), Message("assistant", "Yes?"), Message("user", "Sea \N{WATER WAVE}")),
    system="Be brief.",
    params={"temperature": 0.5, "top_p": 0.9, "max_tokens": 100},
)
PICTURE = Request((Message("user", "What is it?", (Image("image/png", PIXEL),)),), params={"max_tokens": 100})
LINKED = Request(
    (Message("user", "What is it?", (Image("image/png", url="https://example.org/a.png"),)),),
    params={"max_tokens": 100},
)
PAPER = Request((Message("user", "Sum up", (File("application/pdf", "a.pdf", PDF),)),), params={"max_tokens": 100})
TOOLS = Request(
    (
        Message("user", "Weather in Oslo?"),
        Message("assistant", calls=(Call("call_1", "weather", '{"city": "Oslo"}'),)),
        Message("user", results=(Result("call_1", "weather", '{"sky": "grey"}'),)),
    ),
    params={"max_tokens": 100},
    tools=(WEATHER,),
    tool_choice="auto",
)
ONE_TOOL = Request(
    (Message("user", "Hi"),), params={"max_tokens": 100}, tools=(WEATHER,), tool_choice=OnlyTool("weather")
)
STRICT = Request(
    (Message("user", "Hi"),),
    params={"max_tokens": 100, "parallel_tool_calls": False},
    tools=(Tool("weather", "Current weather", TAKES, strict=True),),
    tool_choice="required",
)
NO_CALL = Request((Message("user", "Hi"),), params={"max_tokens": 100}, tools=(WEATHER,), tool_choice="none")
TWO_CALLS = Request(
    (
        Message("user", "Weather?"),
        Message(
            "assistant",
            "I look.",
            calls=(Call("call_1", "weather", '{"city": "Oslo"}'), Call("call_2", "weather", '{"city": "Rome"}')),
        ),
        Message(
            "user",
            "And?",
            results=(Result("call_1", "weather", "no such city", failed=True), Result("call_2", "weather", "dry")),
        ),
    ),
    params={"max_tokens": 100},
    tools=(WEATHER,),
)
ANY_JSON = Request((Message("user", "Hi"),), params={"max_tokens": 100}, output=JsonObject())
FORM = Request((Message("user", "Hi"),), params={"max_tokens": 100}, output=SCHEMA)
