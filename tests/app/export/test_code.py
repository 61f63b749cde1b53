"""Code that sends a lane's request again: run for real against a server, with awkward texts in it."""

import asyncio
import json
import os
import shutil
import sys
import types
from pathlib import Path
from typing import Any, get_args

import pytest

from app.directory import Directory
from app.export.code import code, languages
from app.export.errors import ExportError
from app.export.sending import sending
from app.lanes import Lane
from providers.dialects.base import DialectName
from providers.types import Message, Request
from tests.app.list_server import serving

AWKWARD = 'it\'s "so" $HOME ${x} `id` \\ \n ünï \u2028 END \'\'\'""" {y} </script> __proto__ \\n #{z} %s'
REQUEST = Request(
    (Message("user", AWKWARD), Message("assistant", "`yes`"), Message("user", "go on")),
    "Be $brief, it's \\ late",
    {"temperature": 0.5, "max_tokens": 100, "top_p": 0.25},
)
PATHS = {
    "openai_chat": ("/v1", "/v1/chat/completions"),
    "openai_responses": ("/v1", "/v1/responses"),
    "anthropic": ("/v1", "/v1/messages"),
    "gemini": ("/v1beta", "/v1beta/models/m:streamGenerateContent?alt=sse"),
    "ollama": ("", "/api/chat"),
}
EVENTS: dict[str, Any] = {
    "openai_chat": {"choices": [{"delta": {"content": "said ✓"}}]},
    "openai_responses": {"type": "response.output_text.delta", "delta": "said ✓"},
    "anthropic": {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "said ✓"}},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "said ✓"}]}}]},
    "ollama": {"message": {"content": "said ✓"}, "done": True},
}
RUNS = {"curl": ("sh", "x.sh"), "python-httpx": (sys.executable, "x.py"), "javascript": ("node", "x.js")}
DIALECTS: tuple[DialectName, ...] = get_args(DialectName)


async def run(folder: Path, language: str, text: str) -> tuple[int, str, str]:
    program, name = RUNS[language]
    (folder / name).write_text(text, encoding="utf-8")
    environ = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "NO_PROXY": "*", "PYTHONIOENCODING": "utf-8"}
    process = await asyncio.create_subprocess_exec(
        program, str(folder / name), env=environ | {"API_KEY": "sk-from-env"}, stdout=-1, stderr=-1
    )
    said, wrong = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, said.decode(), wrong.decode()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("language", RUNS)
def test_it_sends_what_the_dialect_encodes(dialect: DialectName, language: str, tmp_path: Path) -> None:
    if shutil.which(RUNS[language][0]) is None or (language == "curl" and shutil.which("curl") is None):
        pytest.skip(f"what runs {language} is not on this machine")
    base, path = PATHS[dialect]
    with serving({}) as server:
        lane = Lane(f"{dialect}:m@{server.root}{base}", {"max_tokens": 77})
        wanted = sending(REQUEST, lane, Directory())
        server.pages[path] = {"ok": True}
        returned, _, wrong = asyncio.run(run(tmp_path, language, code(REQUEST, lane, language)))
        assert returned == 0, wrong
        (asked,) = server.asked
    assert asked[0] == path
    assert json.loads(asked[2]) == wanted.tree
    assert json.dumps(AWKWARD, ensure_ascii=False).encode() in wanted.body
    assert asked[1]["content-type"] == "application/json"
    assert "77" in asked[2].decode()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("language", ["python-httpx", "javascript"])
def test_it_prints_the_answer_as_it_streams(dialect: DialectName, language: str, tmp_path: Path) -> None:
    if shutil.which(RUNS[language][0]) is None:
        pytest.skip(f"what runs {language} is not on this machine")
    event = json.dumps(EVENTS[dialect], ensure_ascii=False)
    stream = f"{event}\n" * 2 if dialect == "ollama" else f"data: {event}\n\n" * 2 + "data: [DONE]\n\n"

    async def go() -> tuple[int, str, str]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            data = stream.encode()
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(data))
            for n in range(0, len(data), 7):
                writer.write(data[n : n + 7])
                await writer.drain()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            lane = Lane(f"{dialect}:m@http://127.0.0.1:{port}{PATHS[dialect][0]}")
            return await run(tmp_path, language, code(Request.of("x"), lane, language))

    assert asyncio.run(go()) == (0, "said ✓said ✓\n", "")


