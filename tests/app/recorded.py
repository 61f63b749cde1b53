"""A server that answers with our own cassettes, and in other ways that a client must bear. Real sockets on loopback."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CASSETTES = Path(__file__).with_name("cassettes")


class Server(ThreadingHTTPServer):
    """`/NAME/...` answers with the cassette NAME, or as the method `_NAME` of the handler does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers in lower case, and body of each."""
        self.refuse = False
        """Whether lists are kept from everyone."""
        self.closing = threading.Event()
        self.streaming = threading.Event()
        """Part of an answer was sent, and the rest will not come."""

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that goes away, as it may


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        name = self.path.split("/")[1]
        how = getattr(self, f"_{name.replace('-', '_')}", None)
        if how is not None:
            how()
        else:
            self._head(200, "text/event-stream", "transfer-encoding: chunked")
            self._chunks((CASSETTES / f"{name}.sse").read_bytes())

    def do_GET(self) -> None:
        self.server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, b""))
        getattr(self, f"_{self.path.split('/')[1].replace('-', '_')}")()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _head(self, status: int, kind: str, *more: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", "x-request-id: req-1", *more, "", ""]
        self.wfile.write("\r\n".join(lines).encode())

    def _chunks(self, body: bytes, *, end: bool = True) -> None:
        for event in body.split(b"\n\n"):
            if event:
                self.wfile.write(b"%x\r\n%b\n\n\r\n" % (len(event) + 2, event))
        if end:
            self.wfile.write(b"0\r\n\r\n")

    def _whole(self, status: int, kind: str, body: bytes, *more: str) -> None:
        self._head(status, kind, f"content-length: {len(body)}", *more)
        self.wfile.write(body)

    def _status_401(self) -> None:
        error = {"message": "The key is not known here.", "type": "invalid_request_error", "code": "invalid_api_key"}
        self._whole(401, "application/json", json.dumps({"error": error}).encode())

    def _html(self) -> None:
        self._whole(200, "text/html", b"<!doctype html><title>Sign in</title><p>Welcome to the airport's network.")

    def _close(self) -> None:
        self.close_connection = True

    def _hang(self) -> None:
        self.server.streaming.set()
        self.server.closing.wait(20)
        self.close_connection = True

    def _stall(self) -> None:
        self._head(200, "text/event-stream", "transfer-encoding: chunked")
        self._chunks((CASSETTES / "chat-cut.sse").read_bytes(), end=False)
        self._hang()

    def _redirect(self) -> None:
        self._whole(307, "text/plain", b"", "location: https://elsewhere.example/v1/chat/completions")

    def _gzip(self) -> None:
        body = gzip.compress((CASSETTES / "chat-text.sse").read_bytes())
        self._whole(200, "text/event-stream", body, "content-encoding: gzip")

    def _half_characters(self) -> None:
        parts = (r"\ud83d", r"\ude00", r" \udead")
        events = [b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}' % part.encode() for part in parts]
        end = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]'
        self._head(200, "text/event-stream", "transfer-encoding: chunked")
        self._chunks(b"\n\n".join([*events, end]))

    def _escapes(self) -> None:
        event = {"choices": [{"index": 0, "delta": {"content": "\x1b[2Jred\x07"}, "finish_reason": "stop"}]}
        self._head(200, "text/event-stream", "transfer-encoding: chunked")
        self._chunks(b"data: " + json.dumps(event).encode() + b"\n\ndata: [DONE]")

    def _telling(self) -> None:
        pricing = {"prompt": "0.0000025", "completion": "0.00001", "request": "0.001"}
        told = {
            "id": "org/o-1",
            "name": "One",
            "context_length": 131072,
            "pricing": pricing,
            "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
            "supported_parameters": ["tools", "temperature", "reasoning"],
        }
        image = {"id": "org/i", "architecture": {"output_modalities": ["image"]}}
        self._whole(200, "application/json", json.dumps({"data": [told, image, {"id": "org/o-2"}]}).encode())

    def _lists(self) -> None:
        """Model lists, two pages each where a dialect has pages."""
        if self.server.refuse:
            self._status_401()
            return
        page: dict[str, object]
        if self.path.startswith("/lists/v1beta/"):
            both = ["generateContent"]
            page = {"models": [{"name": "models/g-1", "displayName": "G", "supportedGenerationMethods": both}]}
            page["nextPageToken"] = "t/2"
            if "pageToken=t%2F2" in self.path:
                page = {"models": [{"name": "models/e", "supportedGenerationMethods": ["embedContent"]}]}
        elif "anthropic-version" in self.headers:
            page = {"data": [{"id": "a-1", "display_name": "A"}], "has_more": True, "last_id": "a-1"}
            if "after_id=a-1" in self.path:
                page = {"data": [{"id": "a-2", "max_input_tokens": 200000}], "has_more": False, "last_id": "a-2"}
        else:
            page = {"data": [{"id": "org/o-1", "context_length": 8192}, {"id": "new\nline"}, {"id": 7}, "junk"]}
        self._whole(200, "application/json", json.dumps(page).encode())

    def _bare(self) -> None:
        self._whole(200, "application/json", b'[{"id":"t-1","display_name":"T"}]')


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
