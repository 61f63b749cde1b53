"""What a message holds, in the forms of several vendors: a text and what is attached to it."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

from app.imports.errors import ForeignError
from app.imports.parsing import text
from app.session.document import Attachment, Blob
from app.session.making import KEPT_BYTES


@dataclass(frozen=True)
class Content:
    text: str = ""
    attached: tuple[tuple[Attachment, Blob], ...] = ()


def content_of(said: Any) -> Content:
    """Of a text, of a list of parts, or of nothing. Raises `ForeignError`."""
    if said is None or isinstance(said, str):
        return Content(said or "")
    parts = [_part(each) for each in (said if isinstance(said, list) else [said])]
    texts = [each for each in parts if isinstance(each, str) and each]
    return Content("\n\n".join(texts), tuple(each for each in parts if not isinstance(each, str)))


def _part(part: Any) -> str | tuple[Attachment, Blob]:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        raise ForeignError("holds a message whose parts are neither texts nor objects")
    if isinstance(part.get("text"), str):
        return str(part["text"])
    return _picture(part) or f"[{text(part.get('type') or part.get('content_type')) or 'part'}]"


def _picture(part: dict[str, Any]) -> tuple[Attachment, Blob] | None:
    """In the words of OpenAI, Anthropic or Gemini."""
    address = part.get("image_url")
    if isinstance(address, dict):
        address = address.get("url")
    if isinstance(address, str):
        return _of_address(address)
    source = part.get("source")
    if isinstance(source, dict):
        return _source(source)
    inline = part.get("inlineData") or part.get("inline_data")
    if isinstance(inline, dict):
        return _of_bytes(text(inline.get("mimeType") or inline.get("mime_type")), text(inline.get("data")))
    return None


def _source(source: dict[str, Any]) -> tuple[Attachment, Blob] | None:
    if isinstance(source.get("url"), str):
        return _of_address(source["url"])
    return _of_bytes(text(source.get("media_type")), source["data"]) if isinstance(source.get("data"), str) else None


def _of_address(address: str) -> tuple[Attachment, Blob]:
    if not address.startswith("data:"):
        sha256 = hashlib.sha256(address.encode()).hexdigest()
        return Attachment("", sha256), Blob("image/*", url=address)
    head, comma, data = address.removeprefix("data:").partition(",")
    if not comma or not head.endswith(";base64"):
        raise ForeignError("holds a picture whose data: address is not base64")
    return _of_bytes(head.partition(";")[0], data)


def _of_bytes(media_type: str, data: str) -> tuple[Attachment, Blob]:
    try:
        held = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ForeignError("holds a picture that is not whole: its base64 cannot be read") from None
    sha256 = hashlib.sha256(held).hexdigest()
    kept = held if len(held) <= KEPT_BYTES else b""
    return Attachment("", sha256), Blob(media_type or "application/octet-stream", len(held), kept)
