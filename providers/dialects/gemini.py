"""Google Gemini, `streamGenerateContent` with `alt=sse`."""

from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import quote

from providers import error_bodies
from providers.dialects import gemini_shapes
from providers.dialects.base import Encoded, Quirks
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE, count, encoded, tame, text_of
from providers.dialects.gemini_shapes import Candidate, Response, fitting, objects
from providers.dialects.parameters import Parameters
from providers.dialects.text import Joiner, whole
from providers.errors import Failure, ProviderError
from providers.events import (
    Event,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Served,
    Stop,
    Text,
    ToolCall,
    ToolCallDelta,
    Usage,
)
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

ABSENT = ("min_p", "repetition_penalty", "logit_bias", "parallel_tool_calls")

BUDGETS = {"minimal": 512, "low": 1024, "medium": 8192, "high": 24576}
"""What an effort comes to in tokens of thought for the 2.5 family, which has no levels."""


class Gemini:
    name: Literal["gemini"] = "gemini"

    def encode(self, request: Request, *, model: str, base_url: str, quirks: Quirks) -> Encoded:
        parameters = Parameters(request.params, quirks, dialect="Gemini")
        parameters.drop(*ABSENT)
        config = {theirs: parameters.take(name) for name, theirs in CONFIG.items() if name in parameters.left}
        if (stop := parameters.take("stop")) is not None:
            config["stopSequences"] = [stop] if isinstance(stop, str) else stop
        if thinking := _thinking(parameters, model):
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
        if isinstance(given := extra.pop("generationConfig", {}), dict):
            config |= given
        body |= extra
        if config:
            body["generationConfig"] = config
        return Encoded(_path(model, base_url), encoded(body), {}, parameters.notices)

    def decoder(self, *, model: str, quirks: Quirks) -> "GeminiDecoder":
        return GeminiDecoder(model)

    def auth(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    def failure(self, status: int, headers: dict[str, str], body: bytes) -> Failure:
        return error_bodies.failure(status, headers, body)


def _thinking(parameters: Parameters, model: str) -> dict[str, Any]:
    """A budget or a level: Gemini takes one of them."""
    budget, effort = parameters.take("thinking_budget"), parameters.take("reasoning_effort")
    if budget is not None:
        if effort is not None:
            parameters.note(
                "dropped_param",
                "Gemini takes `thinking_budget` or `reasoning_effort`, not both; `reasoning_effort` was not sent.",
            )
        return {"includeThoughts": True, "thinkingBudget": budget}
    if effort == "none":
        parameters.note("changed_param", "Gemini has no `reasoning_effort` of none; a thinking budget of 0 was sent.")
        return {"thinkingBudget": 0}
    if isinstance(effort, str) and effort in BUDGETS and "gemini-2.5" in model:
        said = f"This model has no `reasoning_effort`; a thinking budget of {BUDGETS[effort]} was sent."
        parameters.note("changed_param", said)
        return {"includeThoughts": True, "thinkingBudget": BUDGETS[effort]}
    return {"includeThoughts": True, "thinkingLevel": effort} if effort is not None else {}


def _path(model: str, base_url: str) -> str:
    base = base_url.partition("?")[0].removesuffix("/")
    version = "" if base.endswith(("/v1beta", "/v1")) else "/v1beta"
    name = model if model.startswith(("models/", "tunedModels/")) else f"models/{model}"
    try:
        return f"{version}/{quote(name, safe='-._~:@/')}:streamGenerateContent?alt=sse"
    except UnicodeEncodeError:
        raise ProviderError(Failure("bad_request", "the model's name holds half a character")) from None


class GeminiDecoder(Decoding):
    """There is no end marker: a finish reason is the proof, and the stream's end follows it."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self._named = ""
        self._usage = TokenUsage()
        self._reported: dict[str, Any] = {}
        self._stop: str | None = None
        self._stopped_ns = 0
        self._calls = 0
        self._text, self._reasoning = Joiner(), Joiner()

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if not event.name:
            try:
                response = gemini_shapes.decode(event.data)
            except UNREADABLE:
                return super().feed(event, at_ns)
            if response.error is None and response.candidates:
                return self._collect(self._response, response, at_ns)
        return super().feed(event, at_ns)

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        self._raise_failure()
        if self._stop is None and self._done_ns is not None:
            raise ProviderError(Failure("protocol", "the server sent no whole answer"))
        if self._stop is None:
            raise ProviderError(Failure("cut_off", "the stream ended without a finish reason"))
        rest: list[Event] = []
        self._let_go(self._stopped_ns, rest)
        return rest, Finished(0, self._stopped_ns, self._named or self._model, self._usage, self._stop)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        said = document_of(event)
        if is_failing(event, said):
            raise ProviderError(error_bodies.in_stream(said))
        if said is not None:
            self._response(fitting(said), at_ns, out)

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        for part in said if isinstance(said, list) else [said]:
            if error_bodies.is_error(part):
                raise ProviderError(error_bodies.in_stream(part))
            self._response(fitting(part), at_ns, out)

    def _response(self, said: Response, at_ns: int, out: list[Event]) -> None:
        if said.modelVersion and said.modelVersion != self._named:
            self._named = whole(said.modelVersion)
            out.append(Served(0, at_ns, self._named))
        for candidate in said.candidates:
            if not candidate.index:
                self._candidate(candidate, at_ns, out)
        if said.usageMetadata and said.usageMetadata != self._reported:
            self._reported = said.usageMetadata
            self._usage = usage_of(tame(said.usageMetadata))  # each is whole; what the last leaves out is not so
            out.append(Usage(0, at_ns, self._usage))
        if said.promptFeedback and not said.candidates and (reason := said.promptFeedback.get("blockReason")):
            words = said.promptFeedback.get("blockReasonMessage") or f"Gemini blocked the prompt ({reason})"
            raise ProviderError(Failure("content_filter", whole(str(words)), None, whole(str(reason))))

    def _candidate(self, candidate: Candidate, at_ns: int, out: list[Event]) -> None:
        for part in candidate.content.parts if candidate.content is not None else ():
            if part.text:
                kind, joiner = (Reasoning, self._reasoning) if part.thought else (Text, self._text)
                if text := joiner.feed(part.text):
                    out.append(kind(0, at_ns, text))
            if part.functionCall is not None and part.functionCall.get("name"):
                self._call(part.functionCall, at_ns, out)
        if candidate.logprobsResult is not None:
            out.append(LogProbs(0, at_ns, tuple(_log_probs(candidate.logprobsResult))))
        if candidate.finishReason:
            self._stop, self._stopped_ns = whole(candidate.finishReason), at_ns
            self._let_go(at_ns, out)
            out.append(Stop(0, at_ns, self._stop))
            if candidate.finishMessage:
                out.append(Notice(0, at_ns, "other", whole(candidate.finishMessage)))

    def _call(self, call: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        """A call comes whole, its arguments as an object."""
        number, self._calls = self._calls, self._calls + 1
        id_ = whole(call["id"]) if isinstance(call.get("id"), str) else None
        name = whole(str(call["name"]))
        arguments = whole(text_of(call["args"])) if call.get("args") is not None else "{}"
        out.append(ToolCallDelta(0, at_ns, number, id_, name, arguments))
        out.append(ToolCall(0, at_ns, number, id_, name, arguments))

    def _let_go(self, at_ns: int, out: list[Event]) -> None:
        if text := self._reasoning.end():
            out.append(Reasoning(0, at_ns, text))
        if text := self._text.end():
            out.append(Text(0, at_ns, text))


def usage_of(raw: dict[str, Any]) -> TokenUsage:
    """Gemini counts thoughts apart from the candidates, and the cache inside the prompt."""
    given, used = count(raw, "promptTokenCount"), count(raw, "toolUsePromptTokenCount")
    spoken, thought = count(raw, "candidatesTokenCount"), count(raw, "thoughtsTokenCount")
    return TokenUsage(
        input=None if given is None else given + (used or 0),
        cache_read=count(raw, "cachedContentTokenCount"),
        output=None if spoken is None and thought is None else (spoken or 0) + (thought or 0),
        reasoning=thought,
        input_audio=_audio(raw.get("promptTokensDetails")),
        output_audio=_audio(raw.get("candidatesTokensDetails")),
        raw=raw,
    )


def _audio(details: Any) -> int | None:
    """Tokens of sound among the counts by kind."""
    return next((count(each, "tokenCount") for each in objects(details) if each.get("modality") == "AUDIO"), None)


def _log_probs(result: dict[str, Any]) -> list[dict[str, Any]]:
    tops = [objects(top.get("candidates")) for top in objects(result.get("topCandidates"))]
    chosen = objects(result.get("chosenCandidates"))
    return [
        {**_log_prob(one), "top": [_log_prob(other) for other in (tops[n] if n < len(tops) else ())]}
        for n, one in enumerate(chosen)
    ]


def _log_prob(one: dict[str, Any]) -> dict[str, Any]:
    return {"token": tame(one.get("token")), "logprob": tame(one.get("logProbability"))}
