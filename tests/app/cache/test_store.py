"""The cache's file."""

import asyncio
from pathlib import Path

import pytest

from app.cache.shelf import CacheShelf, CacheThread
from app.cache.store import FILE, NOTED, CacheFile
from app.routes import spec
from app.routes.shelf import RouteShelf
from app.routes.spec import Route
from providers.events import Saved
from providers.routes.cached import Entry
from providers.usage import TokenUsage
from tests.app.conftest import Call

ENTRY = Entry("Q", ((0.1, "text", "A"),), (), "stop", Saved("v", "e", "m", TokenUsage(input=1, output=2)))


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_what_is_kept_is_found_until_it_is_too_old(tmp_path: Path) -> None:
    clock = Clock()
    file = CacheFile(tmp_path, clock)
    file.keep("c", "key", "rest", ENTRY, (1.0, 0.0), 10)
    assert file.exact("key", 60) == ENTRY
    assert file.exact("other", 60) is None
    clock.now += 61
    assert file.exact("key", 60) is None
    assert file.near("rest", (1.0, 0.0), 60) == []
    file.close()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_the_oldest_make_room(tmp_path: Path) -> None:
    clock = Clock()
    file = CacheFile(tmp_path, clock)
    for number in range(5):
        clock.now += 1
        file.keep("c", f"key {number}", "rest", ENTRY, (), 3)
        file.keep("other", f"other {number}", "rest", ENTRY, (), 9)
    assert [file.exact(f"key {number}", 1e6) is not None for number in range(5)] == [False, False, True, True, True]
    assert file.exact("other 0", 1e6) is not None
    file.close()


def test_the_nearest_come_first_and_only_of_the_same_rest(tmp_path: Path) -> None:
    file = CacheFile(tmp_path)
    for key, rest, vector in (
        ("a", "r", (1.0, 0.0)),
        ("b", "r", (0.6, 0.8)),
        ("c", "s", (1.0, 0.0)),
        ("d", "r", (1.0,)),
    ):
        file.keep("c", key, rest, ENTRY, vector, 10)
    assert [round(near.cosine, 3) for near in file.near("r", (0.6, 0.8), 60)] == [1.0, 0.6]
    file.close()


def test_pairs_are_noted_forbidden_and_allowed(tmp_path: Path) -> None:
    file = CacheFile(tmp_path)
    file.looked("c", "one", "other", 0.9, "guard: numbers differ", is_hit=False)
    file.forbid("other", "one")
    (pair,) = file.pairs("c")
    assert (pair.one, pair.other, pair.why, pair.is_hit, pair.is_forbidden) == (
        *("one", "other", "guard: numbers differ"),
        *(False, True),
    )
    file.allow("one", "other")
    assert not file.pairs()[0].is_forbidden
    assert file.pairs("another") == ()
    for number in range(NOTED + 5):
        file.looked("c", str(number), "x", 0.5, "", is_hit=True)
    assert len(file.pairs(limit=NOTED * 2)) == NOTED
    file.close()


def test_what_is_cleared_is_gone_from_the_disk(tmp_path: Path) -> None:
    file = CacheFile(tmp_path)
    secret = Entry("CANARY-QUESTION", ((0.1, "text", "CANARY-ANSWER"),), (), "stop", ENTRY.saved)
    file.keep("c", "key", "rest", secret, (), 10)
    file.looked("c", "CANARY-ONE", "x", 0.9, "", is_hit=True)
    assert file.clear("c") == 1
    file.close()
    assert not any(b"CANARY" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_damaged_entry_is_a_miss_and_goes(tmp_path: Path) -> None:
    file = CacheFile(tmp_path)
    file.keep("c", "key", "rest", ENTRY, (), 10)
    file._db.execute("UPDATE entry SET body = x'00ff'")
    assert file.exact("key", 60) is None
    assert file.clear() == 0
    file.close()


def test_a_file_that_cannot_be_used_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)

    async def used() -> str:
        thread = CacheThread(tmp_path)
        shelf = CacheShelf(thread, "c", 60, 10)
        assert await shelf.exact("key") is None
        await shelf.keep("key", "rest", ENTRY, ())
        assert await shelf.near("rest", ()) == []
        assert await shelf.forbidden("a", "b")
        await thread.aclose()
        return thread.trouble

    assert "database" in asyncio.run(used())


@pytest.mark.parametrize("similar", [None, spec.Similar("openai_chat:practice-embed@{url}", threshold=0.7)])
def test_a_cached_route_answers_twice_and_pays_once(
    call: Call, tmp_path: Path, similar: spec.Similar | None, practice_url: str
) -> None:
    if similar is not None:
        similar = spec.Similar(similar.embed.replace("{url}", practice_url), threshold=0.7)
    RouteShelf(tmp_path).keep(Route("c", spec.Cached("practice/swift", similar=similar)))
    asked = ["How do I count to ten?", "How do I count to ten?", "Please tell me how to count to ten"]
    runs = [call("run", "--lane", "route:c", "--prompt", text, "--json").only for text in asked]
    assert [run["outcome"] for run in runs] == ["done"] * 3
    assert [run["attempts"][-1]["role"] for run in runs] == ["answer", "cache", "cache" if similar else "answer"]
    assert runs[1]["text"] == runs[0]["text"]
    assert runs[1]["cost"] == {"amount": "0", "currency": "USD", "source": "cache", "as_of": None}
