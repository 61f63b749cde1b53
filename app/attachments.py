"""Pictures and documents for a prompt, from files or addresses: what each is, is told by its first bytes."""

import mimetypes
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from providers.types import Attachment, File, Image

MAX_BYTES = 32 * 1024 * 1024
"""Anthropic's limit for a whole request; the largest limit of any vendor that takes documents inline."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)


class AttachmentError(ValueError):
    """What cannot be attached; the message says why."""


def attachment(where: str) -> Attachment:
    """The file at the path `where`, or a reference if it is an http(s) address. Raises `AttachmentError`."""
    return _linked(where) if where.startswith(("http://", "https://")) else from_file(Path(where))


def from_file(path: Path) -> Attachment:
    """The picture or document in a file. Raises `AttachmentError`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise AttachmentError(f"{path.name} cannot be read: {error.strerror}") from None
    return from_bytes(path.name, data)


def from_bytes(name: str, data: bytes) -> Attachment:
    """`data`, which is called `name`. Raises `AttachmentError`."""
    if not data:
        raise AttachmentError(f"{name} is empty")
    if len(data) > MAX_BYTES:
        raise AttachmentError(f"{name} is larger than {MAX_BYTES >> 20} MiB, which no vendor takes")
    kind = media_type(name, data)
    if kind in PICTURES:
        return Image(kind, data)
    if kind.startswith("image/"):
        raise AttachmentError(f"{name} is {kind}; pictures may be PNG, JPEG, WebP or GIF")
    return File(kind, name, data)


def media_type(name: str, data: bytes) -> str:
    """What the bytes are; for text and the rest the name decides. Raises `AttachmentError` if nothing does."""
    for start, kind in SIGNATURES:
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    guessed = mimetypes.guess_type(name)[0]
    if guessed in PICTURES or guessed == "application/pdf":
        raise AttachmentError(f"{name} is called {guessed}, and its content is something else")
    if _is_text(data):
        return guessed if guessed and guessed.startswith("text/") else "text/plain"
    if guessed is None:
        raise AttachmentError(f"{name} is neither a picture, nor a PDF, nor text")
    return guessed


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _linked(address: str) -> Attachment:
    """An address that the vendor is to load; it is not loaded here, so its name alone tells what it is."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise AttachmentError(f"{address!r} is not an address: {error}") from None
    if not parts.hostname or parts.username or parts.password:
        raise AttachmentError(f"{address!r} names no host, or a user")
    name = PurePosixPath(parts.path).name or parts.hostname
    kind = mimetypes.guess_type(name)[0] or "image/jpeg"
    return Image(kind, url=address) if kind in PICTURES else File(kind, name, url=address)
