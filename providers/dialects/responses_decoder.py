"""What a Responses stream says."""

from collections.abc import Sequence
from typing import Any

from providers import error_bodies
from providers.dialects import documents, responses_shapes
from providers.dialects.chat_usage import usage_of
from providers.dialects.decoding import Decoding, document_of, is_failing
from providers.dialects.documents import UNREADABLE
from providers.dialects.responses_calls import CALLS, Calls
from providers.dialects.responses_items import dicts, kind_of, log_probs, object_in, server_ms, texts, turn_of
from providers.dialects.responses_shapes import ARGUMENTS, WORDS, Delta, fitting
from providers.dialects.responses_words import Key, Source, Words
from providers.dialects.text import whole
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, LogProbs, Notice, Served, ServerTimed, Stop, Turn, Usage
from providers.sse import ServerEvent
from providers.usage import TokenUsage, merged

PARTS: dict[str, tuple[Source, str]] = {
    "response.output_text.done": ("text", "text"),
    "response.refusal.done": ("refusal", "refusal"),
    "response.reasoning_summary_text.done": ("summary", "text"),
    "response.reasoning_text.done": ("thought", "text"),
}
"""Ends of parts: whose words they repeat, and in which field."""
WHOLE_ARGUMENTS = {
    "response.function_call_arguments.done": "arguments",
    "response.custom_tool_call_input.done": "input",
}
ENDS = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}
FAILURES = ("failed", "cancelled")


