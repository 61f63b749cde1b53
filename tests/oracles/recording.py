"""A server on loopback that answers with a cassette and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CASSETTES = Path(__file__).parents[1] / "cassettes"


@dataclass(frozen=True)
class Asked:
    """One request as it came. Header names are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


class Server(ThreadingHTTPServer):
    """`/NAME/...` answers with what `bodies` has under NAME, else with the cassette NAME, whatever follows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[Asked] = []
        self.bodies: dict[str, tuple[str, bytes]] = {}
        """Content type and body."""

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, name: str) -> tuple[str, bytes]:
        if name in self.bodies:
            return self.bodies[name]
        ndjson = CASSETTES / f"{name}.ndjson"
        if ndjson.exists():
            return "application/x-ndjson", ndjson.read_bytes()
        return "text/event-stream", (CASSETTES / f"{name}.sse").read_bytes()

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that goes away, as it may


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        _, name, path = self.path.split("/", 2)
        self.server.asked.append(Asked(f"/{path}", {k.lower(): v for k, v in self.headers.items()}, body))
        content_type, answer = self.server.answer(name)
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in (answer[at : at + 100] for at in range(0, len(answer), 100)):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
