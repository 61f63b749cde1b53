"""What a cache would have done with questions that were asked: vectors that a test chooses, and real embeddings."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.cache.compare import AROUND, THRESHOLDS, around_each, likenesses, savings
from app.cache.compared import Asked, Saving
from app.cache.comparing import Comparing
from app.cache.desk import CacheDesk
from app.cache.shelf import CacheThread
from app.cache.store import CacheFile
from app.cache.wishes import CacheTold, CompareQuestions, QuestionsCompared, StopComparing
from app.compose import Workshop
from app.keys import Keys
from app.pricing import Prices
from app.quote import Call, Quote
from app.tasks import Tasks
from providers.errors import Failure, ProviderError
from providers.events import Event, Spent, Started
from providers.routes.similarity import Embedder, Vector
from providers.usage import TokenUsage

NEVER: frozenset[tuple[str, str]] = frozenset()


def asked(question: str, answer: str = "Yes it is", rest: int = 0, *, is_kept: bool = True) -> Asked:
    return Asked(question, rest, answer, Decimal("0.010"), 100.0, is_kept)


SORT = ("How do I sort a list?", "How can I sort a list?", "Please tell me how I sort a list")
SAME = tuple(asked(each) for each in SORT)
NEAR = ((1.0, 0.0), (0.96, 0.28), (0.936, 0.352))
"""0.96 and 0.936 from the first; the last two are nearer to each other."""


def at(found: tuple[Saving, ...], threshold: float) -> Saving:
    return next(each for each in found if each.threshold == threshold)


def test_what_was_a_hit_is_not_held_a_second_time() -> None:
    near = likenesses(SAME, NEAR, NEVER)
    found = savings(SAME, near, Decimal(0), 0.0)
    assert [each.threshold for each in found] == list(THRESHOLDS)
    assert at(found, 0.95).hits == 1, "the third is near to the second alone, which was a hit itself"
    assert at(found, 0.93).hits == 2
    assert at(found, 0.97).hits == 1, "where the second is held, the third is near to it"
    assert at(found, 1.0) == Saving(1.0, 0, 0, 0.0, 0.0, None)


def test_money_and_time_are_what_the_runs_took_less_what_embedding_takes() -> None:
    found = at(savings(SAME, likenesses(SAME, NEAR, NEVER), Decimal("0.001"), 5.0), 0.93)
    assert found.saved == pytest.approx((0.020 - 0.003) / 0.030)
    assert found.faster == pytest.approx((200 - 15) / 300)
    none = at(savings(SAME, likenesses(SAME, NEAR, NEVER), Decimal("0.001"), 5.0), 1.0)
    assert none.saved == pytest.approx(-0.1), "who never hits pays for embeddings"
    unknown = tuple(Asked(each, 0, "", None, None) for each in SORT)
    blank = at(savings(unknown, likenesses(unknown, NEAR, NEVER), None, 5.0), 0.93)
    assert (blank.hits, blank.saved, blank.faster) == (2, None, None)


def test_the_guard_and_the_user_have_the_last_word() -> None:
    miles = (asked("5 miles in km"), asked("50 miles in km"))
    found = at(savings(miles, likenesses(miles, NEAR[:2], NEVER), None, 0.0), 0.9)
    assert (found.hits, found.guarded) == (0, 1)
    never = frozenset({tuple(sorted(SORT[:2]))})
    near = likenesses(SAME[:2], NEAR[:2], never)  # type: ignore[arg-type]
    assert near[1][0].is_forbidden
    forbidden = at(savings(SAME[:2], near, None, 0.0), 0.9)
    assert (forbidden.hits, forbidden.guarded) == (0, 0)


def test_how_much_answers_of_hits_are_alike() -> None:
    other = (asked(SORT[0], "the capital is Lima"), asked(SORT[1], "the capital is Quito"))
    found = at(savings(other, likenesses(other, NEAR[:2], NEVER), None, 0.0), 0.9)
    assert found.agree == pytest.approx(3 / 5)


def test_only_what_a_cache_would_hold_under_the_same_rest_answers() -> None:
    for first in (asked(SORT[0], rest=1), asked(SORT[0], is_kept=False)):
        both = (first, SAME[1])
        assert likenesses(both, NEAR[:2], NEVER) == [[], []]
    assert likenesses(SAME[:2], ((1.0, 0.0), (1.0,)), NEVER) == [[], []], "vectors of other lengths are beside nothing"
    assert likenesses((), (), NEVER) == []
    assert savings(SAME[:1], [[]], None, 0.0)[0].hits == 0


def test_no_more_pairs_are_told_than_can_be_shown() -> None:
    many = tuple(asked(f"Question {n}") for n in range(60))
    found = around_each(likenesses(many, [(1.0, 0.0)] * 60, NEVER))
    assert len(found) <= 2 * AROUND
    assert around_each([]) == ()


# By the desk


class Desk:
    """What a window would do and hear."""

    def __init__(self, folder: Path) -> None:
        self.told: list[CacheTold] = []
        self.troubles: list[BaseException] = []
        self.workshop = Workshop(keys=Keys({}))
        self.cache = CacheThread(folder)
        self.tasks = Tasks(self.troubles.append)
        self.quiet = asyncio.Event()
        self.quiet.set()

    def desk(self, embedder: Embedder | None = None) -> CacheDesk:
        async def same(_lane: str) -> Embedder:
            assert embedder is not None
            return embedder

        who = self.workshop.embedder if embedder is None else same
        return CacheDesk(self.cache, self.tasks, self.told.append, Comparing(who, self.quiet, Prices().quote))

    async def heard(self) -> QuestionsCompared:
        while not self.told or not self._is_last(self.told[-1]):
            await asyncio.sleep(0.01)
        last = self.told[-1]
        assert isinstance(last, QuestionsCompared)
        return last

    def _is_last(self, told: CacheTold) -> bool:
        return isinstance(told, QuestionsCompared) and (told.found is not None or bool(told.trouble))

    async def aclose(self) -> None:
        await self.tasks.end()
        await self.workshop.aclose()
        await self.cache.aclose()
        assert not self.troubles


class Slow:
    name = "slow/embed"

    async def embed(self, _text: str) -> AsyncGenerator[Event | Vector, None]:
        yield Started(0, 0, role="embedding", vendor="slow", endpoint="", model="embed")
        await asyncio.sleep(3600)


class Breaks:
    """After the first, as a server does that runs out of what it has."""

    name = "breaks/embed"

    def __init__(self) -> None:
        self.asked = 0

    async def embed(self, _text: str) -> AsyncGenerator[Event | Vector, None]:
        self.asked += 1
        yield Started(0, 0, role="embedding", vendor="breaks", endpoint="", model="embed")
        if self.asked > 1:
            raise ProviderError(Failure("rate", "Too many requests."))
        yield Spent(0, 0, "embedding", TokenUsage(input=3, output=0, cost_usd="0.0005"))
        yield Vector((1.0, 0.0))


def test_real_embeddings_are_compared_and_told(tmp_path: Path, practice_url: str) -> None:
    async def told() -> QuestionsCompared:
        file = CacheFile(tmp_path)
        file.forbid(SORT[2], SORT[0])
        file.close()
        desk = Desk(tmp_path)
        desk.desk().wish(CompareQuestions(7, f"openai_chat:practice-embed@{practice_url}", SAME, "USD"))
        heard = await desk.heard()
        await desk.aclose()
        return heard

    heard = asyncio.run(told())
    assert (heard.id, heard.done, heard.trouble) == (7, 3, "")
    assert heard.found is not None
    assert at(heard.found.savings, 0.8).hits == 1
    assert heard.found.cost is None, "nobody knows a price of it"
    assert heard.found.took_ms > 0
    assert [each.is_forbidden for each in heard.found.near if (each.one, each.other) == (2, 0)] == [True]


@pytest.mark.parametrize(
    ("embed", "why"),
    [
        ("nobody/x", "there is no vendor 'nobody'"),
        ("no lane", "lane"),
        ("openai/text-embedding-3-small", "key"),
        ("openai_chat:x@http://127.0.0.1:9", "127.0.0.1"),
    ],
)
def test_who_cannot_embed_says_why(tmp_path: Path, embed: str, why: str) -> None:
    async def told() -> QuestionsCompared:
        desk = Desk(tmp_path)
        desk.desk().wish(CompareQuestions(1, embed, SAME, "USD"))
        heard = await desk.heard()
        await desk.aclose()
        return heard

    heard = asyncio.run(told())
    assert heard.found is None
    assert why in heard.trouble


def test_one_that_fails_on_the_way_ends_it(tmp_path: Path) -> None:
    async def told() -> tuple[QuestionsCompared, int]:
        desk, embedder = Desk(tmp_path), Breaks()
        desk.desk(embedder).wish(CompareQuestions(1, "x/y", SAME, "USD"))
        heard = await desk.heard()
        await desk.aclose()
        return heard, embedder.asked

    heard, count = asyncio.run(told())
    assert (heard.trouble, count) == ("Too many requests.", 2)


def test_a_comparison_is_stopped_and_gives_way_to_the_next(tmp_path: Path) -> None:
    async def told() -> list[CacheTold]:
        desk = Desk(tmp_path)
        cache = desk.desk(Slow())
        for number in (1, 2):
            cache.wish(CompareQuestions(number, "x/y", SAME, "USD"))
            await asyncio.sleep(0.01)
        assert len(desk.tasks) == 1
        cache.wish(StopComparing())
        await asyncio.sleep(0.01)
        assert len(desk.tasks) == 0
        cache.wish(StopComparing())
        await desk.aclose()
        return desk.told

    assert asyncio.run(told()) == []


def test_nothing_is_embedded_while_a_stream_is_live(tmp_path: Path) -> None:
    async def told() -> None:
        desk, embedder = Desk(tmp_path), Breaks()
        desk.quiet.clear()
        desk.desk(embedder).wish(CompareQuestions(1, "x/y", SAME, "USD"))
        await asyncio.sleep(0.05)
        assert embedder.asked == 0
        desk.quiet.set()
        await desk.heard()
        await desk.aclose()

    asyncio.run(told())


def test_costs_in_another_currency_are_unknown() -> None:
    from app.cache.comparing import _cost

    def unpriced(_call: Call, _at: datetime) -> Quote | None:
        return None

    started = Started(0, 0, role="embedding", vendor="v", endpoint="", model="m")
    spent = Spent(0, 0, "embedding", TokenUsage(input=3, output=0, cost_usd="0.0005"))
    assert _cost(started, spent, unpriced, "USD") == Decimal("0.0005")
    assert _cost(started, spent, unpriced, "EUR") is None
    assert _cost(started, Spent(0, 0, "embedding", TokenUsage(input=3, output=0)), unpriced, "USD") is None
