"""The leaf over real sockets: what its stream says, and how it ends."""

import asyncio
import json
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from providers.dialects import DIALECTS
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Notice, Response, Started, Stop, Text, Timing, Usage
from providers.http import HttpClient
from providers.http_model import HttpModel
from providers.patience import Patience
from providers.types import Request
from tests.providers.servers import SSE_HEAD, Peer, Script, Server, serving


def chunk(**delta: Any) -> bytes:
    body = {"id": "c", "model": "m-1", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


STOP = b'data: {"id":"c","model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = (
    b'data: {"id":"c","model":"m-1","choices":[],'
    b'"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n'
)
DONE = b"data: [DONE]\n\n"
ANSWER = (chunk(role="assistant", content=""), chunk(content="Hello"), chunk(content=" you"), STOP, USAGE, DONE)


def streaming(*parts: bytes | float, end: bool = True) -> Script:
    """Sends an answer in `parts`, waiting where there is a number; `end` closes the body as HTTP wants it."""

    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.send(SSE_HEAD)
            for part in parts:
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    await peer.send_chunk(part)
            if not end:
                return
            await peer.send_chunk(b"")

    return script


def answering(answer: bytes) -> Script:
    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(answer)

    return script


def plain(status: str, content_type: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"content-type: {content_type}", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def with_model(script: Script, body: Callable[[HttpModel, Server], Awaitable[Any]], **fields: Any) -> Any:
    async def test() -> Any:
        client = HttpClient(tls_context=ssl.create_default_context, user_agent="test/1")
        async with serving(script) as server:
            model = HttpModel(
                vendor="custom",
                model="m",
                base_url=f"{server.url}/v1",
                dialect=DIALECTS["openai_chat"],
                client=client,
                **fields,
            )
            try:
                return await body(model, server)
            finally:
                await client.aclose()

    return asyncio.run(test())


def read(script: Script, **fields: Any) -> tuple[list[Event], Failure | None]:
    """What a stream says, and how it failed."""
    events: list[Event] = []

    async def body(model: HttpModel, _: Server) -> Failure | None:
        try:
            async for event in model.stream(Request.of("Hi", **fields.pop("params", {}))):
                events.append(event)
        except ProviderError as error:
            return error.failure
        return None

    return events, with_model(script, body, **{k: v for k, v in fields.items() if k != "params"})


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def test_a_connection_opened_ahead_is_told_in_the_record() -> None:
    async def body(model: HttpModel, server: Server) -> list[Response]:
        await model.client.prewarm(model.base_url)
        return [e for _ in range(2) async for e in model.stream(Request.of("Hi")) if isinstance(e, Response)]

    first, second = with_model(streaming(*ANSWER), body)

    assert (first.warmed, first.reused) == (True, True)
    assert (second.warmed, second.reused) == (False, True)


def test_a_whole_answer() -> None:
    events, failure = read(streaming(*ANSWER))

    assert failure is None
    assert isinstance(events[0], Started)
    assert [e.phase for e in events if isinstance(e, Timing)] == ["pool", "connect", "sent", "headers", "first_byte"]
    response = next(e for e in events if isinstance(e, Response))
    assert (response.status, response.http_version, response.reused) == (200, "1.1", False)
    assert text_of(events) == "Hello you"
    assert next(e for e in events if isinstance(e, Stop)).reason == "stop"
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.model, end.stop, end.usage.input, end.usage.output) == ("m-1", "stop", 3, 2)
    stamps = [e.at_ns for e in events if isinstance(e, Text | Usage | Finished)]
    assert stamps == sorted(stamps)


def test_the_connection_is_used_again_after_a_stream() -> None:
    async def body(model: HttpModel, server: Server) -> list[bool]:
        for _ in range(3):
            events = [e async for e in model.stream(Request.of("Hi"))]
        assert len(server.peers) == 1
        return [e.reused for e in events if isinstance(e, Response)]

    assert with_model(streaming(*ANSWER), body) == [True]


def test_a_server_that_holds_the_connection_after_the_end_marker_does_not_hold_the_answer() -> None:
    began = time.perf_counter()
    events, failure = read(streaming(*ANSWER, 5.0))

    assert failure is None
    assert isinstance(events[-1], Finished)
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize("parts", [ANSWER[:1], ANSWER[:2], ANSWER[:3]])
@pytest.mark.parametrize("end", [True, False])
def test_a_stream_without_its_end_is_cut_off(parts: tuple[bytes, ...], end: bool) -> None:
    events, failure = read(streaming(*parts, end=end))

    assert failure is not None
    assert failure.kind == "cut_off"
    assert failure.late == (len(parts) > 1)
    assert "Hello you".startswith(text_of(events))
    assert not any(isinstance(e, Finished) for e in events)


def test_a_connection_that_breaks_after_the_proof_of_completion_breaks_nothing() -> None:
    events, failure = read(streaming(*ANSWER, end=False))

    assert failure is None
    assert isinstance(events[-1], Finished)


