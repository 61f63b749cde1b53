"""Ollama's own face: a JSON object a line, and in the last one how long everything took."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec

from providers.practice import openai_words
from providers.practice.ask import Ask, PaceWish, Tally, entry_named, must_reason
from providers.practice.catalog import Entry
from providers.practice.face import Call, joined, refuse
from providers.practice.fields import Fields
from providers.practice.generation import End, Piece, Token, Why
from providers.practice.model import Prompt
from providers.practice.problems import Problem
from providers.practice.sampling import Sampling

LINES = "application/x-ndjson"
REASONS: dict[Why, str] = {"end": "stop", "stop_sequence": "stop", "length": "length"}
LEVELS: dict[str, int | None] = {"low": 48, "medium": None, "high": None, "max": None}
"""Most tokens of thought for each level; the model ends its thought by itself where there is no number."""
UNLIMITED = 0
"""`num_predict` of this and below (it is usually -1): as many tokens as the model gives."""


class Ollama:
    name = "ollama"

    def ask(self, call: Call) -> Ask:
        fields = Fields(call.body)
        if "model" not in fields:
            raise Problem("bad_request", "model is required", param="model")
        entry = entry_named(fields.raw("model"))
        refuse(fields, "tools", "format")
        options = fields.inner("options")
        refuse(options, "min_p", "mirostat")
        if options.number("repeat_penalty", 1.0, low=0.0, high=10.0) != 1.0:
            raise options.unfit("repeat_penalty", "the practice models cannot do this")
        return Ask(
            entry=entry,
            prompt=_prompt(fields),
            sampling=_sampling(fields, options, entry),
            stream=fields.flag("stream", True),
            pace=PaceWish.of(fields.inner("practice")),
        )

    def script(self, ask: Ask, tally: Tally) -> "Lines":
        return Lines(ask, tally)

    def content_type(self, ask: Ask) -> str:
        return LINES

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        return {}

    def wrong_key(self) -> Problem:
        return Problem("authentication", "unauthorized")

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        status = 503 if problem.kind == "overloaded" else problem.status
        return status, openai_words.retry_after(problem), msgspec.json.encode({"error": problem.message})


class Lines:
    def __init__(self, ask: Ask, tally: Tally) -> None:
        self._ask = ask
        self._tally = tally

    def opening(self) -> bytes:
        return b""

    def piece(self, piece: Piece) -> bytes:
        words = {"content": "", "thinking": piece.text} if piece.thought else {"content": piece.text}
        return _line(self._object(words, () if piece.thought else piece.tokens) | {"done": False})

    def closing(self, end: End) -> bytes:
        return _line(self._object({"content": ""}) | self._last(end))

    def problem(self, problem: Problem) -> bytes:
        return _line({"error": problem.message})

    def whole(self, pieces: Sequence[Piece], end: End) -> bytes:
        words = {"content": joined(pieces, thought=False)}
        if thought := joined(pieces, thought=True):
            words["thinking"] = thought
        spoken = [token for piece in pieces if not piece.thought for token in piece.tokens]
        return msgspec.json.encode(self._object(words, spoken) | self._last(end))

    def _object(self, words: dict[str, str], tokens: Sequence[Token] = ()) -> dict[str, Any]:
        said: dict[str, Any] = {
            "model": self._ask.entry.name,
            "created_at": _now(),
            "message": {"role": "assistant", **words},
        }
        return said | {"logprobs": openai_words.logprobs(tokens)} if self._ask.sampling.logprobs and tokens else said

    def _last(self, end: End) -> dict[str, Any]:
        load, prompt, answer = self._tally.times.told()
        return {
            "done": True,
            "done_reason": REASONS[end.why],
            "total_duration": load + prompt + answer,
            "load_duration": load,
            "prompt_eval_count": self._tally.input,
            "prompt_eval_duration": prompt,
            "eval_count": self._tally.output,
            "eval_duration": answer,
        }


def _prompt(fields: Fields) -> Prompt:
    if not fields.raw("messages"):
        raise fields.missing("messages")
    return Prompt(tuple(map(_turn, fields.objects("messages"))))


def _turn(message: Fields) -> tuple[str, str]:
    role = message.text("role") or ""
    if role not in ("system", "user", "assistant"):
        raise message.unfit("role", f"the practice models know no {role!r}")
    refuse(message, "images", "tool_calls")
    return role, message.text("content") or ""


def _sampling(fields: Fields, options: Fields, entry: Entry) -> Sampling:
    wanted = options.integer("num_predict", UNLIMITED, low=-2, high=1_000_000)
    return Sampling(
        temperature=options.number("temperature", 1.0, low=0.0, high=2.0),
        top_p=options.number("top_p", 1.0, low=0.0, high=1.0),
        top_k=options.integer("top_k", 0, low=0, high=1_000_000),
        seed=options.optional_integer("seed", low=-(2**63), high=2**63),
        presence_penalty=options.number("presence_penalty", 0.0, low=-2.0, high=2.0),
        frequency_penalty=options.number("frequency_penalty", 0.0, low=-2.0, high=2.0),
        stop=options.texts("stop", most=64),
        max_tokens=entry.max_output if wanted <= UNLIMITED else min(wanted, entry.max_output),
        max_thought=_max_thought(fields, entry),
        logprobs=fields.flag("logprobs"),
        top=fields.integer("top_logprobs", 0, low=0, high=20),
    )


def _max_thought(fields: Fields, entry: Entry) -> int | None:
    """A model that can think does, unless it is told not to."""
    think = fields.raw("think")
    if not think:
        return None if think is None else 0
    must_reason(entry, fields, "think")
    if think is True:
        return None
    if not isinstance(think, str) or think not in LEVELS:
        raise fields.unfit("think", f"expected true, false or one of {', '.join(LEVELS)}")
    return LEVELS[think]


def _now() -> str:
    """With nine digits of a second, as Go writes it."""
    seconds, rest = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:09d}Z"


def _line(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value) + b"\n"
