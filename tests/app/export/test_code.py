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

AWKWARD = "it's \"so\" $HOME ${x} `id` \\ \n ünï \u2028 END '''\"\"\" {y} </script> __proto__ \\n #{z} %s"
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


class Streaming(dict[str, Any]):
    """Pages of a server that takes whatever it is asked for."""


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
    assert AWKWARD in json.dumps(wanted.tree, ensure_ascii=False).encode().decode() or "END" in str(wanted.tree)
    assert asked[1]["content-type"] == "application/json"
    assert "77" in asked[2].decode()
