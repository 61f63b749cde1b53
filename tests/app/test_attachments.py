from pathlib import Path

import pytest

from app.attachments import MAX_BYTES, AttachmentError, attachment, from_bytes
from providers.types import File, Image

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("wrongly-called.gif", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(9), "image/jpeg"),
        ("a.gif", b"GIF89a" + bytes(9), "image/gif"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_what_its_bytes_say(name: str, data: bytes, kind: str) -> None:
    assert from_bytes(name, data) == Image(kind, data)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("notes", "Grüße".encode(), "text/plain"),
        ("notes.csv", b"a,b", "text/csv"),
        ("a.py", b"print()", "text/x-python"),
    ],
)
def test_a_document_keeps_its_name(name: str, data: bytes, kind: str) -> None:
    assert from_bytes(name, data) == File(kind, name, data)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.png", b"", "a.png is empty"),
        ("a.png", b"\x00\x01junk", "a.png is called image/png, and its content is something else"),
        ("a.tiff", b"II*\x00\xff", "a.tiff is image/tiff; pictures may be PNG, JPEG, WebP or GIF"),
        ("a", b"\x00\x01\xff", "a is neither a picture, nor a PDF, nor text"),
    ],
)
def test_what_cannot_be_attached(name: str, data: bytes, why: str) -> None:
    with pytest.raises(AttachmentError) as caught:
        from_bytes(name, data)

    assert str(caught.value) == why


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(AttachmentError, match=r"big\.bin is larger than 32 MiB"):
        attachment(str(big))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AttachmentError, match="nothing cannot be read: No such file"):
        attachment(str(tmp_path / "nothing"))


def test_an_address_is_not_loaded() -> None:
    assert attachment("https://example.org/a/b.png?x=1") == Image("image/png", url="https://example.org/a/b.png?x=1")
    assert attachment("https://example.org/paper.pdf") == File(
        "application/pdf", "paper.pdf", url="https://example.org/paper.pdf"
    )
    with pytest.raises(AttachmentError):
        attachment("https://user:secret@example.org/a.png")
