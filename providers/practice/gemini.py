"""The Gemini face: whole responses as events, CRLF line ends, cumulative usage, no terminator."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from providers.practice.ask import Ask, PaceWish, Tally, entry_named, must_reason
from providers.practice.catalog import Entry
from providers.practice.face import EVENT_STREAM, JSON, Call, joined, refuse
from providers.practice.fields import Fields
from providers.practice.generation import End, Piece, Token, Why
from providers.practice.model import Prompt
from providers.practice.problems import Kind, Problem
from providers.practice.sampling import Sampling

ROLES = {"user": "user", "model": "assistant"}
REASONS: dict[Why, str] = {"end": "STOP", "stop_sequence": "STOP", "length": "MAX_TOKENS"}
STATUSES: dict[Kind, str] = {
    "bad_request": "INVALID_ARGUMENT",
    "authentication": "UNAUTHENTICATED",
    "not_found": "NOT_FOUND",
    "too_large": "INVALID_ARGUMENT",
    "rate": "RESOURCE_EXHAUSTED",
    "server": "INTERNAL",
    "unavailable": "UNAVAILABLE",
    "overloaded": "UNAVAILABLE",
}
API_KEY_INVALID = "API_KEY_INVALID"


class Gemini:
    name = "gemini"

    def ask(self, call: Call) -> Ask:
        fields = Fields(call.body)
        entry = entry_named((call.model or "").removeprefix("models/"))
        refuse(fields, "tools", "cachedContent")
        config = fields.inner("generationConfig")
        refuse(config, "responseJsonSchema", "responseSchema")
        if config.integer("candidateCount", 1, low=1, high=8) != 1:
            raise config.unfit("candidateCount", "the practice models give one answer at a time")
        thinking = config.inner("thinkingConfig")
        return Ask(
            entry=entry,
            prompt=_prompt(fields),
            sampling=_sampling(config, thinking, entry),
            stream=call.verb == "streamGenerateContent",
            pace=PaceWish.of(fields.inner("practice")),
            include_usage=call.query.get("alt") == "sse",
            show_thought=thinking.flag("includeThoughts"),
        )

    def script(self, ask: Ask, tally: Tally) -> "Response":
        return Response(ask, tally, events=ask.include_usage)

    def content_type(self, ask: Ask) -> str:
        return EVENT_STREAM if ask.include_usage else JSON

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        return {"server-timing": f"gfet4t7; dur={round(ms)}", "x-content-type-options": "nosniff"}

    def wrong_key(self) -> Problem:
        return Problem("bad_request", "API key not valid. Please pass a valid API key.", code=API_KEY_INVALID)

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        error = _error(problem)
        return error["error"]["code"], {}, msgspec.json.encode(error)


class Response:
    """`events` says whether the stream is server-sent events, or else one JSON array that grows."""

    def __init__(self, ask: Ask, tally: Tally, *, events: bool) -> None:
        self._ask = ask
        self._tally = tally
        self._events = events
        self._id = secrets.token_urlsafe(16)
        self._begun = False

    def opening(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        if piece.thought and not self._ask.show_thought:
            return b""
        part: dict[str, Any] = {"text": piece.text}
        if piece.thought:
            part["thought"] = True
        return self._frame(self._response([part], tokens=piece.tokens))

    def closing(self, end: End) -> bytes:
        return self._frame(self._response([{"text": ""}], reason=REASONS[end.why])) + (b"" if self._events else b"]")

    def problem(self, problem: Problem) -> bytes:
        return self._frame(_error(problem)) + (b"" if self._events else b"]")

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        parts: list[dict[str, Any]] = [{"text": joined(pieces, thought=False)}]
        if self._ask.show_thought and (thought := joined(pieces, thought=True)):
            parts.insert(0, {"text": thought, "thought": True})
        spoken = [token for piece in pieces if not piece.thought for token in piece.tokens]
        return msgspec.json.encode(self._response(parts, reason=REASONS[end.why], tokens=spoken))

    def _response(
        self, parts: list[dict[str, Any]], *, reason: str | None = None, tokens: Sequence[Token] = ()
    ) -> dict[str, Any]:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if reason is not None:
            candidate["finishReason"] = reason
        if self._ask.sampling.logprobs and tokens:
            candidate["logprobsResult"] = _logprobs(tokens)
        return {
            "candidates": [candidate],
            "usageMetadata": self._usage(),
            "modelVersion": self._ask.entry.name,
            "responseId": self._id,
        }

    def _usage(self) -> dict[str, Any]:
        """By Gemini's definition: candidates leave out thoughts, the prompt contains what the cache held."""
        tally = self._tally
        spoken = tally.output - tally.thought
        usage: dict[str, Any] = {
            "promptTokenCount": tally.input,
            "totalTokenCount": tally.input + tally.output,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tally.input}],
        }
        counts = (
            ("cachedContentTokenCount", tally.cached),
            ("candidatesTokenCount", spoken),
            ("thoughtsTokenCount", tally.thought),
        )
        return usage | {name: count for name, count in counts if count}

    def _frame(self, value: dict[str, Any]) -> bytes:
        body = msgspec.json.encode(value)
        before, self._begun = self._begun, True
        if self._events:
            return b"data: " + body + b"\r\n\r\n"
        return (b",\r\n" if before else b"[") + body


