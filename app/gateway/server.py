"""The gateway's addresses."""

import contextlib
import os
import sys
from urllib.parse import urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.gateway import anthropic_asked, anthropic_said, openai_asked, openai_said
from app.gateway.anthropic_said import AnthropicSaid
from app.gateway.asked import Asked
from app.gateway.door import Door, House, Words
from app.gateway.openai_said import OpenAISaid
from app.lanes import is_loopback


def _openai(id_: str, model: str, asked: Asked) -> OpenAISaid:
    return OpenAISaid(id_, model, with_usage=asked.with_usage)


def _anthropic(id_: str, model: str, asked: Asked) -> AnthropicSaid:
    return AnthropicSaid(id_, model)


OPENAI = Words(openai_asked.read, _openai, openai_said.error)
ANTHROPIC = Words(anthropic_asked.read, _anthropic, lambda failure: {"type": "error", **anthropic_said.error(failure)})


def app(house: House, *, is_open: bool) -> ASGIApp:
    """`is_open`: other machines may ask. Else a request must be for this machine by name, so that no web page reaches
    the gateway by a host name of its own."""

    async def models(_: Request) -> Response:
        return Response(openai_said.models(iter(house.lanes)), media_type="application/json")

    routes = [
        Route("/v1/chat/completions", Door(house, OPENAI), methods=["POST"]),
        Route("/v1/messages", Door(house, ANTHROPIC), methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
    ]
    inner = Starlette(routes=routes)
    return inner if is_open else _OnlyHere(inner)


class _OnlyHere:
    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope.get("headers") or ()).get(b"host", b"").decode("latin-1")
        if is_loopback(f"http://{host}") and urlsplit(f"http://{host}").hostname:
            await self._inner(scope, receive, send)
            return
        await Response("This gateway answers to this machine's own name only.", 421)(scope, receive, send)


def say_ready(host: str, port: int, names: tuple[str, ...]) -> None:
    root = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    line = {"schema": 1, "openai_chat": f"{root}/v1", "anthropic": root, "routes": names, "pid": os.getpid()}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()
