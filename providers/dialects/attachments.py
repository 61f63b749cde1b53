"""Attached files, and arguments of calls, for dialects that take them in another form than text."""

from base64 import b64encode
from typing import Any

from providers.dialects.documents import decoded
from providers.errors import Failure, ProviderError
from providers.types import Call, File

TEXTUAL = frozenset(
    {"application/json", "application/xml", "application/yaml", "application/toml", "application/javascript"}
)
"""Media types of text that do not begin with `text/`."""


def base64_of(data: bytes) -> str:
    return b64encode(data).decode()


def is_text(media_type: str) -> bool:
    plain = media_type.partition(";")[0].strip().lower()
    return plain.startswith("text/") or plain in TEXTUAL or plain.endswith(("+json", "+xml"))


def text_in(file: File) -> str:
    """The text of a file. Raises `ProviderError` if it is not UTF-8."""
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(f"the file {file.name} is called {file.media_type}, yet it is not text in UTF-8") from None


def arguments_of(call: Call) -> dict[str, Any]:
    """The arguments as an object. Raises `ProviderError` if they are none."""
    try:
        said = decoded(call.arguments.encode()) if call.arguments.strip() else {}
    except (ProviderError, UnicodeEncodeError):
        said = None
    if not isinstance(said, dict):
        raise refused(f"the arguments of the call of {call.name} are no JSON object, and this API takes nothing else")
    return said


def refused(why: str) -> ProviderError:
    """The request cannot be said in this dialect."""
    return ProviderError(Failure("bad_request", why))
