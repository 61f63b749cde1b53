"""What is kept of exchanges: all that went over a real wire, without the key, and never too much of it."""

import asyncio
import json
from typing import Any

import pytest

from app.compose import http_client
from app.exchange import Exchange
from app.redaction import KEY
from app.tape import MAX_BODY_BYTES, Take, Tape, Tapes
from providers.dialects import DIALECTS
from providers.errors import ProviderError
from providers.events import Event
from providers.http_model import HttpModel
from providers.types import Request
from tests.providers.servers import SSE_HEAD, Peer, Script, serving

SECRET = "sk-do-not-tell-0123456789"
CHUNK = b'data: {"model":"m-1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"


def streaming(*pieces: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(SSE_HEAD)
        for piece in pieces:
            await peer.send_chunk(piece)
            await asyncio.sleep(0.01)
        await peer.send_chunk(b"")

    return script


def refusing(status: bytes, body: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.request()
        length = str(len(body)).encode()
        await peer.send(
            b"HTTP/1.1 " + status + b"\r\nSet-Cookie: sid=abc\r\ncontent-length: " + length + b"\r\n\r\n" + body
        )

    return script


async def taped(script: Script, url: str | None = None) -> tuple[Tape, list[Event], str]:
    client, tape, seen = http_client(), Tape(), []
    async with serving(script) as server:
        leaf = leaf_of(client, url or server.url, tape)
        try:
            async for event in leaf.stream(Request.of("Hello", temperature=0.5)):
                seen.append(event)
        except ProviderError:
            pass
        await client.aclose()
    return tape, seen, server.url


def leaf_of(client: Any, url: str, tape: Tape) -> HttpModel:
    return HttpModel("openai", "m", url, DIALECTS["openai_chat"], client, key=SECRET, observer=tape)


def only(tape: Tape) -> Exchange:
    (exchange,) = tape.exchanges()
    assert SECRET not in repr(exchange)
    return exchange


def test_an_exchange_is_kept_as_it_went_over_the_wire() -> None:
    tape, seen, url = asyncio.run(taped(streaming(CHUNK[:30], CHUNK[30:], DONE)))
    exchange = only(tape)
    assert exchange.asked is not None
    assert exchange.answered is not None
    assert (exchange.asked.method, exchange.asked.url) == ("POST", f"{url}/chat/completions")
    assert {name.lower(): value for name, value in exchange.asked.headers}["authorization"] == f"Bearer {KEY}"
    assert {name.lower() for name, _ in exchange.asked.headers} >= {"host", "user-agent", "content-length"}
    assert json.loads(exchange.asked.body)["temperature"] == 0.5
    assert (exchange.answered.status, exchange.answered.http_version) == (200, "1.1")
    assert exchange.answered.header("content-type") == "text/event-stream"
    assert exchange.body == CHUNK + DONE
    assert exchange.started_ns == seen[0].at_ns
    assert [at_ns for at_ns, _ in exchange.pieces] == sorted(at_ns for at_ns, _ in exchange.pieces)
    assert {event.at_ns for event in seen if type(event).__name__ == "Text"} <= {at for at, _ in exchange.pieces}


def test_a_refusal_is_kept_and_tells_neither_key_nor_cookie() -> None:
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {SECRET}"}}).encode()
    tape, _, _ = asyncio.run(taped(refusing(b"401 Unauthorized", said)))
    exchange = only(tape)
    assert exchange.is_refused
    assert exchange.body == said.replace(SECRET.encode(), b"*" * len(SECRET))
    assert exchange.answered is not None
    assert "abc" not in repr(exchange.answered.headers)


def test_what_never_came_is_missing_from_the_tape() -> None:
    tape, _, _ = asyncio.run(taped(streaming(), url="http://127.0.0.1:1"))
    exchange = only(tape)
    assert exchange.asked is not None
    assert (exchange.answered, exchange.pieces) == (None, ())


def test_a_request_that_cannot_be_sent_leaves_none() -> None:
    tape, _, _ = asyncio.run(taped(streaming(), url="http://[::1"))
    assert only(tape).asked is None


def test_what_is_too_long_is_kept_up_to_a_limit_and_counted() -> None:
    take = Take(leaf_of(None, "http://x", Tape()))
    half = b"x" * (MAX_BODY_BYTES // 2)
    for at_ns in range(3):
        take.heard(at_ns, half)
    take.heard(3, b"more")
    exchange = take.exchange()
    assert [len(piece) for _, piece in exchange.pieces] == [len(half)] * 2
    assert exchange.missing == len(half) + 4
    assert take.size == MAX_BODY_BYTES


@pytest.mark.parametrize(("limits", "kept"), [({"max_runs": 2}, [3, 4]), ({"max_bytes": 25}, [2, 3, 4])])
def test_the_oldest_runs_make_room(limits: dict[str, int], kept: list[int]) -> None:
    tapes = Tapes(**limits)
    for run in (1, 2, 3, 4):
        take = tapes.of_new(run).attend(leaf_of(None, "http://x", Tape()))
        take.heard(0, b"0123456789")
    assert [run for run in (1, 2, 3, 4) if tapes.exchanges(run) is not None] == kept