def _prompt(fields: Fields) -> Prompt:
    if not fields.raw("contents"):
        raise Problem("bad_request", "* GenerateContentRequest.contents: contents is not specified", param="contents")
    turns = [("system", _parts(fields.inner("systemInstruction")))] if "systemInstruction" in fields else []
    for content in fields.objects("contents"):
        role = ROLES.get(content.text("role") or "user")
        if role is None:
            raise content.unfit("role", "expected 'user' or 'model'")
        turns.append((role, _parts(content)))
    return Prompt(tuple(turns))


def _parts(content: Fields) -> str:
    texts = []
    for part in content.objects("parts"):
        if "text" not in part:
            raise part.unfit("text", "the practice models read text only")
        texts.append("" if part.flag("thought") else part.text("text") or "")
    return "".join(texts)


def _sampling(config: Fields, thinking: Fields, entry: Entry) -> Sampling:
    return Sampling(
        temperature=config.number("temperature", 1.0, low=0.0, high=2.0),
        top_p=config.number("topP", 1.0, low=0.0, high=1.0),
        top_k=config.integer("topK", 0, low=0, high=1_000_000),
        seed=config.optional_integer("seed", low=-(2**31), high=2**31),
        presence_penalty=config.number("presencePenalty", 0.0, low=-2.0, high=2.0),
        frequency_penalty=config.number("frequencyPenalty", 0.0, low=-2.0, high=2.0),
        stop=config.texts("stopSequences", most=5),
        max_tokens=min(config.integer("maxOutputTokens", entry.max_output, low=1, high=1_000_000), entry.max_output),
        max_thought=_max_thought(thinking, entry),
        logprobs=config.flag("responseLogprobs"),
        top=config.integer("logprobs", 0, low=0, high=20),
    )


def _max_thought(thinking: Fields, entry: Entry) -> int | None:
    """A budget of -1 leaves the length to the model."""
    budget = thinking.integer("thinkingBudget", -1, low=-1, high=1_000_000)
    if budget > 0:
        must_reason(entry, thinking, "thinkingBudget")
    return None if budget < 0 else budget


def _logprobs(tokens: Sequence[Token]) -> dict[str, Any]:
    chosen = [{"token": token.text, "logProbability": token.logprob} for token in tokens]
    top = [
        {"candidates": [{"token": raw.decode("utf-8", "replace"), "logProbability": p} for raw, p in token.top]}
        for token in tokens
    ]
    return {"chosenCandidates": chosen, "topCandidates": top}


def _error(problem: Problem) -> dict[str, Any]:
    code = 503 if problem.kind == "overloaded" else problem.status
    error: dict[str, Any] = {"code": code, "message": problem.message, "status": STATUSES[problem.kind]}
    if problem.code == API_KEY_INVALID:
        error["details"] = [_detail("ErrorInfo", reason=API_KEY_INVALID, domain="googleapis.com")]
    elif problem.retry_after is not None:
        error["details"] = [_detail("RetryInfo", retryDelay=f"{problem.retry_after:g}s")]
    return {"error": error}


def _detail(kind: str, **content: str) -> dict[str, str]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **content}
