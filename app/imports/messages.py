"""Conversations in the form in which APIs are asked: a list of messages, or a request's body around it."""

from typing import Any

from app.imports.building import Building, and_then
from app.imports.contents import Content, content_of
from app.imports.errors import ForeignError
from app.imports.parsing import of_type, parsed, text
from app.records import CallRecord
from app.redaction import CARRIERS
from app.session.document import Session
from providers.extra_headers import NAME as EXTRA_HEADERS

OWN = frozenset({
    "model", "messages", "input", "contents", "system", "instructions", "systemInstruction", "system_instruction",
    "stream", "stream_options", "store", "include", "title", "prompt", "options", "generationConfig", EXTRA_HEADERS,
})  # fmt: skip
"""What is no parameter: said elsewhere, or always said by ourselves."""
NAMES = {"max_completion_tokens": "max_tokens", "max_output_tokens": "max_tokens", "stop_sequences": "stop"}
OPTIONS = {"num_predict": "max_tokens", "repeat_penalty": "repetition_penalty"}
CONFIG = {
    "topP": "top_p", "topK": "top_k", "maxOutputTokens": "max_tokens", "stopSequences": "stop",
    "presencePenalty": "presence_penalty", "frequencyPenalty": "frequency_penalty",
}  # fmt: skip
ANSWERED = ("assistant", "model")
ASKED = ("user", "human", "tool", "function")
SYSTEM = ("system", "developer")


def from_messages(data: bytes | str) -> Session:
    """Of `{"messages": [...], "model": ...}` or of the bare list. Raises `ForeignError`."""
    return of_tree(parsed(data))


def of_tree(tree: Any) -> Session:
    """What `parsed` gave. Raises `ForeignError`."""
    return of_body({"messages": tree} if isinstance(tree, list) else of_type(tree, dict, "a conversation"))


def of_body(body: dict[str, Any], lane: str = "") -> Session:
    """Of a request's body in the words of OpenAI, Anthropic, Gemini or Ollama. Raises `ForeignError`.

    `lane` is the lane's text where more is known than the body's model.
    """
    said = next((body[name] for name in ("messages", "input", "contents") if name in body), None)
    items = [{"role": "user", "content": said}] if isinstance(said, str) else of_type(said, list, "messages")
    model = text(body.get("model"))
    talk = _Talk(Building(text(body.get("title"))), lane or model, model, params_of(body))
    talk.system = content_of(_system(body)).text
    for item in items:
        talk.add(of_type(item, dict, "a message"))
    return talk.session()


class _Talk:
    """One lane's conversation, message by message."""

    def __init__(self, building: Building, lane: str, model: str, params: dict[str, Any]) -> None:
        self._building, self._model = building, lane or model
        self._lane = building.lane(lane or model, params)
        self._waiting: Content | None = None
        self._last: str | None = None
        self.system = ""

    def add(self, item: dict[str, Any]) -> None:
        role = item.get("role", "user" if item.get("type", "message") == "message" or "parts" in item else "tool")
        content = content_of(item.get("content", item.get("parts", item.get("output"))))
        if role in SYSTEM:
            self.system = "\n\n".join(each for each in (self.system, content.text) if each)
        elif role in ANSWERED:
            self._answer(content, calls_of(item))
        elif role in ASKED:
            self._waiting = content if self._waiting is None else and_then(self._waiting, content)
        else:
            raise ForeignError(f"holds a message of the role {str(role)[:40]!r}, which is none that is known")

    def _answer(self, content: Content, calls: tuple[CallRecord, ...]) -> None:
        draft = self._building.draft(self._waiting or Content(), self.system)
        prompt = self._building.prompt(draft)
        self._waiting = None
        self._last = self._building.answer(
            prompt, self._lane, content.text, model=self._model, after=self._last, calls=calls
        )

    def session(self) -> Session:
        return self._building.session(self._building.draft(self._waiting or Content(), self.system))


def calls_of(item: dict[str, Any]) -> tuple[CallRecord, ...]:
    """The tool calls of an assistant's message in OpenAI's words."""
    calls = item.get("tool_calls")
    said = [each for each in calls if isinstance(each, dict)] if isinstance(calls, list) else []
    return tuple(_call(each, each.get("function")) for each in said)


def _call(call: dict[str, Any], function: Any) -> CallRecord:
    named = function if isinstance(function, dict) else {}
    return CallRecord(text(call.get("id")) or None, text(named.get("name")), text(named.get("arguments")), True)


def params_of(body: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a body sets, under our names; what carries a key by its name is left out."""
    found: dict[str, Any] = {NAMES.get(name, name): value for name, value in body.items() if name not in OWN}
    for holder, names in (("options", OPTIONS), ("generationConfig", CONFIG)):
        inner = body.get(holder)
        if isinstance(inner, dict):
            found |= {names.get(str(name), str(name)): value for name, value in inner.items()}
    return {name: value for name, value in found.items() if value is not None and not CARRIERS.search(name)}


def _system(body: dict[str, Any]) -> Any:
    names = ("system", "instructions", "systemInstruction", "system_instruction")
    said = next((body[name] for name in names if name in body), "")
    return said.get("parts") if isinstance(said, dict) else said