def test_nothing_in_time_is_a_timeout_even_if_the_connection_is_kept_alive() -> None:
    keep_alives = [b": keep-alive\n\n", 0.02] * 20
    events, failure = read(streaming(*keep_alives, *ANSWER), patience=Patience(first_s=0.1))

    assert failure is not None
    assert failure.kind == "timeout_first"
    assert not failure.late
    assert text_of(events) == ""


def test_no_head_in_time_is_the_same_timeout() -> None:
    async def silent(peer: Peer) -> None:
        await peer.request()
        await peer.closed()

    assert read(silent, patience=Patience(first_s=0.1))[1].kind == "timeout_first"  # type: ignore[union-attr]


def test_silence_in_the_middle() -> None:
    events, failure = read(streaming(*ANSWER[:2], 5.0), patience=Patience(first_s=5, idle_s=0.1))

    assert failure is not None
    assert failure.kind == "timeout_idle"
    assert failure.late
    assert text_of(events) == "Hello"


def test_stopping_closes_the_socket_at_once() -> None:
    closed: list[float] = []

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(SSE_HEAD)
        await peer.send_chunk(ANSWER[1])
        await peer.closed()
        closed.append(time.perf_counter())

    async def body(model: HttpModel, _: Server) -> float:
        async def drain() -> None:
            async for _ in model.stream(Request.of("Hi")):
                pass

        task = asyncio.get_running_loop().create_task(drain())
        await asyncio.sleep(0.1)
        stopped = time.perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.1)
        return stopped

    stopped = with_model(script, body)
    assert closed
    assert closed[0] - stopped < 0.2


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (plain("401 No", "application/json", b'{"error":{"message":"bad key","code":"invalid_api_key"}}'),
         "authentication", "bad key"),
        (plain("429 Slow", "application/json", b'{"error":{"message":"slow down"}}', "retry-after: 3"),
         "rate", "slow down"),
        (plain("502 Bad", "text/html", b"<html><head><title>Bad gateway</title></head></html>"),
         "server", "Bad gateway"),
        (plain("500 Oops", "text/plain", b""), "server", "500"),
        (plain("200 OK", "text/html", b"<!doctype html><title>Log in</title>"), "protocol", "Log in"),
        (plain("200 OK", "application/json", b'{"error":{"message":"no such thing","code":404}}'), "not_found",
         "no such thing"),
        (plain("200 OK", "application/json", b"}{"), "protocol", ""),
        (plain("307 Moved", "text/plain", b"", "location: https://elsewhere.example/"), "protocol", "elsewhere"),
        (plain("200 OK", "text/event-stream", b"\x00\xff\x17garbage" * 9), "protocol", ""),
        (plain("200 OK", "text/event-stream", b""), "cut_off", ""),
    ],
)  # fmt: skip
def test_what_is_no_stream(answer: bytes, kind: str, words: str) -> None:
    _, failure = read(answering(answer))

    assert failure is not None
    assert failure.kind == kind
    assert words in failure.message


def test_a_server_that_ignores_streaming_still_answers() -> None:
    body = json.dumps(
        {
            "id": "c",
            "object": "chat.completion",
            "model": "m-1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "All"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1},
        }
    ).encode()
    events, failure = read(answering(plain("200 OK", "application/json", body)))

    assert failure is None
    assert text_of(events) == "All"
    assert isinstance(events[-1], Finished)


def test_a_stream_that_calls_itself_json_is_a_stream_all_the_same() -> None:
    events, failure = read(answering(plain("200 OK", "application/json", b"".join(ANSWER))))

    assert failure is None
    assert text_of(events) == "Hello you"


def test_the_key_is_sent_in_one_header_and_shown_nowhere() -> None:
    async def body(model: HttpModel, server: Server) -> tuple[str, bytes]:
        _ = [e async for e in model.stream(Request.of("Hi"))]
        return repr(model), server.peers[0].requests[0]

    shown, sent = with_model(streaming(*ANSWER), body, key="sk-canary")
    assert "canary" not in shown
    assert sent.lower().count(b"sk-canary") == 1
    assert b"authorization: bearer sk-canary" in sent.lower()


def test_a_dead_kept_connection_is_told() -> None:
    async def dies(peer: Peer) -> None:
        await streaming_once(peer)
        await peer.request()

    async def streaming_once(peer: Peer) -> None:
        await peer.request()
        await peer.send(SSE_HEAD)
        for part in ANSWER:
            await peer.send_chunk(part)
        await peer.send_chunk(b"")

    async def body(model: HttpModel, _: Server) -> list[Event]:
        for _ in range(2):
            events = [e async for e in model.stream(Request.of("Hi"))]
        return events

    events = with_model(dies, body)
    assert [e.kind for e in events if isinstance(e, Notice)] == ["reconnected"]
    assert isinstance(events[-1], Finished)
