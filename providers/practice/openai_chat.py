"""The OpenAI Chat Completions face. Thoughts stream as `reasoning_content`, as DeepSeek and vLLM have it."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from providers.practice import openai_words
from providers.practice.ask import EFFORTS, Ask, PaceWish, Tally, entry_named, must_reason
from providers.practice.face import EVENT_STREAM, Call, joined, refuse, text_of
from providers.practice.fields import Fields
from providers.practice.generation import End, Piece, Token, Why
from providers.practice.model import Prompt
from providers.practice.problems import Problem
from providers.practice.sampling import Sampling

FINISH: dict[Why, str] = {"end": "stop", "stop_sequence": "stop", "length": "length"}
DONE = b"data: [DONE]\n\n"


class OpenAIChat:
    name = "openai_chat"

    def ask(self, call: Call) -> Ask:
        fields = Fields(call.body)
        if "model" not in fields:
            raise fields.missing("model")
        entry = entry_named(fields.raw("model"))
        refuse(fields, "tools", "functions", "audio", "prediction")
        if fields.integer("n", 1, low=1, high=128) != 1:
            raise fields.unfit("n", "the practice models give one answer at a time")
        if fields.inner("response_format").raw("type") not in (None, "text"):
            raise fields.unfit("response_format", "the practice models write text only")
        effort = fields.text("reasoning_effort")
        if effort is not None and effort not in EFFORTS:
            raise fields.unfit("reasoning_effort", f"expected one of {', '.join(EFFORTS)}")
        if effort not in (None, "none"):
            must_reason(entry, fields, "reasoning_effort")
        return Ask(
            entry=entry,
            prompt=_prompt(fields),
            sampling=_sampling(fields, most=entry.max_output, max_thought=EFFORTS[effort or "medium"]),
            stream=fields.flag("stream"),
            pace=PaceWish.of(fields.inner("practice")),
            include_usage=fields.inner("stream_options").flag("include_usage"),
        )

    def script(self, ask: Ask, tally: Tally) -> "Completion":
        return Completion(ask, tally)

    def content_type(self, ask: Ask) -> str:
        return EVENT_STREAM

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        return openai_words.headers(request_id, ms=ms)

    def wrong_key(self) -> Problem:
        return openai_words.wrong_key()

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        return openai_words.refusal(problem)


class Completion:
    def __init__(self, ask: Ask, tally: Tally) -> None:
        self._ask = ask
        self._tally = tally
        self._id = f"chatcmpl-{secrets.token_hex(12)}"
        self._created = int(time.time())

    def opening(self) -> bytes:
        return self._delta({"role": "assistant", "content": "", "refusal": None})

    def piece(self, piece: Piece) -> bytes:
        delta = {"reasoning_content" if piece.thought else "content": piece.text}
        return self._delta(delta, logprobs=None if piece.thought else self._logprobs(piece.tokens))

    def closing(self, end: End) -> bytes:
        last = self._delta({}, finish=FINISH[end.why])
        if self._ask.include_usage:
            last += self._chunk([], usage=self._usage())
        return last + DONE

    def problem(self, problem: Problem) -> bytes:
        return _data({"error": openai_words.error(problem)})

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        spoken = [token for piece in pieces if not piece.thought for token in piece.tokens]
        message = {"role": "assistant", "content": joined(pieces, thought=False), "refusal": None}
        if any(piece.thought for piece in pieces):
            message["reasoning_content"] = joined(pieces, thought=True)
        choice = {
            "index": 0,
            "message": message,
            "logprobs": self._logprobs(spoken),
            "finish_reason": FINISH[end.why],
        }
        return msgspec.json.encode(self._object("chat.completion", [choice]) | {"usage": self._usage()})

    def _delta(self, delta: dict[str, Any], *, finish: str | None = None, logprobs: Any = None) -> bytes:
        return self._chunk([{"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": finish}])

    def _chunk(self, choices: list[dict[str, Any]], *, usage: dict[str, Any] | None = None) -> bytes:
        chunk = self._object("chat.completion.chunk", choices)
        if self._ask.include_usage:
            chunk["usage"] = usage
        return _data(chunk)

    def _object(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._ask.entry.name,
            "system_fingerprint": "fp_practice",
            "choices": choices,
        }

    def _usage(self) -> dict[str, Any]:
        tally = self._tally
        return {
            "prompt_tokens": tally.input,
            "completion_tokens": tally.output,
            "total_tokens": tally.input + tally.output,
            "prompt_tokens_details": {"cached_tokens": tally.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": tally.thought, "audio_tokens": 0},
            "cost": tally.cost,
        }

    def _logprobs(self, tokens: Sequence[Token]) -> dict[str, Any] | None:
        if not self._ask.sampling.logprobs:
            return None
        return {"content": openai_words.logprobs(tokens), "refusal": None}


def _prompt(fields: Fields) -> Prompt:
    if not fields.raw("messages"):
        raise fields.missing("messages")
    turns = []
    for message in fields.objects("messages"):
        role = message.text("role")
        if role not in ("system", "developer", "user", "assistant"):
            raise message.unfit("role", f"the practice models know no {role!r}")
        turns.append(("system" if role == "developer" else role, text_of(message, "content")))
    return Prompt(tuple(turns))


def _sampling(fields: Fields, *, most: int, max_thought: int | None) -> Sampling:
    limit = "max_completion_tokens" if "max_completion_tokens" in fields else "max_tokens"
    logprobs = fields.flag("logprobs")
    if "top_logprobs" in fields and not logprobs:
        raise fields.unfit("top_logprobs", "it needs logprobs to be true")
    return Sampling(
        temperature=fields.number("temperature", 1.0, low=0.0, high=2.0),
        top_p=fields.number("top_p", 1.0, low=0.0, high=1.0),
        top_k=fields.integer("top_k", 0, low=0, high=1_000_000),
        seed=fields.optional_integer("seed", low=-(2**63), high=2**63),
        presence_penalty=fields.number("presence_penalty", 0.0, low=-2.0, high=2.0),
        frequency_penalty=fields.number("frequency_penalty", 0.0, low=-2.0, high=2.0),
        stop=fields.texts("stop", most=4),
        max_tokens=min(fields.integer(limit, most, low=1, high=1_000_000), most),
        max_thought=max_thought,
        logprobs=logprobs,
        top=fields.integer("top_logprobs", 0, low=0, high=20),
    )


def _data(value: Any) -> bytes:
    return b"data: " + msgspec.json.encode(value) + b"\n\n"
