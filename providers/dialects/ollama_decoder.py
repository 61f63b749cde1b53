"""What Ollama's lines mean: those of `/api/chat`, and those of `/api/generate`, which say `response` for text."""

from collections.abc import Sequence
from typing import Any

from providers import error_bodies
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import count, tame, text_of
from providers.dialects.text import Joiner, whole
from providers.errors import Failure, ProviderError
from providers.events import (
    Event,
    Finished,
    LogProbs,
    Reasoning,
    Served,
    ServerTimed,
    Stop,
    Text,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.sse import ServerEvent
from providers.usage import TokenUsage

DURATIONS = ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration")
COUNTS = ("prompt_eval_count", "eval_count")
NS_PER_MS = 1e6


class OllamaDecoder(Decoding):
    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self._named = ""
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._begun = False
        self._said = False
        self._thoughts: list[str] = []
        self._calls: list[dict[str, Any]] = []
        """Each as it came, which is how it goes back."""
        self._text, self._reasoning = Joiner(), Joiner()

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        self._raise_failure()
        if self._done_ns is None or not self._begun:
            raise ProviderError(Failure("cut_off", "the stream ended without its last line"))
        if not self._said and self._stop in ("stop", None):
            raise ProviderError(Failure("protocol", "the server finished without saying anything"))
        rest: list[Event] = []
        if self._calls and self._thoughts:
            content = {"thinking": "".join(self._thoughts), "tool_calls": self._calls}
            rest.append(Turn(0, self._done_ns, "ollama", content))
        return rest, Finished(0, self._done_ns, self._named or self._model, self._usage, self._stop)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        said = document_of(event)
        if is_failing(event, said):
            raise ProviderError(error_bodies.in_stream(said))
        if isinstance(said, dict):
            self._line(said, at_ns, out)

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        if not isinstance(said, dict) or not ("message" in said or "response" in said):
            raise ProviderError(error_bodies.in_stream(said, otherwise="the server sent no answer"))
        self._line(said, at_ns, out)

    def _line(self, said: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        model = said.get("model")
        if isinstance(model, str) and model and model != self._named:
            self._named = whole(model)
            out.append(Served(0, at_ns, self._named))
        message = said.get("message")
        self._message(message if isinstance(message, dict) else said, at_ns, out)
        if isinstance(tokens := said.get("logprobs"), list) and tokens:
            out.append(LogProbs(0, at_ns, tuple(_log_prob(one) for one in tokens if isinstance(one, dict))))
        if said.get("done") is True:
            self._last(said, at_ns, out)

    def _message(self, message: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        self._begun = True
        if text := self._reasoning.feed(_raw(message, "thinking")):
            self._said = True
            self._thoughts.append(text)
            out.append(Reasoning(0, at_ns, text))
        if text := self._text.feed(_raw(message, "content", "response")):
            self._said = True
            out.append(Text(0, at_ns, text))
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                self._call(call, at_ns, out)

    def _call(self, call: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        """A call comes whole, its arguments as an object."""
        function = call["function"]
        name, given = _text(function, "name"), function.get("arguments")
        id_ = _text(call, "id") or None
        arguments = "{}" if given is None else whole(text_of(given))
        number, self._said = len(self._calls), True
        self._calls.append(tame(call))
        out.append(ToolCallDelta(0, at_ns, number, id_, name, arguments))
        out.append(ToolCall(0, at_ns, number, id_, name, arguments))

    def _last(self, said: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        for kind, joiner in ((Reasoning, self._reasoning), (Text, self._text)):
            if text := joiner.end():
                out.append(kind(0, at_ns, text))
        raw = {name: tame(said[name]) for name in (*COUNTS, *DURATIONS) if name in said}
        if any(count(raw, name) is not None for name in COUNTS):
            self._usage = TokenUsage(input=count(raw, COUNTS[0]), output=count(raw, COUNTS[1]), raw=raw)
            out.append(Usage(0, at_ns, self._usage))
        timings = {name: ns / NS_PER_MS for name in DURATIONS if (ns := count(raw, name)) is not None}
        if timings:
            out.append(ServerTimed(0, at_ns, timings))
        if reason := _text(said, "done_reason"):
            self._stop = reason
            out.append(Stop(0, at_ns, reason))
        self._done_ns = at_ns


def _raw(source: dict[str, Any], *names: str) -> str:
    """The first of the fields `names` that is a text with something in it; it may hold half a character."""
    return next((value for name in names if isinstance(value := source.get(name), str) and value), "")


def _text(source: dict[str, Any], name: str) -> str:
    return whole(_raw(source, name))


def _log_prob(one: dict[str, Any]) -> dict[str, Any]:
    top = one.get("top_logprobs")
    tops = [each for each in top if isinstance(each, dict)] if isinstance(top, list) else []
    return {**_pair(one), "top": [_pair(each) for each in tops]}


def _pair(one: dict[str, Any]) -> dict[str, Any]:
    return {"token": tame(one.get("token")), "logprob": tame(one.get("logprob"))}
