"""The Anthropic Messages face."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from providers.practice.ask import Ask, PaceWish, Tally, entry_named, must_reason
from providers.practice.catalog import Entry
from providers.practice.face import EVENT_STREAM, Call, joined, refuse, sealed, text_of
from providers.practice.fields import Fields
from providers.practice.generation import End, Piece, Why
from providers.practice.model import Prompt
from providers.practice.problems import Kind, Problem
from providers.practice.sampling import Sampling

LEAST_BUDGET = 1024
REASONS: dict[Why, str] = {"end": "end_turn", "stop_sequence": "stop_sequence", "length": "max_tokens"}
TYPES: dict[Kind, str] = {
    "bad_request": "invalid_request_error",
    "authentication": "authentication_error",
    "not_found": "not_found_error",
    "too_large": "request_too_large",
    "rate": "rate_limit_error",
    "server": "api_error",
    "unavailable": "api_error",
    "overloaded": "overloaded_error",
}


class Anthropic:
    name = "anthropic"

    def ask(self, call: Call) -> Ask:
        fields = Fields(call.body)
        if "anthropic-version" not in call.headers:
            raise Problem("bad_request", "anthropic-version: header is required")
        for name in ("model", "max_tokens", "messages"):
            if name not in fields:
                raise Problem("bad_request", f"{name}: Field required", param=name)
        entry = entry_named(fields.raw("model"))
        refuse(fields, "tools")
        refuse(fields.inner("output_config"), "format")
        return Ask(
            entry=entry,
            prompt=_prompt(fields),
            sampling=_sampling(fields, entry),
            stream=fields.flag("stream"),
            pace=PaceWish.of(fields.inner("practice")),
        )

    def script(self, ask: Ask, tally: Tally) -> "Message":
        return Message(ask, tally)

    def content_type(self, ask: Ask) -> str:
        return EVENT_STREAM

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        return {"request-id": f"req_{request_id}", "anthropic-organization-id": "practice"}

    def wrong_key(self) -> Problem:
        return Problem("authentication", "invalid x-api-key")

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        headers = {} if problem.retry_after is None else {"retry-after": f"{problem.retry_after:g}"}
        return problem.status, headers, msgspec.json.encode(_error(problem) | {"request_id": f"req_{request_id}"})


class Message:
    """Blocks open when the first token of their kind arrives: the thought, if there is one, and the text."""

    def __init__(self, ask: Ask, tally: Tally) -> None:
        self._ask = ask
        self._tally = tally
        self._id = f"msg_{secrets.token_hex(12)}"
        self._index = -1
        self._thinking = False
        self._thought: list[str] = []

    def opening(self) -> bytes:
        message = self._message([], None, None) | {"usage": self._input_usage() | {"output_tokens": 1}}
        return _event("message_start", message=message)

    def piece(self, piece: Piece) -> bytes:
        opened = self._open(piece.thought) if self._index < 0 or piece.thought is not self._thinking else b""
        if piece.thought:
            self._thought.append(piece.text)
            return opened + self._delta(type="thinking_delta", thinking=piece.text)
        return opened + self._delta(type="text_delta", text=piece.text)

    def closing(self, end: End) -> bytes:
        delta = {"stop_reason": REASONS[end.why], "stop_sequence": end.stop_sequence}
        return self._close() + _event("message_delta", delta=delta, usage=self._usage()) + _event("message_stop")

    def problem(self, problem: Problem) -> bytes:
        return b"event: error\ndata: " + msgspec.json.encode(_error(problem)) + b"\n\n"

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        thought = joined(pieces, thought=True)
        content: list[dict[str, Any]] = [{"type": "text", "text": joined(pieces, thought=False)}]
        if thought:
            content.insert(0, {"type": "thinking", "thinking": thought, "signature": sealed(thought)})
        message = self._message(content, REASONS[end.why], end.stop_sequence)
        return msgspec.json.encode(message | {"usage": self._usage()})

    def _message(self, content: list[dict[str, Any]], reason: str | None, stop: str | None) -> dict[str, Any]:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._ask.entry.name,
            "content": content,
            "stop_reason": reason,
            "stop_sequence": stop,
        }

    def _open(self, thinking: bool) -> bytes:
        closed = self._close()
        ping = _event("ping") if self._index < 0 else b""
        self._index += 1
        self._thinking = thinking
        block = {"type": "thinking", "thinking": "", "signature": ""} if thinking else {"type": "text", "text": ""}
        return closed + _event("content_block_start", index=self._index, content_block=block) + ping

    def _close(self) -> bytes:
        if self._index < 0:
            return b""
        signed = b""
        if self._thinking:
            signed = self._delta(type="signature_delta", signature=sealed("".join(self._thought)))
        return signed + _event("content_block_stop", index=self._index)

    def _delta(self, **delta: str) -> bytes:
        return _event("content_block_delta", index=self._index, delta=delta)

    def _input_usage(self) -> dict[str, Any]:
        """By Anthropic's definition: `input_tokens` leaves out what the cache held."""
        return {
            "input_tokens": self._tally.input - self._tally.cached,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": self._tally.cached,
            "service_tier": "standard",
        }

    def _usage(self) -> dict[str, Any]:
        usage = self._input_usage() | {"output_tokens": self._tally.output}
        if self._tally.thought:
            usage["output_tokens_details"] = {"thinking_tokens": self._tally.thought}
        return usage


def _prompt(fields: Fields) -> Prompt:
    turns = [("system", text_of(fields, "system"))] if "system" in fields else []
    for message in fields.objects("messages"):
        role = message.text("role")
        if role not in ("user", "assistant"):
            raise message.unfit("role", "expected 'user' or 'assistant'")
        turns.append((role, text_of(message, "content")))
    if not any(role == "user" for role, _ in turns):
        raise Problem("bad_request", "messages: at least one message is required", param="messages")
    return Prompt(tuple(turns))


def _sampling(fields: Fields, entry: Entry) -> Sampling:
    max_tokens = fields.integer("max_tokens", 1, low=1, high=1_000_000)
    return Sampling(
        temperature=fields.number("temperature", 1.0, low=0.0, high=1.0),
        top_p=fields.number("top_p", 1.0, low=0.0, high=1.0),
        top_k=fields.integer("top_k", 0, low=0, high=1_000_000),
        stop=fields.texts("stop_sequences", most=64),
        max_tokens=min(max_tokens, entry.max_output),
        max_thought=_max_thought(fields, entry, max_tokens),
    )


def _max_thought(fields: Fields, entry: Entry, max_tokens: int) -> int | None:
    thinking = fields.inner("thinking")
    match thinking.raw("type"):
        case None | "adaptive":
            return None
        case "disabled":
            return 0
        case "enabled":
            must_reason(entry, fields, "thinking")
            budget = thinking.integer("budget_tokens", 0, low=LEAST_BUDGET, high=1_000_000)
            if not LEAST_BUDGET <= budget < max_tokens:
                raise thinking.unfit("budget_tokens", f"expected {LEAST_BUDGET} or more, and less than max_tokens")
            return budget
        case other:
            raise thinking.unfit("type", f"expected enabled, adaptive or disabled, got {other!r}")


def _error(problem: Problem) -> dict[str, Any]:
    return {"type": "error", "error": {"type": TYPES[problem.kind], "message": problem.message}}


def _event(name: str, **content: Any) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode({"type": name, **content}))