class Recorder:
    """Stands for a library's client: keeps what its methods are called with, and answers nothing."""

    def __init__(self, said: dict[str, Any], path: str = "") -> None:
        self._said, self._path = said, path

    def __getattr__(self, name: str) -> "Recorder":
        return Recorder(self._said, f"{self._path}.{name}")

    def __call__(self, *_: Any, **named: Any) -> Any:
        self._said[self._path] = named
        return self if self._path.count(".") < 2 and not self._path.endswith("create") else ()


@pytest.mark.parametrize(
    ("lane", "language", "module"),
    [
        ("openai/gpt-x", "python-openai", "openai"), ("openai-responses/gpt-x", "python-openai", "openai"),
        ("anthropic/claude-x", "python-anthropic", "anthropic"),
    ],
)  # fmt: skip
def test_libraries_are_called_with_the_whole_body(
    lane: str, language: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, Any] = {}
    stand_in = types.ModuleType(module)
    for name in ("OpenAI", "Anthropic"):
        setattr(stand_in, name, Recorder(said, f".{name}"))
    monkeypatch.setitem(sys.modules, module, stand_in)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "sk-from-env")
    asked = Lane(lane, {"odd_one": [1, None, True]})
    exec(compile(code(REQUEST, asked, language), "x.py", "exec"), {})
    called = next(named for path, named in said.items() if path.endswith("create"))
    extra = called.pop("extra_body")
    assert called | extra == sending(REQUEST, asked, Directory()).tree
    assert next(iter(said.values()))["api_key"] == "sk-from-env"


def test_google_code_compiles_and_names_its_key() -> None:
    text = code(REQUEST, Lane("google/gemini-2.5-pro"), "python-google-genai")
    compile(text, "x.py", "exec")
    assert "os.environ['GEMINI_API_KEY']" in text
    assert repr("Be $brief, it's \\ late") in text


@pytest.mark.parametrize("language", ["curl", "python-httpx", "javascript"])
def test_keys_are_names_of_variables_and_secret_headers_stay_behind(language: str) -> None:
    lane = Lane("openai/gpt-x", {"extra_headers": {"X-Api-Key": "sk-hidden", "X-Odd": "kept"}})
    text = code(REQUEST, lane, language)
    assert "OPENAI_API_KEY" in text
    assert "sk-hidden" not in text
    assert "kept" in text


def test_languages_that_fit() -> None:
    assert languages(Lane("groq/x")) == ("curl", "python-openai", "python-httpx", "javascript")
    assert "python-anthropic" in languages(Lane("anthropic/x"))
    assert languages(Lane("ollama/x")) == ("curl", "python-httpx", "javascript")


@pytest.mark.parametrize(
    ("lane", "language", "words"),
    [
        ("groq/x", "python-anthropic", "These do: curl, python-openai"), ("groq/x", "cobol", "These do"),
        ("practice/swift", "curl", "inside Abreast only"), ("nobody/x", "curl", "no vendor"), ("x", "curl", "neither"),
        ("openai_chat:m@https://h/v1?key=sk-1", "curl", "seems to hold a key"), ("route:x", "curl", "abreast serve"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(lane: str, language: str, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        code(REQUEST, Lane(lane), language)


def test_half_characters_are_refused() -> None:
    with pytest.raises(ExportError, match="half a character"):
        code(Request.of("\ud800"), Lane("openai/x"), "curl")


@pytest.mark.parametrize("text", ["@file", "x" * 300_000 + "\nEND\n"])
def test_curl_sends_a_body_as_large_as_it_is(text: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    with serving({"/v1/chat/completions": {}}) as server:
        lane = Lane(f"openai_chat:m@{server.root}/v1")
        assert asyncio.run(run(tmp_path, "curl", code(Request.of(text), lane, "curl")))[0] == 0
        assert json.loads(server.asked[0][2]) == sending(Request.of(text), lane, Directory()).tree


def test_numbers_that_javascript_has_not_are_sent_as_they_are(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no node on this machine")
    with serving({"/v1/chat/completions": {}}) as server:
        lane = Lane(f"openai_chat:m@{server.root}/v1", {"seed": 2**53 + 1, "odd": {"__proto__": {"a": 1}}})
        assert asyncio.run(run(tmp_path, "javascript", code(Request.of("x"), lane, "javascript")))[0] == 0
        assert json.loads(server.asked[0][2]) == sending(Request.of("x"), lane, Directory()).tree
