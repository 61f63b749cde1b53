"""Documents of the usual shape are read into types, all others with patience: both ways must say the same."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from providers.dialects import DIALECTS, anthropic_decoder, chat_shapes, gemini_shapes, responses_shapes
from providers.dialects.base import DialectName, Quirks
from providers.errors import Failure, ProviderError
from providers.events import Event
from providers.sse import ServerEvent
from tests.providers.dialects.test_cassettes import DIALECT_OF, EVENTS, body_of, events_of

OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2.5, "", "x", "stop", "error", [], {}, [1], ["x"], {"a": 1}, {"text": "t"},
    [{"text": "q"}], "\ud83d", 2**70,
)  # fmt: skip


def _refuse(_: bytes) -> Any:
    raise msgspec.DecodeError


@contextmanager
def patience() -> Iterator[None]:
    """No document fits the types."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chat_shapes, "decode", _refuse)
        patch.setattr(gemini_shapes, "decode", _refuse)
        patch.setattr(responses_shapes, "decode", _refuse)
        patch.setattr(anthropic_decoder, "_decode", _refuse)
        yield


def said(dialect: DialectName, events: list[ServerEvent]) -> list[Event | Failure]:
    decoder = DIALECTS[dialect].decoder(model="m", quirks=Quirks())
    out: list[Event | Failure] = []
    try:
        for at_ns, event in enumerate(events):
            out += decoder.feed(event, at_ns)
        rest, finished = decoder.end(len(events))
        out += [*rest, finished]
    except ProviderError as error:
        out.append(error.failure)
    return out


def check(dialect: DialectName, events: list[ServerEvent]) -> None:
    fast = said(dialect, events)
    with patience():
        assert said(dialect, events) == fast


@pytest.mark.parametrize("name", EVENTS)
def test_of_cassettes(name: str) -> None:
    check(DIALECT_OF[name.partition("-")[0]], events_of(body_of(name)))


@pytest.mark.parametrize("family", ["chat", "responses", "messages", "gemini"])
def test_of_documents_with_a_place_that_holds_something_else(family: str) -> None:
    dice = random.Random(family)
    usual = list(_documents(family))
    for _ in range(1500):
        events = [_altered(dice.choice(usual), dice) for _ in range(dice.randint(1, 3))]
        check(DIALECT_OF[family], events)


def _documents(family: str) -> Iterator[bytes]:
    for name in EVENTS:
        if name.startswith(f"{family}-"):
            yield from (event.data for event in events_of(body_of(name)) if event.data.startswith(b"{"))


def _altered(document: bytes, dice: random.Random) -> ServerEvent:
    try:
        whole = json.loads(document)
    except ValueError:
        return ServerEvent("", document)
    node = whole
    while True:
        key = dice.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if not (isinstance(node[key], dict | list) and node[key] and dice.random() < 0.8):
            break
        node = node[key]
    if dice.random() < 0.15:
        del node[key]
    else:
        node[key] = dice.choice(OTHERS)
    return ServerEvent("", json.dumps(whole).encode())
