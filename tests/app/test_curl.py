"""A command that sends the request again: tried with curl itself and a real server."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from app.curl import LONGEST_WORD, curl
from app.exchange import Asked, Exchange
from app.redaction import KEY, WITHHELD
from providers.dialects.base import Quirks
from tests.providers.servers import Peer, serving

AWKWARD = json.dumps({"text": 'it\'s "so" $HOME `id` \\ \n ünï \u2028 END ; rm -rf /'}, ensure_ascii=False).encode()


def exchange(url: str, body: bytes, *, vendor: str = "openai") -> Exchange:
    headers = (
        ("Host", "elsewhere"), ("Content-Type", "application/json"), ("X-Odd", "it's $HOME"),
        ("Authorization", f"Bearer {KEY}"), ("Cookie", WITHHELD), ("Content-Length", "3"),
    )  # fmt: skip
    return Exchange(
        0, vendor, "openai_chat", "m", Quirks(), Asked("POST", f"{url}/v1?a=b&c='d", headers, body), None, ()
    )


async def sent_by_curl(body: bytes, folder: Path) -> bytes:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")

    async with serving(script) as server:
        script_file = folder / "again.sh"
        script_file.write_text(curl(exchange(server.url, body)), encoding="utf-8")
        environ = {"PATH": os.environ["PATH"], "OPENAI_API_KEY": "sk-from-env", "HOME": "/nowhere", "NO_PROXY": "*"}
        process = await asyncio.create_subprocess_exec("sh", str(script_file), env=environ, stderr=-3, stdout=-1)
        said, _ = await process.communicate()
        assert (process.returncode, said) == (0, b"ok")
        return server.peers[0].requests[0]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
@pytest.mark.parametrize("body", [AWKWARD, AWKWARD + b" " * LONGEST_WORD * 2, b"@file"])
def test_curl_sends_the_same_again(body: bytes, tmp_path: Path) -> None:
    head, _, sent = asyncio.run(sent_by_curl(body, tmp_path)).partition(b"\r\n\r\n")
    lines = head.decode().splitlines()
    assert lines[0] == "POST /v1?a=b&c='d HTTP/1.1"
    assert "Authorization: Bearer sk-from-env" in lines
    assert "X-Odd: it's $HOME" in lines
    assert "Cookie: sk-from-env" in lines
    assert sum(line.lower().startswith("content-length") for line in lines) == 1
    assert sent.rstrip(b"\n") == body


def test_a_vendor_without_a_usual_variable_has_a_general_one() -> None:
    assert '"$API_KEY"' in curl(exchange("http://x", b"{}", vendor="nobody-knows"))


def test_what_was_never_sent_cannot_be_sent_again() -> None:
    with pytest.raises(ValueError, match="no request"):
        curl(Exchange(0, "openai", "openai_chat", "m", Quirks(), None, None, ()))