class ResponsesDecoder(Decoding):
    """One answer. After an error only the end is read, which tells the same error again."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self._model = model
        self._named = ""
        self._usage = TokenUsage()
        self._stop: str | None = None
        self._broken: Failure | None = None
        self._words, self._calls = Words(), Calls()
        self._logged: dict[Key, set[int]] = {}
        """Parts of items whose log-probs have been told."""
        self._items: list[tuple[Key, dict[str, Any]]] = []

    @property
    def complete(self) -> bool:
        return super().complete or self._broken is not None

    def feed(self, event: ServerEvent, at_ns: int) -> Sequence[Event]:
        if self._broken is not None or event.name == "error":
            return super().feed(event, at_ns)
        try:
            said = responses_shapes.decode(event.data)
        except UNREADABLE:
            return super().feed(event, at_ns)
        return self._collect(self._delta, said, at_ns) if said.is_plain else super().feed(event, at_ns)

    def end(self, at_ns: int) -> tuple[Sequence[Event], Finished]:
        self._raise_failure()
        if self._broken is not None:
            raise ProviderError(self._broken)
        if self._stop is None:
            raise ProviderError(Failure("cut_off", "the stream ended without response.completed"))
        if not (self._words or self._calls or self._items):
            raise ProviderError(Failure("protocol", "the server finished without saying anything"))
        over_ns = at_ns if self._done_ns is None else self._done_ns
        return (), Finished(0, over_ns, self._named or self._model, self._usage, self._stop)

    def _read(self, event: ServerEvent, at_ns: int, out: list[Event]) -> None:
        said = document_of(event)
        kind = (said.get("type") or event.name) if isinstance(said, dict) else ""
        if kind == "response.failed":
            self._ended(kind, object_in(said, "response") or said, at_ns, out)
        elif self._broken is not None:
            return
        elif is_failing(event, said):
            self._broken = error_bodies.in_stream(said)
        elif isinstance(said, dict) and said.get("object") == "response":  # no event has it: a server did not stream
            self._read_whole(said, at_ns, out)
        elif isinstance(said, dict) and isinstance(kind, str):
            self._meant(kind, said, at_ns, out)

    def _read_whole(self, said: Any, at_ns: int, out: list[Event]) -> None:
        if not isinstance(said, dict) or not isinstance(said.get("output"), list):
            raise ProviderError(error_bodies.in_stream(said, otherwise="the server sent no answer"))
        for index, item in enumerate(dicts(said["output"])):
            self._item(index, item, at_ns, out)
        if (status := said.get("status", "completed")) in ENDS.values():
            self._ended(f"response.{status}", said, at_ns, out)

    def _meant(self, kind: str, said: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        place = fitting(said, kind)
        if kind in WORDS or kind in ARGUMENTS:
            self._delta(place, at_ns, out)
        elif kind in PARTS:
            source, field = PARTS[kind]
            if place.part not in self._logged.get(place.key, ()):
                self._log(place.key, place.part, place.logprobs, at_ns, out)
            self._words.part(source, place.key, place.part, said.get(field), at_ns, out)
        elif kind in WHOLE_ARGUMENTS:
            self._calls.said(place.key, said, said.get(WHOLE_ARGUMENTS[kind]), at_ns, out)
        elif kind == "response.output_item.added":
            if kind_of(item := object_in(said, "item")) in CALLS:
                self._calls.opened(_key(place, item), item, at_ns, out)
        elif kind == "response.output_item.done":
            item = object_in(said, "item")
            self._item(_key(place, item), item, at_ns, out)
        elif kind in ENDS:
            if ms := server_ms(said):
                out.append(ServerTimed(0, at_ns, ms))
            self._ended(kind, object_in(said, "response"), at_ns, out)
        else:
            self._snapshot(object_in(said, "response"), at_ns, out)

    def _delta(self, said: Delta, at_ns: int, out: list[Event]) -> None:
        if not said.delta:
            return
        key = said.key
        if (source := WORDS.get(said.type)) is None:
            self._calls.delta(key, said.delta, at_ns, out)
            return
        self._words.delta(source, key, said.part, said.delta, at_ns, out)
        if said.logprobs:
            self._log(key, said.part, said.logprobs, at_ns, out)

    def _item(self, key: Key, item: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        """The final form of an item: what of it was not streamed is said now."""
        self._items.append((key, item))
        kind = kind_of(item)
        if kind in CALLS:
            self._calls.done(key, item, at_ns, out)
        elif kind == "message":
            content = dicts(item.get("content"))
            if key not in self._logged:
                self._log(key, 0, [one for part in content for one in dicts(part.get("logprobs"))], at_ns, out)
            self._words.item("text", key, texts(content, "output_text", "text"), at_ns, out)
            self._words.item("refusal", key, texts(content, "refusal"), at_ns, out)
        elif kind == "reasoning":
            thought, summary = texts(item.get("content")), texts(item.get("summary"))
            self._words.thoughts(key, thought, summary, at_ns, out)

    def _log(self, key: Key, part: int, said: Any, at_ns: int, out: list[Event]) -> None:
        if tokens := log_probs(said):
            self._logged.setdefault(key, set()).add(part)
            out.append(LogProbs(0, at_ns, tokens))

    def _snapshot(self, response: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        """What each view of the whole response tells: who answers, and what it took."""
        model, usage = response.get("model"), response.get("usage")
        if isinstance(model, str) and model and whole(model) != self._named:
            self._named = whole(model)
            out.append(Served(0, at_ns, self._named))
        if isinstance(usage, dict) and usage:
            self._usage = usage_of(merged(self._usage.raw, documents.tame(usage)))
            out.append(Usage(0, at_ns, self._usage))

    def _ended(self, kind: str, response: dict[str, Any], at_ns: int, out: list[Event]) -> None:
        self._snapshot(response, at_ns, out)
        status = response.get("status")
        self._stop = stop = str(status) if status in ENDS.values() else ENDS[kind]
        if stop in FAILURES:
            out.append(Stop(0, at_ns, stop))
            raise ProviderError(self._broken or _failure(stop, response))
        self._catch_up(dicts(response.get("output")), at_ns, out)
        self._words.close(at_ns, out)
        self._calls.close(at_ns, out, is_cut=stop == "incomplete")
        if (content := turn_of(self._items)) is not None:
            out.append(Turn(0, at_ns, "openai_responses", content))
        reason = object_in(response, "incomplete_details").get("reason")
        if isinstance(reason, str) and reason:
            out.append(Notice(0, at_ns, "other", f"The answer is incomplete; the provider's reason: {whole(reason)}."))
        out.append(Stop(0, at_ns, stop))
        self._done_ns = at_ns

    def _catch_up(self, output: list[dict[str, Any]], at_ns: int, out: list[Event]) -> None:
        """The last view of the output may leave items out or number them anew, so it counts only for what no event
        before has told any of."""
        seen = len(self._items)
        for n, item in [(n, item) for n, item in enumerate(output) if not self._is_told(item)]:
            self._item(f"last {n}", item, at_ns, out)
        if len(output) > seen:
            self._items = [*enumerate(output)]

    def _is_told(self, item: dict[str, Any]) -> bool:
        kind = kind_of(item)
        if kind == "message":
            return self._words.has("text", "refusal")
        if kind == "reasoning":
            return self._words.has("thought", "summary")
        return kind not in CALLS or bool(self._calls)


def _key(place: Delta, item: dict[str, Any]) -> Key:
    """Where no index is given (llama.cpp), deltas name the item by its id, or a call by its own."""
    if place.output_index is not None:
        return place.output_index
    return next((id_ for id_ in (item.get("id"), item.get("call_id")) if isinstance(id_, str) and id_), place.key)


def _failure(status: str, response: dict[str, Any]) -> Failure:
    if status == "cancelled":
        return Failure("cut_off", "the provider cancelled the response")
    error = {"error": response.get("error")}
    return error_bodies.in_stream(error, otherwise="the provider reported without words that the response failed")
