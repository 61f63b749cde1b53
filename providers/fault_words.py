"""What servers say when they fail, in the words and the shape of each dialect."""

import json
from typing import Any

from providers.dialects.base import DialectName
from providers.practice.anthropic import Anthropic
from providers.practice.face import Face
from providers.practice.gemini import Gemini
from providers.practice.ollama import Ollama
from providers.practice.openai_chat import OpenAIChat
from providers.practice.openai_responses import OpenAIResponses
from providers.practice.problems import Problem

FACES: dict[DialectName, Face] = {
    "openai_chat": OpenAIChat(),
    "openai_responses": OpenAIResponses(),
    "anthropic": Anthropic(),
    "gemini": Gemini(),
    "ollama": Ollama(),
}


def refusal(dialect: DialectName, problem: Problem) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a response that refuses."""
    status, headers, body = FACES[dialect].problem(problem, "fault")
    return status, {"content-type": "application/json", **headers}, body


def in_stream(dialect: DialectName, problem: Problem) -> bytes:
    """The same inside a stream that had begun well."""
    _, _, body = FACES[dialect].problem(problem, "fault")
    match dialect:
        case "ollama":
            return body + b"\n"
        case "anthropic":
            return b"event: error\ndata: " + body + b"\n\n"
        case "openai_responses":
            said: dict[str, Any] = {"type": "error", **json.loads(body)}
            return b"event: error\ndata: " + json.dumps(said).encode() + b"\n\n"
        case _:
            return b"data: " + body + b"\n\n"
