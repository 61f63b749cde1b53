"""The same question, answered from what was answered before; and one that means the same."""

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest
from msgspec.structs import replace

from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Notice, Reasoning, Spent, Started, Text, ToolCall
from providers.model import Model
from providers.practice.embedding import vector
from providers.routes.cached import Cached, Entry
from providers.routes.similarity import Near, Similarity, Vector
from providers.scripted import Scripted, Wait
from providers.types import Echo, Message, Request
from providers.usage import TokenUsage
from tests.providers.routes.transcript import RATE, answers, model
from tests.providers.virtual_loop import VirtualLoop

USED = TokenUsage(input=12, output=34, raw={"a": 1})
FINISHED = Finished(0, 0, "m", USED, "stop")


class Memory:
    """A cache in memory, both exact and similar."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[str, Entry, Sequence[float]]] = {}
        self.never: set[tuple[str, str]] = set()
        self.noted: list[tuple[str, str, str, bool]] = []

    async def exact(self, key: str) -> Entry | None:
        return self.entries[key][1] if key in self.entries else None

    async def keep(self, key: str, rest: str, entry: Entry, vector: Sequence[float]) -> None:
        self.entries[key] = (rest, entry, vector)

    async def near(self, rest: str, vector: Sequence[float]) -> Sequence[Near]:
        near = [
            Near(entry, sum(map(float.__mul__, vector, other)))
            for of, entry, other in self.entries.values()
            if of == rest
        ]
        return sorted(near, key=lambda each: -each.cosine)

    async def forbidden(self, one: str, other: str) -> bool:
        return (one, other) in self.never

    async def looked(self, one: str, other: str, cosine: float, why: str, *, is_hit: bool) -> None:
        self.noted.append((one, other, why, is_hit))


class Letters:
    name = "letters"

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        yield Started(0, 0, role="embedding", vendor="v", endpoint="e", model="letters")
        if "fail" in text:
            raise ProviderError(Failure("rate", "slow down"))
        yield Spent(0, 0, "embedding", TokenUsage(input=1, output=0))
        yield Vector(tuple(vector(text)))


def heard(of: Model, request: Request) -> list[Event]:
    async def read() -> list[Event]:
        async with aclosing(of.stream(request)) as events:
            return [event async for event in events]

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(read())


def said(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


def notices(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def asking(text: str, **params: object) -> Request:
    return Request.of(text, **params)


def counted(
    text: str = "Bern.", *, store: Memory | None = None, **settings: object
) -> tuple[Cached, list[Request], Memory]:
    """A cache before a model that notes what it is asked."""
    asked: list[Request] = []
    store = store or Memory()

    class Noting:
        name = "m"

        async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
            asked.append(request)
            script = (Wait(0.5), Reasoning(0, 0, "Hm."), Wait(1.0), Text(0, 0, text), ToolCall(0, 0, 0, "c", "f", "{}"))
            async with aclosing(Scripted("m", (*script, FINISHED)).stream(request)) as events:
                async for event in events:
                    yield event

    return Cached(Noting(), store, "m", **settings), asked, store  # type: ignore[arg-type]


def test_a_second_time_nobody_is_asked() -> None:
    cache, asked, _ = counted()
    first, second = heard(cache, asking("Capital?")), heard(cache, asking("Capital?"))
    assert len(asked) == 1
    assert said(first) == said(second) == "Bern."
    assert notices(first) == ["Cache miss: nothing like it"]
    assert notices(second) == ["Cache hit: the same question"]
    started, finished = second[0], second[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert (started.role, started.vendor, finished.cached, finished.model) == ("cache", "cache", True, "m")
    assert finished.usage == TokenUsage(input=0, output=0)
    assert [event.name for event in second if isinstance(event, ToolCall)] == ["f"]
    assert [event.text for event in second if isinstance(event, Reasoning)] == ["Hm."]


def test_a_hit_says_what_it_saved_and_whose_it_was() -> None:
    cache, _, _ = counted()
    heard(cache, asking("Capital?"))
    (hit,) = [event for event in heard(cache, asking("Capital?")) if isinstance(event, Notice)]
    assert hit.decision is not None
    assert hit.decision.saved is not None
    assert hit.decision.saved.usage == replace(USED, raw={})
    assert (hit.decision.saved.vendor, hit.decision.saved.model) == ("scripted", "m")


@pytest.mark.parametrize(
    "other",
    [
        asking("Capitals?"),
        asking("Capital?", seed=1),
        Request.of("Capital?", system="Be brief."),
        Request((Message("user", "Hello"), Message("assistant", "Hi"), Message("user", "Capital?"))),
    ],
)
def test_anything_else_is_another_question(other: Request) -> None:
    cache, asked, _ = counted()
    heard(cache, asking("Capital?"))
    heard(cache, other)
    assert len(asked) == 2


def test_a_providers_own_form_and_labels_make_no_other_question() -> None:
    cache, asked, _ = counted()
    turn = Message("assistant", "Hi")
    heard(cache, Request((turn, Message("user", "Q"))))
    echoed = replace(turn, echo=Echo("openai_chat", "e", {"x": 1}))
    heard(cache, Request((echoed, Message("user", "Q")), labels={"plan": "pro"}))
    assert len(asked) == 1


def test_labels_by_which_it_is_chosen_below_make_another_question() -> None:
    plain, asked, _ = counted()
    cache = dataclasses.replace(plain, labels=frozenset({"plan"}))
    for labels in ({"plan": "pro"}, {"plan": "free"}, {"plan": "pro", "trace": "7"}):
        heard(cache, Request((Message("user", "Q"),), labels=labels))
    assert len(asked) == 2


def test_another_model_has_answers_of_its_own() -> None:
    cache, asked, store = counted()
    heard(cache, asking("Q"))
    heard(Cached(cache.model, store, "other"), asking("Q"))
    assert len(asked) == 2


def test_what_is_random_is_asked_anew_unless_it_was_wished() -> None:
    cache, asked, _ = counted()
    for _ in range(2):
        assert notices(heard(cache, asking("Q", temperature=0.7))) == ["Cache skipped: the temperature is above 0"]
    assert len(asked) == 2
    wished, again, _ = counted(when_random=True)
    for _ in range(2):
        heard(wished, asking("Q", temperature=0.7))
    assert len(again) == 1


@pytest.mark.parametrize("stop", ["length", "max_tokens", "content_filter", "SAFETY"])
def test_what_was_cut_is_not_kept(stop: str) -> None:
    store = Memory()
    cut = Scripted("m", (Text(0, 0, "Be"), replace(FINISHED, stop=stop)))
    heard(Cached(cut, store, "m"), asking("Q"))
    assert store.entries == {}


def test_a_failure_is_not_kept() -> None:
    store = Memory()
    with pytest.raises(ProviderError):
        heard(Cached(model("m", (Text(0, 0, "Be"), RATE)), store, "m"), asking("Q"))
    assert store.entries == {}


def test_a_replay_keeps_the_pace_where_that_is_wished() -> None:
    async def took(cache: Cached) -> float:
        loop = asyncio.get_running_loop()
        async with aclosing(cache.stream(asking("Q"))) as events:
            began = loop.time()
            async for _ in events:
                pass
        return loop.time() - began

    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    cache, _, store = counted()
    heard(cache, asking("Q"))
    (key,) = store.entries
    rest, entry, values = store.entries[key]
    pieces = tuple((at, kind, text) for at, (_, kind, text) in zip((0.5, 1.5), entry.pieces, strict=True))
    store.entries[key] = (rest, replace(entry, pieces=pieces), values)
    heard(Cached(cache.model, store, "m", pace="recorded", sleep=sleep), asking("Q"))
    assert waited == [0.5, 1.0]
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(took(cache)) == 0


def similar(store: Memory, threshold: float = 0.6, **settings: object) -> tuple[Cached, list[Request], Memory]:
    made = Similarity(Letters(), store, threshold, **settings)  # type: ignore[arg-type]
    return counted(store=store, similar=made)


ASKED = "How do I reverse a list in Python?"
ALIKE = "Please tell me how to reverse a list in Python"


def test_a_question_that_means_the_same_is_answered_too() -> None:
    cache, asked, store = similar(Memory())
    heard(cache, asking(ASKED))
    events = heard(cache, asking(ALIKE))
    assert len(asked) == 1
    assert said(events) == "Bern."
    assert [event.role for event in events if isinstance(event, Started)] == ["embedding", "cache"]
    assert "Cache hit: a question like it" in notices(events)[-1]
    assert store.noted == [(ALIKE, ASKED, "", True)]


def test_the_guard_keeps_apart_what_only_looks_alike() -> None:
    cache, asked, store = similar(Memory())
    heard(cache, asking("How far are 5 miles in metres?"))
    events = heard(cache, asking("How far are 50 miles in metres?"))
    assert len(asked) == 2
    assert notices(events)[0].startswith("Cache miss: nearest 0.")
    assert notices(events)[0].endswith("guard: numbers differ")
    assert not store.noted[-1][3]


def test_only_under_an_equal_rest() -> None:
    cache, asked, _ = similar(Memory())
    heard(cache, Request.of(ASKED, system="Be brief."))
    heard(cache, asking(ALIKE))
    assert len(asked) == 2


def test_two_that_are_never_to_match_never_do() -> None:
    store = Memory()
    store.never.add((ALIKE, ASKED))
    cache, asked, _ = similar(store)
    heard(cache, asking(ASKED))
    assert "never match" in notices(heard(cache, asking(ALIKE)))[0]
    assert len(asked) == 2


def test_what_is_below_the_threshold_is_noted_and_missed() -> None:
    cache, asked, store = similar(Memory(), threshold=0.99)
    heard(cache, asking(ASKED))
    heard(cache, asking("How do I reverse a list in Python, please?"))
    assert len(asked) == 2
    assert "below 0.99" in store.noted[-1][2]


def test_a_cheap_model_has_the_last_word() -> None:
    for word, times in (("Yes.", 1), ("No", 2), ("Perhaps", 2)):
        cache, asked, _ = similar(Memory(), ask=answers("asked", word, output=1))
        heard(cache, asking(ASKED))
        events = heard(cache, asking(ALIKE))
        assert len(asked) == times
        assert [event.role for event in events if isinstance(event, Spent)] == ["embedding", "judge"]


def test_an_embedding_that_fails_is_a_miss() -> None:
    cache, asked, _ = similar(Memory())
    events = heard(cache, asking("fail"))
    assert said(events) == "Bern."
    assert notices(events) == ["Cache miss: the question was not embedded: slow down"]
    assert len(asked) == 1
