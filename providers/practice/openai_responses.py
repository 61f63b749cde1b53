"""The OpenAI Responses face. Nothing is kept: what a later request needs of this answer, it must send back."""

from typing import Any

from providers.practice import openai_words
from providers.practice.ask import EFFORTS, Ask, PaceWish, Tally, entry_named, must_reason
from providers.practice.catalog import Entry
from providers.practice.face import EVENT_STREAM, Call, refuse
from providers.practice.fields import Fields
from providers.practice.model import Prompt
from providers.practice.problems import Problem
from providers.practice.responses_stream import Answer
from providers.practice.sampling import Sampling

LEAST_OUTPUT = 16
ROLES = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
TEXTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Parts of a message that can be read, and the field that holds their words."""
ABSENT = ("stop", "seed", "n", "presence_penalty", "frequency_penalty", "logit_bias", "max_tokens", "messages")
"""What the other API has and this one refuses."""


class OpenAIResponses:
    name = "openai_responses"

    def ask(self, call: Call) -> Ask:
        fields = Fields(call.body)
        if "model" not in fields:
            raise fields.missing("model")
        entry = entry_named(fields.raw("model"))
        _refuse(fields)
        reasoning, include = fields.inner("reasoning"), fields.texts("include", most=16)
        effort = _effort(reasoning, entry)
        return Ask(
            entry=entry,
            prompt=_prompt(fields),
            sampling=_sampling(fields, entry, effort, logprobs="message.output_text.logprobs" in include),
            stream=fields.flag("stream"),
            pace=PaceWish.of(fields.inner("practice")),
            show_thought="summary" in reasoning,
            seal_thought="reasoning.encrypted_content" in include,
        )

    def script(self, ask: Ask, tally: Tally) -> Answer:
        return Answer(ask, tally)

    def content_type(self, ask: Ask) -> str:
        return EVENT_STREAM

    def headers(self, request_id: str, *, ms: float) -> dict[str, str]:
        return openai_words.headers(request_id, ms=ms)

    def wrong_key(self) -> Problem:
        return openai_words.wrong_key()

    def problem(self, problem: Problem, request_id: str) -> tuple[int, dict[str, str], bytes]:
        return openai_words.refusal(problem)


def _refuse(fields: Fields) -> None:
    for name in ABSENT:
        if name in fields:
            raise Problem("bad_request", f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    refuse(fields, "tools", "previous_response_id", "conversation", "background", "prompt")
    form = fields.inner("text").inner("format")
    if form.raw("type") not in (None, "text"):
        raise form.unfit("type", "the practice models write text only")


def _effort(reasoning: Fields, entry: Entry) -> str:
    effort = reasoning.text("effort") or "medium"
    if effort not in EFFORTS:
        raise reasoning.unfit("effort", f"expected one of {', '.join(EFFORTS)}")
    for name in ("effort", "summary"):
        if reasoning.raw(name) not in (None, "none"):
            must_reason(entry, reasoning, name)
    return effort


def _sampling(fields: Fields, entry: Entry, effort: str, *, logprobs: bool) -> Sampling:
    most = entry.max_output
    return Sampling(
        temperature=fields.number("temperature", 1.0, low=0.0, high=2.0),
        top_p=fields.number("top_p", 1.0, low=0.0, high=1.0),
        max_tokens=min(fields.integer("max_output_tokens", most, low=LEAST_OUTPUT, high=1_000_000), most),
        max_thought=EFFORTS[effort],
        logprobs=logprobs,
        top=fields.integer("top_logprobs", 0, low=0, high=20),
    )


def _prompt(fields: Fields) -> Prompt:
    if not fields.raw("input"):
        raise fields.missing("input")
    turns = [("system", fields.text("instructions") or "")] if "instructions" in fields else []
    if isinstance(said := fields.raw("input"), str):
        return Prompt((*turns, ("user", said)))
    messages = [item for item in fields.objects("input") if item.raw("type") != "reasoning"]
    return Prompt((*turns, *map(_turn, messages)))


def _turn(item: Fields) -> tuple[str, str]:
    if (kind := item.raw("type")) not in (None, "message"):
        raise item.unfit("type", f"the practice models read messages only, not {kind!r}")
    role = ROLES.get(item.text("role") or "")
    if role is None:
        raise item.unfit("role", f"expected one of {', '.join(ROLES)}")
    said: Any = item.raw("content")
    return role, said if isinstance(said, str) else "".join(map(_text, item.objects("content")))


def _text(part: Fields) -> str:
    kind = part.text("type") or ""
    if kind not in TEXTS:
        raise part.unfit("type", f"the practice models read text only, not {kind!r}")
    return part.text(TEXTS[kind]) or ""
