"""Google Gemini, `streamGenerateContent` with `alt=sse`."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal
from urllib.parse import quote

from providers import error_bodies
from providers.dialects import documents
from providers.dialects.base import Encoded, Quirks
from providers.dialects.parameters import Parameters
from providers.dialects.text import whole as joined
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, LogProbs, Reasoning, Served, Stop, Text, ToolCall, ToolCallDelta, Usage
from providers.sse import ServerEvent
from providers.types import Request
from providers.usage import TokenUsage

CONFIG = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "max_tokens": "maxOutputTokens",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}


class Gemini:
    name: Literal["gemini"] = "gemini"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Gemini")
        config = {ours: parameters.take(name) for name, ours in CONFIG.items() if name in parameters.left}
        stop = parameters.take("stop")
        if stop is not None:
            config["stopSequences"] = [stop] if isinstance(stop, str) else stop
        thinking: dict[str, Any] = {}
        if (budget := parameters.take("thinking_budget")) is not None:
            thinking = {"includeThoughts": True, "thinkingBudget": budget}
        if (effort := parameters.take("reasoning_effort")) is not None:
            thinking = {"includeThoughts": True, **thinking, "thinkingLevel": effort}
        if thinking:
            config["thinkingConfig"] = thinking
        body: dict[str, Any] = {
            "contents": [
                {"role": "model" if message.role == "assistant" else "user", "parts": [{"text": message.text}]}
                for message in request.messages
            ]
        }
        if request.system is not None:
            body["systemInstruction"] = {"parts": [{"text": request.system}]}
        extra = quirks.extra_body | parameters.left
        if isinstance(given := extra.get("generationConfig"), dict):
            config |= given
        body |= extra
        if config:
            body["generationConfig"] = config
        base = base_url.partition("?")[0].removesuffix("/")
        version = "" if base.endswith(("/v1beta", "/v1")) else "/v1beta"
        name = quote(model.removeprefix("models/"), safe="-._~:@/")
        path = f"{version}/models/{name}:streamGenerateContent?alt=sse"
        return Encoded(path, documents.encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> "GeminiDecoder":
        return GeminiDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


class GeminiDecoder:
    """There is no end marker: a finish reason is the proof, and the stream's end follows it."""

    complete = False

    def __init__(self, model: str) -> None:
        self._model = model
        self._named = False
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._stopped_ns = 0
        self._calls = 0

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if not event.data.strip():
            return ()
        try:
            said = documents.decoded(event.data)
        except ProviderError:
            if not event.terminated:
                return ()
            raise
        if event.name == "error" or error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        return list(self._response(said, at_ns))

    def whole(self, body: bytes, at_ns: int) -> Sequence[Event]:
        said = documents.decoded(body)
        if error_bodies.is_error(said):
            raise ProviderError(error_bodies.in_stream(said))
        parts = said if isinstance(said, list) else [said]
        return [event for part in parts for event in self._response(part, at_ns)]

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        if self._stop is None:
            raise ProviderError(Failure("cut_off", "the stream ended without a finish reason"))
        return (), Finished(0, self._stopped_ns, self._model, self._usage, self._stop)

    def _response(self, said: Any, at_ns: int) -> Iterator[Event]:
        if not isinstance(said, dict):
            raise ProviderError(Failure("protocol", "the stream holds what is no response"))
        if isinstance(model := said.get("modelVersion"), str) and model and not self._named:
            self._model, self._named = model, True
            yield Served(0, at_ns, model)
        usage = said.get("usageMetadata")
        if isinstance(usage, dict) and usage:
            self._usage = usage_of(usage)  # each is whole, so the last one replaces the others
            yield Usage(0, at_ns, self._usage)
        candidates = said.get("candidates")
        for candidate in candidates if isinstance(candidates, list) else ():
            if isinstance(candidate, dict) and not candidate.get("index"):
                yield from self._candidate(candidate, at_ns)
        feedback = said.get("promptFeedback")
        if isinstance(feedback, dict) and (reason := feedback.get("blockReason")) and not candidates:
            words = feedback.get("blockReasonMessage") or f"Gemini blocked the prompt ({reason})"
            raise ProviderError(Failure("content_filter", str(words), 200, str(reason)))

    def _candidate(self, candidate: dict[str, Any], at_ns: int) -> Iterator[Event]:
        content = candidate.get("content")
        parts = content.get("parts") if isinstance(content, dict) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield from self._part(part, at_ns)
        if isinstance(chosen := candidate.get("logprobsResult"), dict):
            yield LogProbs(0, at_ns, tuple(_log_probs(chosen)))
        if isinstance(reason := candidate.get("finishReason"), str) and reason:
            self._stop, self._stopped_ns = reason, at_ns
            yield Stop(0, at_ns, reason)

    def _part(self, part: dict[str, Any], at_ns: int) -> Iterator[Event]:
        if isinstance(text := part.get("text"), str) and text:
            yield (Reasoning if part.get("thought") else Text)(0, at_ns, joined(text))
        if isinstance(call := part.get("functionCall"), dict) and call.get("name"):
            number, self._calls = self._calls, self._calls + 1
            id_ = call.get("id") if isinstance(call.get("id"), str) else None
            arguments = documents.text_of(call.get("args") if call.get("args") is not None else {})
            yield ToolCallDelta(0, at_ns, number, id_, str(call["name"]), arguments)
            yield ToolCall(0, at_ns, number, id_, str(call["name"]), arguments)


def usage_of(raw: dict[str, Any]) -> TokenUsage:
    """Gemini counts thoughts apart from the candidates, and the cache inside the prompt."""
    given, used = _count(raw, "promptTokenCount"), _count(raw, "toolUsePromptTokenCount")
    spoken, thought = _count(raw, "candidatesTokenCount"), _count(raw, "thoughtsTokenCount")
    return TokenUsage(
        input=None if given is None else given + (used or 0),
        cache_read=_count(raw, "cachedContentTokenCount"),
        output=None if spoken is None and thought is None else (spoken or 0) + (thought or 0),
        reasoning=thought,
        raw=raw,
    )


def _count(source: dict[str, Any], name: str) -> int | None:
    value = source.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _log_probs(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    tops = result.get("topCandidates") or []
    for n, chosen in enumerate(result.get("chosenCandidates") or []):
        others = tops[n].get("candidates", []) if n < len(tops) else []
        top = [{"token": other.get("token"), "logprob": other.get("logProbability")} for other in others]
        yield {"token": chosen.get("token"), "logprob": chosen.get("logProbability"), "top": top}
