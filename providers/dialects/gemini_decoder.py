"""Reads what Gemini answers."""

from collections.abc import Sequence
from typing import Any

from providers import error_bodies
from providers.dialects import gemini_shapes
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE, tame
from providers.dialects.gemini_calls import Calls
from providers.dialects.gemini_parts import Parts
from providers.dialects.gemini_shapes import Candidate, Response, fitting, objects
from providers.dialects.gemini_usage import usage_of
from providers.dialects.text import Joiner, whole
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, LogProbs, Notice, Reasoning, Served, Stop, Text, Turn, Usage
from providers.sse import ServerEvent
from providers.usage import TokenUsage


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
        self._parts = Parts()
        self._calls = Calls(self._parts)
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
        if (parts := self._parts.content()) is not None:
            rest.append(Turn(0, self._stopped_ns, "gemini", parts))
        return rest, Finished(0, self._stopped_ns, self._named or self._model, self._usage, self._stop)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        said = document_of(event)
        if is_failing(event, said):
            raise ProviderError(error_bodies.in_stream(said))
        if said is not None:
            self._read_whole(said, at_ns, out)

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
            self._part(part, at_ns, out)
        if candidate.logprobsResult is not None:
            out.append(LogProbs(0, at_ns, tuple(_log_probs(candidate.logprobsResult))))
        if candidate.finishReason:
            self._stop, self._stopped_ns = whole(candidate.finishReason), at_ns
            self._let_go(at_ns, out)
            out.append(Stop(0, at_ns, self._stop))
            if candidate.finishMessage:
                out.append(Notice(0, at_ns, "other", whole(candidate.finishMessage)))

    def _part(self, part: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        text, thought = part.get("text"), part.get("thought") is True
        if isinstance(text, str):
            kind, joiner = (Reasoning, self._reasoning) if thought else (Text, self._text)
            if text and (said := joiner.feed(text)):
                out.append(kind(0, at_ns, said))
            if len(part) == 1 or (len(part) == 2 and "thought" in part):
                self._parts.say(text, thought)
                return
        if isinstance(call := part.get("functionCall"), dict):
            self._calls.add(part, call, at_ns, out)
        elif part:
            self._parts.add(part)

    def _let_go(self, at_ns: int, out: list[Event]) -> None:
        self._calls.close(at_ns, out)
        if text := self._reasoning.end():
            out.append(Reasoning(0, at_ns, text))
        if text := self._text.end():
            out.append(Text(0, at_ns, text))


def _log_probs(result: dict[str, Any]) -> list[dict[str, Any]]:
    tops = [objects(top.get("candidates")) for top in objects(result.get("topCandidates"))]
    chosen = objects(result.get("chosenCandidates"))
    return [
        {**_log_prob(one), "top": [_log_prob(other) for other in (tops[n] if n < len(tops) else ())]}
        for n, one in enumerate(chosen)
    ]


def _log_prob(one: dict[str, Any]) -> dict[str, Any]:
    return {"token": tame(one.get("token")), "logprob": tame(one.get("logProbability"))}
