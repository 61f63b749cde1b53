"""A server of chat completions and of Anthropic's messages that paces tokens by absolute deadlines and notes when it
really sent each.

    python -m tests.benchmarks.stamping_server [PORT]

prints its port and serves until its standard input closes. A request's body may hold

    stamp_rate    tokens per second (0: as fast as they can be sent)
    stamp_tokens  how many
    stamp_ttft_ms until the first
    stamp_lane    what `GET /stamps/LANE` then calls this stream
    stamp_text    what is streamed, over and over; else words

`GET /stamps/LANE` answers `{"head": ns, "sent": [ns, …], "due": [ns, …]}`: CLOCK_MONOTONIC stamps taken right before
each write, and when each was due, so that the server's own lateness is not counted against the client.
`GET /forget` empties the notes.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

PHRASE = "the quick brown fox jumps over a lazy dog while seven wizards brew strong tea in quiet rooms"
WORDS = PHRASE.split()


def chunk(text: str) -> bytes:
    """One chunk as OpenAI sends it, about 330 bytes."""
    body = {
        "id": "chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O",
        "object": "chat.completion.chunk",
        "created": 1780000000,
        "model": "stamping-2026-11-01",
        "service_tier": "default",
        "system_fingerprint": "fp_0123456789",
        "choices": [{"index": 0, "delta": {"content": text}, "logprobs": None, "finish_reason": None}],
        "usage": None,
        "obfuscation": "xxxxxxx",
    }
    return b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n"


def ending(tokens: int) -> bytes:
    base = {"id": "chatcmpl-A1", "object": "chat.completion.chunk", "created": 1, "model": "stamping-2026-11-01"}
    stop = base | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    usage = base | {
        "choices": [],
        "usage": {"prompt_tokens": 12, "completion_tokens": tokens, "total_tokens": 12 + tokens},
    }
    return b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in (stop, usage)) + b"data: [DONE]\n\n"


def event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields}, separators=(',', ':'))}\n\n".encode()


def delta(text: str) -> bytes:
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def message_start() -> bytes:
    said: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": "stamping", "content": []}
    said |= {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 12, "output_tokens": 1}}
    return event("message_start", message=said) + event(
        "content_block_start", index=0, content_block={"type": "text", "text": ""}
    )


def message_end(tokens: int) -> bytes:
    why = {"stop_reason": "end_turn", "stop_sequence": None}
    return (
        event("content_block_stop", index=0)
        + event("message_delta", delta=why, usage={"output_tokens": tokens})
        + event("message_stop")
    )


class Face(NamedTuple):
    """One dialect: what opens a stream, one token, what ends it."""

    start: Callable[[], bytes]
    token: Callable[[str], bytes]
    end: Callable[[int], bytes]


CHAT = Face(lambda: b"", chunk, ending)
MESSAGES = Face(message_start, delta, message_end)


def framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def pieces_of(face: Face, text: str | None) -> list[bytes]:
    """The chunks that are streamed over and over, encoded once: the server must cost next to nothing."""
    if text is None:
        return [framed(face.token(" " + word)) for word in WORDS]
    return [framed(face.token(text[i : i + 4])) for i in range(0, len(text), 4)]


NOTES: dict[str, dict[str, object]] = {}


async def stream(writer: asyncio.StreamWriter, face: Face, asked: dict[str, Any]) -> None:
    rate, tokens = float(asked.get("stamp_rate", 100)), int(asked.get("stamp_tokens", 400))
    parts = pieces_of(face, asked.get("stamp_text"))
    sent: list[int] = []
    due: list[int] = []
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    if opening := face.start():
        writer.write(framed(opening))
    start = time.perf_counter_ns()
    first = start + int(float(asked.get("stamp_ttft_ms", 50)) * 1e6)
    loop = asyncio.get_running_loop()
    for n in range(tokens):
        at = first + int(n / rate * 1e9) if rate else start
        late = (time.perf_counter_ns() - at) / 1e9
        if late < -0.0002:
            await _until(loop, -late)
        elif not rate and n % 64 == 0:
            await writer.drain()
        due.append(at)
        sent.append(time.perf_counter_ns())
        writer.write(parts[n % len(parts)])
    writer.write(framed(face.end(tokens)) + b"0\r\n\r\n")
    NOTES[str(asked.get("stamp_lane", ""))] = {"head": start, "sent": sent, "due": due}


async def _until(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    await asyncio.sleep(seconds)


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, path, _ = first.split(" ", 2)
            headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines if ":" in line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            if method == "POST":
                await stream(writer, MESSAGES if path.endswith("/messages") else CHAT, json.loads(body))
            else:
                answer = NOTES.get(path.removeprefix("/stamps/"), {}) if path != "/forget" else NOTES.clear() or {}
                data = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(data) + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve_one, "127.0.0.1", port, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: None if sys.stdin.buffer.read1(1) else ended.set())
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
