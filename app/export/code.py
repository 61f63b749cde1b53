"""A lane's request as code that sends it: the body that the dialect encodes, the key from an environment variable."""

from collections.abc import Callable
from typing import Literal, get_args

from app.directory import Directory
from app.export import code_curl, code_javascript, code_python, code_sdk
from app.export.errors import ExportError
from app.export.sending import Sending, place, sending
from app.lanes import Lane
from providers.dialects.base import DialectName
from providers.types import Request

Language = Literal["curl", "python-openai", "python-anthropic", "python-google-genai", "python-httpx", "javascript"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
WRITERS: dict[Language, Callable[[Sending], str]] = {
    "curl": code_curl.written,
    "python-openai": code_sdk.openai,
    "python-anthropic": code_sdk.anthropic,
    "python-google-genai": code_sdk.google,
    "python-httpx": code_python.written,
    "javascript": code_javascript.written,
}
SPOKEN: dict[Language, tuple[DialectName, ...]] = {
    "python-openai": ("openai_chat", "openai_responses"),
    "python-anthropic": ("anthropic",),
    "python-google-genai": ("gemini",),
}
"""What the vendors' libraries speak; the others send what they are given."""


def languages(lane: Lane, directory: Directory | None = None) -> tuple[Language, ...]:
    """Those that fit the lane. Raises `ExportError` for a lane that no other program can ask."""
    row, _, base_url = place(lane, directory or Directory())
    return tuple(
        name for name in LANGUAGES if name not in SPOKEN or (row.dialect in SPOKEN[name] and "?" not in base_url)
    )


def code(request: Request, lane: Lane, language: str, directory: Directory | None = None) -> str:
    """Code that sends `request` with what `lane` sets on top, streams, and prints the answer.

    Raises `ExportError`: for a language that does not fit the lane, a lane that no other program can ask, and a
    request that cannot be encoded.
    """
    known = directory or Directory()
    chosen = next((name for name in languages(lane, known) if name == language), None)
    if chosen is None:
        fitting = ", ".join(languages(lane, known))
        raise ExportError(f"{language} does not speak what the lane {lane.text} speaks. These do: {fitting}.")
    try:
        return WRITERS[chosen](sending(request, lane, known))
    except RecursionError:
        raise ExportError("This request is nested too deeply to be written as code.") from None
