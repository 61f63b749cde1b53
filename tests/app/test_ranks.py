"""The encodings that ship: the published ranks, whole, without a network."""

import lzma
import shutil
import socket
import sys
from pathlib import Path

import pytest
import tiktoken
from tiktoken_ext import openai_public

from app.ranks import PLANS, EncodingName, TokenizerError, encoding
from resources import find

TEXTS = [
    "",
    "Hello, world!",
    "It's 12345.678 — naïve café, 東京で会いましょう。 Привет",
    "def f(x):\n\treturn {'a': [x, 1e-9]}\n\n\n   # done\r\n",
    "👩‍👩‍👧‍👦 <|endoftext|> a" + " " * 40 + "b",
]


@pytest.fixture(scope="module", params=list(PLANS))
def name(request: pytest.FixtureRequest) -> EncodingName:
    return request.param


@pytest.fixture(scope="module")
def made(name: EncodingName) -> tiktoken.Encoding:
    return encoding(name)


def published(name: str, made: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """tiktoken's own definition, its loader handing out the ranks that we loaded."""
    asked: list[str] = []

    def load(_address: str, expected_hash: str) -> dict[bytes, int]:
        asked.append(expected_hash)
        return made._mergeable_ranks

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", load)
    definition: dict[str, object] = getattr(openai_public, name)()
    assert asked == [PLANS[name].sha256]  # type: ignore[index]
    return definition


def test_they_are_tiktokens_own(name: EncodingName, made: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = published(name, made, monkeypatch)
    assert definition["special_tokens"] == PLANS[name].special
    theirs = tiktoken.Encoding(**definition)  # type: ignore[arg-type]
    for text in TEXTS:
        assert made.encode_ordinary(text) == theirs.encode_ordinary(text)
        assert made.decode(made.encode_ordinary(text)) == text


def test_no_network_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert encoding("cl100k_base").encode_ordinary("hello world") == [15339, 1917]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda data: b"", "cannot be unpacked"),
        (lambda data: data[:-20], "cannot be unpacked"),
        (lambda data: b"not xz at all", "cannot be unpacked"),
        (lambda data: lzma.compress(b"aGVsbG8= 0\n", preset=0), "SHA-256"),
        (lambda data: lzma.compress(lzma.decompress(data)[:-30], preset=0), "SHA-256"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, damage, why: str) -> None:  # type: ignore[no-untyped-def]
    file = shutil.copy(find("tokenizers", "cl100k_base.tiktoken.xz"), tmp_path)
    Path(file).write_bytes(damage(Path(file).read_bytes()))
    with pytest.raises(TokenizerError, match=why):
        encoding("cl100k_base", tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match="cannot be read: No such file"):
        encoding("o200k_base", tmp_path)


def test_a_python_without_the_module_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lzma", None)
    with pytest.raises(TokenizerError, match="without lzma"):
        encoding("cl100k_base")
