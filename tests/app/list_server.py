"""A server that answers with lists as vendors send them, on real sockets: what, how late, or not at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from providers.dialects.base import DialectName
from providers.vendors import Vendor

Pages = dict[str, Any]
"""What stands at each path with its query: JSON to be sent, or a whole number, the status of an error."""


class ListServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, pages: Pages) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages = pages
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers in lower case, and body of each request."""
        self.closing = threading.Event()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ListServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        said = self.server.pages.get(self.path, 404)
        if said == "hang":
            self.server.closing.wait(30)
            self.close_connection = True
            return
        if callable(said):
            said = said(body)
        status = said if type(said) is int else 200
        data = json.dumps({"error": {"message": f"status {status}"}} if type(said) is int else said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(pages: Pages) -> Iterator[ListServer]:
    with ListServer(pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def row(server: ListServer, id_: str = "acme", *, dialect: DialectName = "openai_chat", path: str = "/v1") -> Vendor:
    """A vendor whose lists that server has, and who asks for no key."""
    return Vendor(id_, id_.title(), dialect, f"{server.root}{path}", (f"{id_.upper()}_KEY",), needs_key=False)
