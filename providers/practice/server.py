"""The routes of the practice server: five dialects, their model lists, and all of it again under `/fault/SPEC`."""

from random import Random

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from providers.practice import embedding, listings
from providers.practice.anthropic import Anthropic
from providers.practice.ask import PaceWish, entry_named
from providers.practice.exchange import Arrival, Exchange
from providers.practice.face import JSON, Face
from providers.practice.faults import GRAMMAR, FaultError, Lab, Plan
from providers.practice.gemini import Gemini
from providers.practice.ollama import Ollama
from providers.practice.openai_chat import OpenAIChat
from providers.practice.openai_responses import OpenAIResponses
from providers.practice.problems import Problem
from providers.practice.request_log import RequestLog
from providers.practice.shelf import Shelf

LARGEST = 8 * 1024 * 1024
"""Bytes of the largest request body that is read."""


class Server:
    """The ASGI application. `fault` is a SPEC for every request, `pace` goes over the models' own."""

    def __init__(self, *, shelf: Shelf, log: RequestLog, fault: str = "", pace: PaceWish | None = None) -> None:
        self._shelf = shelf
        self._log = log
        self._pace = pace or PaceWish()
        self._lab = Lab(always=fault, random=Random())

    def app(self) -> ASGIApp:
        plain = [
            Route("/v1/chat/completions", self._endpoint(OpenAIChat()), methods=["POST"]),
            Route("/v1/responses", self._endpoint(OpenAIResponses()), methods=["POST"]),
            Route("/v1/messages", self._endpoint(Anthropic()), methods=["POST"]),
            Route("/v1beta/models/{model}:{verb}", self._endpoint(Gemini()), methods=["POST"]),
            Route("/api/chat", self._endpoint(Ollama()), methods=["POST"]),
            Route("/v1/embeddings", embedding.answer, methods=["POST"]),
            Route("/v1/models", _models, methods=["GET"]),
            Route("/v1beta/models", _gemini_models, methods=["GET"]),
            Route("/api/tags", _ollama_models, methods=["GET"]),
            Route("/api/show", _ollama_model, methods=["POST"]),
        ]
        faulty = [
            Route("/fault/{spec}" + route.path, route.endpoint, methods=list(route.methods or ())) for route in plain
        ]
        return Starlette(routes=[*plain, *faulty], exception_handlers={404: _nothing_here, 405: _nothing_here})

    def _endpoint(self, face: Face) -> "Endpoint":
        return Endpoint(face, shelf=self._shelf, lab=self._lab, log=self._log, pace=self._pace)


class Endpoint:
    """Where one dialect's requests arrive."""

    def __init__(self, face: Face, *, shelf: Shelf, lab: Lab, log: RequestLog, pace: PaceWish) -> None:
        self._face = face
        self._shelf = shelf
        self._lab = lab
        self._log = log
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            arrival = await _arrival(request)
        except ClientDisconnect:
            return
        entry = self._log.open(
            dialect=self._face.name, model=arrival.model_named, path=scope["path"], headers=arrival.headers
        )
        try:
            plan = self._lab.plan(request.path_params.get("spec", ""))
        except FaultError as error:
            plan = Plan()
            arrival.problem = Problem("bad_request", f"A bad fault SPEC: {error}.\n{GRAMMAR}", code="bad_fault_spec")
        exchange = Exchange(arrival, face=self._face, shelf=self._shelf, plan=plan, pace=self._pace, entry=entry)
        await exchange(scope, receive, send)


async def _arrival(request: Request) -> Arrival:
    """Raises `ClientDisconnect`. Of a body that is too large only the beginning is kept."""
    body, problem = bytearray(), None
    async for part in request.stream():
        if problem is None:
            body += part
        if len(body) > LARGEST:
            body, problem = bytearray(), Problem("too_large", f"The request is larger than {LARGEST} bytes.")
    return Arrival(
        bytes(body),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params),
        model=request.path_params.get("model"),
        verb=request.path_params.get("verb"),
        problem=problem,
    )


async def _models(request: Request) -> Response:
    """OpenAI and Anthropic list their models at the same path; the headers tell who asks."""
    is_anthropic = "anthropic-version" in request.headers or "x-api-key" in request.headers
    return _json(listings.anthropic() if is_anthropic else listings.openai())


async def _gemini_models(request: Request) -> Response:
    return _json(listings.gemini())


async def _ollama_models(request: Request) -> Response:
    return _json(listings.ollama())


async def _ollama_model(request: Request) -> Response:
    """What one model can do and hold, which Ollama's list leaves out."""
    try:
        asked = (await _arrival(request)).call().body
        return _json(listings.ollama_model(entry_named(asked.get("model"))))
    except Problem as problem:
        status, headers, body = Ollama().problem(problem, "")
        return Response(body, status, headers, JSON)


async def _nothing_here(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    message = f"There is no {request.method} {request.url.path} here."
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
    return Response(msgspec.json.encode(body), status, media_type=JSON)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type=JSON)
