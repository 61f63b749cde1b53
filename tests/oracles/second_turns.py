"""The second turn of a conversation as the SDKs say it: each is given back its own reading of the first answer."""

from collections.abc import Callable
from typing import Any

import anthropic
import ollama
import openai
from google import genai
from google.genai import types as g

from tests.oracles.readers import ASK

MORE = "Go on"
GoOn = Callable[[str, str], Any]
"""Reads the answer of the server at a root under a name, and asks on under `any`."""


def messages(root: str, name: str) -> Any:
    first = anthropic.Anthropic(base_url=f"{root}/{name}", api_key="k", max_retries=0)
    with first.messages.stream(model="m", max_tokens=100, messages=ASK) as stream:
        said = stream.get_final_message().content
    again = anthropic.Anthropic(base_url=f"{root}/any", api_key="k", max_retries=0)
    turns: Any = [*ASK, {"role": "assistant", "content": said}, {"role": "user", "content": MORE}]
    return again.messages.create(model="m", max_tokens=100, messages=turns, stream=True)


def responses(root: str, name: str) -> Any:
    first = openai.OpenAI(base_url=f"{root}/{name}/v1", api_key="k", max_retries=0)
    said: Any = []
    for event in first.responses.create(model="m", input="Hi", stream=True):
        if event.type in ("response.completed", "response.incomplete"):
            said = event.response.output
    again = openai.OpenAI(base_url=f"{root}/any/v1", api_key="k", max_retries=0)
    return again.responses.create(model="m", input=[*ASK, *said, {"role": "user", "content": MORE}], stream=True)


def gemini(root: str, name: str) -> Any:
    first, again = (
        genai.Client(api_key="k", http_options=g.HttpOptions(base_url=f"{root}/{place}", api_version="v1beta"))
        for place in (name, "any")
    )
    chat = first.chats.create(model="m")
    for _ in chat.send_message_stream("Hi"):
        pass
    yield from again.chats.create(model="m", history=chat.get_history()).send_message_stream(MORE)


def ollama_chat(root: str, name: str) -> Any:
    """This SDK leaves it to its user to put pieces together."""
    said = ollama.Message(role="assistant", content="", thinking="", tool_calls=[])
    for part in ollama.Client(host=f"{root}/{name}").chat(model="m", messages=ASK, stream=True):
        said.content = f"{said.content}{part.message.content or ''}"
        said.thinking = f"{said.thinking}{part.message.thinking or ''}"
        said.tool_calls = [*(said.tool_calls or ()), *(part.message.tool_calls or ())]
    turns = [*ASK, said, {"role": "user", "content": MORE}]
    return ollama.Client(host=f"{root}/any").chat(model="m", messages=turns, stream=True)
