"""What the chunks of Chat Completions mean, from OpenAI and everyone who speaks like it."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from providers import error_bodies
from providers.dialects import chat_shapes, documents
from providers.dialects.base import Quirks
from providers.dialects.chat_extras import Extras
from providers.dialects.chat_shapes import Choice, Chunk, Delta, fitting
from providers.dialects.chat_usage import usage_of
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE
from providers.dialects.server_times import server_ms
from providers.dialects.text import Joiner, whole
from providers.dialects.tool_calls import ToolCalls
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, LogProbs, Reasoning, Refusal, Served, ServerTimed, Stop, Text, Turn, Usage
from providers.sse import BARE, ServerEvent
from providers.usage import TokenUsage, merged

NATURAL_STOPS = frozenset({"stop", "eos_token", "stop_sequence", "end_turn"})


class ChatDecoder(Decoding):
    """One answer. Only the first choice is the answer, but none may be left open."""

    def __init__(self, model: str, quirks: Quirks) -> None:
        super().__init__()
        self._model = model
        self._named = ""
        self._fingerprint: str | None = None
        self._quirks = quirks
        self._usage = TokenUsage()
        self._reported: dict[str, Any] = {}
        self._stop: str | None = None
        self._stopped_ns = 0
        self._open_choices: set[int] = set()
        self._seen_choice = False
        self._said = False
        self._plain_reasoning = False
        self._calls = ToolCalls()
        self._text, self._reasoning, self._refusal = Joiner(), Joiner(), Joiner()
        self._extras = Extras()

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        try:
            chunk = chat_shapes.decode(event.data)
        except UNREADABLE:
            return super().feed(event, at_ns)
        if event.name == "error" or chunk.is_suspect:
            return super().feed(event, at_ns)
        if (text := self._only_text(chunk)) is not None:
            return (Text(0, at_ns, text),) if text else ()
        return self._collect(self._chunk, chunk, at_ns)

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        self._raise_failure()
        if not self._seen_choice and self.complete:
            raise ProviderError(Failure("protocol", "the server ended the stream without an answer"))
        if self._stop is None or self._open_choices:
            raise ProviderError(Failure("cut_off", "the stream ended before the answer was complete"))
        if not self.complete and not self._usage.raw:  # which has been asked for, or comes without asking
            raise ProviderError(Failure("cut_off", "the stream ended without the usage and the end marker"))
        if not self._said and not self._calls and self._stop in NATURAL_STOPS:
            raise ProviderError(Failure("protocol", "the server finished without saying anything"))
        over_ns = self._stopped_ns if self._done_ns is None else self._done_ns
        rest: list[Event] = []
        self._close(over_ns, rest)
        if (content := self._extras.content(has_calls=bool(self._calls))) is not None:
            rest.append(Turn(0, over_ns, "openai_chat", content))
        return rest, Finished(0, over_ns, self._named or self._model, self._usage, self._stop)

    def _only_text(self, chunk: Chunk) -> str | None:
        """The text of a chunk that holds nothing else, None if it may hold more. Most chunks are such."""
        choices = chunk.choices
        if choices is None or len(choices) != 1 or (chunk.model and chunk.model != self._named):
            return None
        if chunk.system_fingerprint and chunk.system_fingerprint != self._fingerprint:
            return None
        if self._done_ns is not None or self._failure is not None:
            return None
        choice = choices[0]
        if choice.index or choice.finish_reason or choice.logprobs or choice.usage or choice.error:
            return None
        if (
            chunk.usage
            or chunk.x_groq
            or chunk.timings
            or chunk.metrics
            or (delta := choice.delta) is None
            or type(text := delta.content) is not str
        ):
            return None
        if delta.reasoning_content or delta.reasoning or delta.reasoning_details or delta.content_blocks:
            return None
        if delta.thinking_blocks:
            return None
        if delta.refusal or delta.tool_calls or delta.function_call:
            return None
        self._seen_choice = True
        text = self._text.feed(text)
        self._said = self._said or bool(text)
        return text

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        data = event.data.strip()
        if data == b"[DONE]":
            self._done_ns = at_ns
            return
        lines = data.split(b"\n")
        if len(lines) > 1 and event.name != BARE and not documents.parses(data) and all(map(_is_one, lines)):
            for line in lines:  # events that a server has separated by a single LF
                if self._done_ns is None:
                    self._read(ServerEvent(event.name, line), at_ns, out)
            return
        if (said := document_of(event)) is None:
            return
        if is_failing(event, said):
            if isinstance(said, dict) and said.get("choices"):
                with suppress(ProviderError):
                    self._chunk(fitting(said), at_ns, out)
            raise ProviderError(error_bodies.in_stream(said))
        self._chunk(fitting(said), at_ns, out)

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        chunk = fitting(said)
        if not chunk.choices:
            raise ProviderError(error_bodies.in_stream(said, otherwise="the server sent no answer"))
        self._chunk(chunk, at_ns, out)

    def _serving(self, chunk: Chunk, at_ns: int, out: list[Event]) -> None:
        """What serves is said when it becomes known, and when it changes."""
        named = whole(chunk.model) if chunk.model else self._named
        print_ = chunk.system_fingerprint
        mark = whole(print_) if isinstance(print_, str) and print_ else self._fingerprint
        if (named, mark) != (self._named, self._fingerprint):
            self._named, self._fingerprint = named, mark
            out.append(Served(0, at_ns, named or self._model, mark))

    def _chunk(self, chunk: Chunk, at_ns: int, out: list[Event]) -> None:
        self._serving(chunk, at_ns, out)
        for choice in chunk.choices or ():
            self._choice(choice, at_ns, out)
        usage = chunk.usage
        for choice in chunk.choices or ():
            usage = usage or choice.usage
        if chunk.x_groq:
            usage = chunk.x_groq.get("usage") or usage
        if usage and isinstance(usage, dict):
            self._report(usage, at_ns, out)
        if times := server_ms(chunk):
            out.append(ServerTimed(0, at_ns, times))
        if chunk.x_groq and (error := chunk.x_groq.get("error")):
            raise ProviderError(error_bodies.in_stream({"error": error}))
        self._raise_broken()

    def _choice(self, choice: Choice, at_ns: int, out: list[Event]) -> None:
        self._seen_choice = True
        if index := choice.index or 0:
            (self._open_choices.discard if choice.finish_reason else self._open_choices.add)(index)
            return
        if choice.delta is not None:
            self._delta(choice.delta, at_ns, out)
        elif choice.message is not None and not self._said:  # a message after deltas repeats them
            self._delta(choice.message, at_ns, out)
        elif choice.text:
            self._delta(Delta(content=choice.text), at_ns, out)
        if choice.logprobs and (tokens := _log_probs(choice.logprobs)):
            out.append(LogProbs(0, at_ns, tokens))
        if choice.finish_reason:
            self._stop, self._stopped_ns = whole(choice.finish_reason), at_ns
            self._close(at_ns, out)
            out.append(Stop(0, at_ns, self._stop))
        if choice.error:
            raise ProviderError(error_bodies.in_stream({"error": choice.error}))

    def _raise_broken(self) -> None:
        """Raises if the finish reason is an error's name, which comes with an error or alone."""
        reason = self._stop or ""
        if reason == "error" or reason.endswith("_error"):
            raise ProviderError(
                error_bodies.in_stream({"type": reason, "message": f"the provider ended with {reason}"})
            )
        if reason == "insufficient_system_resource":
            raise ProviderError(
                Failure("overloaded", "the provider ran out of resources while answering", None, reason)
            )

    def _delta(self, delta: Delta, at_ns: int, out: list[Event]) -> None:
        content, thought = _content(delta.content)
        self._extras.add(delta)
        thought = thought or delta.reasoning_content or delta.reasoning or ""
        if thought:
            self._plain_reasoning = True
        elif not self._plain_reasoning and (delta.reasoning_details or delta.content_blocks):
            thought = _details(delta)
        if thought and (text := self._reasoning.feed(thought)):
            self._said = True
            out.append(Reasoning(0, at_ns, text))
        if content and (text := self._text.feed(content)):
            self._said = True
            out.append(Text(0, at_ns, text))
        if delta.refusal and (text := self._refusal.feed(delta.refusal)):
            self._said = True
            out.append(Refusal(0, at_ns, text))
        if delta.tool_calls:
            self._calls.add(delta.tool_calls, at_ns, out)
        if delta.function_call:
            self._calls.add({"index": 0, "function": delta.function_call}, at_ns, out)

    def _close(self, at_ns: int, out: list[Event]) -> None:
        """What was held back for its other half, and the calls, which are whole now."""
        if text := self._reasoning.end():
            out.append(Reasoning(0, at_ns, text))
        if text := self._text.end():
            out.append(Text(0, at_ns, text))
        if text := self._refusal.end():
            out.append(Refusal(0, at_ns, text))
        self._calls.close(at_ns, out)

    def _report(self, usage: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        if usage != self._reported:  # some servers repeat it with every chunk
            self._reported = usage
            raw = merged(self._usage.raw, documents.tame(usage))
            self._usage = usage_of(raw, excludes_reasoning=self._quirks.output_excludes_reasoning)
            out.append(Usage(0, at_ns, self._usage))


def _is_one(line: bytes) -> bool:
    """Whether a line is a document by itself, or the end marker."""
    return line.strip() == b"[DONE]" or documents.parses(line)


def _content(content: str | list[Any] | None) -> tuple[str, str]:
    """Answer and thought of a delta's content, which Mistral sends as a list of parts."""
    if content is None or isinstance(content, str):
        return content or "", ""
    text, thought = [], []
    for part in content:
        if not isinstance(part, dict):
            continue
        if part.get("type") == "thinking":
            inner = part.get("thinking")
            thought.append(_content(inner if isinstance(inner, list | str) else None)[0])
        elif isinstance(part.get("text"), str):
            text.append(part["text"])
    return "".join(text), "".join(thought)


def _details(delta: Delta) -> str:
    """Reasoning that comes in structured form only."""
    parts = [part.get("text") or part.get("summary") for part in delta.reasoning_details or () if _is_dict(part)]
    blocks = [block.get("delta") for block in delta.content_blocks or () if _is_dict(block)]
    parts += [block.get("thinking") for block in blocks if _is_dict(block)]
    return "".join(part for part in parts if isinstance(part, str))


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _log_probs(said: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    tokens = said.get("content") or said.get("refusal")
    return tuple(_log_prob(token) for token in tokens if _is_dict(token)) if isinstance(tokens, list) else ()


def _log_prob(token: dict[str, Any]) -> dict[str, Any]:
    tops = token.get("top_logprobs")
    top = [_one_log_prob(other) for other in tops if _is_dict(other)] if isinstance(tops, list) else []
    return {**_one_log_prob(token), "top": top}


def _one_log_prob(token: dict[str, Any]) -> dict[str, Any]:
    return {"token": documents.tame(token.get("token")), "logprob": documents.tame(token.get("logprob"))}
