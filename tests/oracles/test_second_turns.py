"""What goes back of a first answer: signatures, encrypted reasoning, calls. The SDKs send back their own reading of it,
we send what `Turn` said, and both are the same."""

import json
from itertools import groupby
from typing import Any

import pytest

pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

from providers.types import Call, Echo, Message, Request
from tests.oracles import second_turns
from tests.oracles.asking import ours
from tests.oracles.recording import Server
from tests.oracles.second_turns import MORE, GoOn
from tests.providers.dialects.test_cassettes import NAMES, body_of, read
from tests.providers.folding import Fold

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings", "ignore:The model:DeprecationWarning")

DIFFERENT = {
    "messages-redacted": "text of white space alone, which the API refuses when it goes back",
    "messages-restarted": "a message that starts anew keeps what had been dropped",
    "messages-twice": "a message that starts anew keeps what had been dropped",
    "responses-id-rotation": "items have a new name in each event: ours are those that were said when each was done",
    "responses-openrouter": "items have a new name in each event: ours are those that were said when each was done",
    "responses-renumbered": "an item that the last view leaves out is lost",
    "responses-tool-only-item": "items that the last view leaves out are lost",
    "responses-not-streamed": "a whole document in place of a stream is not read",
}
"""In what the SDK's reading departs from ours."""
SDK_FAILS = {"responses-built-in-tools", "responses-half-characters", "responses-no-index"}
"""It cannot read the first answer, as `test_answers` has it."""


def again(server: Server, row: str, answer: Fold, below: str = "") -> Any:
    """The body of our second request."""
    assert answer.turn is not None
    calls = tuple(Call(call.id, call.name, call.arguments) for _, call in sorted(answer.calls.items()))
    echo = Echo(answer.turn.dialect, f"{server.root}/any{below}", answer.turn.content)
    turns = (Message("user", "Hi"), Message("assistant", answer.text, calls=calls, echo=echo), Message("user", MORE))
    return json.loads(ours(server, row, Request(turns), model="m", below=below).body)


def theirs(server: Server, go_on: GoOn, name: str) -> Any:
    """The body of an SDK's second request."""
    server.asked.clear()
    try:
        for _ in go_on(server.root, name):
            pass
    except Exception:
        if len(server.asked) < 2:
            raise  # else it is the second answer, which is no matter here
    return json.loads(server.asked[-1].body)


def names(dialect: str) -> list[str]:
    return [name for name in NAMES if name.startswith(dialect) and name not in SDK_FAILS and _has_turn(name)]


def _has_turn(name: str) -> bool:
    answer = read(name, body_of(name))
    return answer.turn is not None and answer.failure is None


@pytest.mark.parametrize("name", names("messages-"))
def test_anthropic(name: str, refusing: Server) -> None:
    said = again(refusing, "anthropic", read(name, body_of(name)))["messages"]
    meant = theirs(refusing, second_turns.messages, name)["messages"]

    assert (said != meant) == (name in DIFFERENT), (said, meant)


@pytest.mark.parametrize("name", names("responses-"))
def test_openai_responses(name: str, refusing: Server) -> None:
    said = again(refusing, "openai-responses", read(name, body_of(name)), "/v1")["input"]
    meant = theirs(refusing, second_turns.responses, name)["input"]

    assert (said != meant) == (name in DIFFERENT), (said, meant)


def test_gemini(refusing: Server) -> None:
    """The SDK wants signatures that are base64, and gives back one content for each chunk, with its pieces of text."""
    body = body_of("gemini-tool").replace(b"Es==", b"Eg==").replace(b"Zz==", b"Zg==")
    refusing.bodies["signed"] = "text/event-stream", body
    said = again(refusing, "google", read("gemini-tool", body))["contents"]
    meant = theirs(refusing, second_turns.gemini, "signed")["contents"]

    assert [content["role"] for content in said] == ["user", "model", "user"]
    assert _joined(said) == _joined(meant)
    assert b"Eg==" in json.dumps(said).encode()


def _joined(contents: list[dict[str, Any]]) -> list[Any]:
    """Role and part of each, text that goes on put together."""
    parts = [(content["role"], part) for content in contents for part in content["parts"]]
    runs = groupby(parts, key=lambda one: (one[0], one[1].keys() == {"text"} or one[1]))
    return [
        (role, {"text": "".join(part["text"] for _, part in run)} if is_text is True else [part for _, part in run])
        for (role, is_text), run in ((key, list(run)) for key, run in runs)
    ]


def test_ollama(refusing: Server) -> None:
    name = "ollama-thinking-tool"
    said = again(refusing, "ollama", read(name, body_of(name)))["messages"]
    meant = theirs(refusing, second_turns.ollama_chat, name)["messages"]

    for call in said[1]["tool_calls"]:
        assert call.pop("id") == "call_g1", "the SDK drops it: it knows no field of that name"
        assert call["function"].pop("index") == 0
    assert said == meant
