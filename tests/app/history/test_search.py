"""However runs are looked for, all of them come, the newest first, each once; and a search says soon what it has."""

import random
from pathlib import Path

import pytest

from app.history import search
from app.history.entry import Query
from app.history.query import query
from app.history.store import History
from tests.app.history.test_history import an_entry

RUNS = 300
LOREM = (
    *("the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "while", "seven", "wizards", "brew"),
    *("potions", "in", "foo_bar()", "and", "日本語です"),
)


def pages(history: History, asked: Query, limit: int = 7) -> list[str]:
    runs, before = list[str](), None
    while True:
        page = history.search(asked, limit, before)
        runs += [hit.entry.run for hit in page.hits]
        assert page.next is None or before is None or page.next < before
        if (before := page.next) is None:
            return runs


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    rng = random.Random(3)
    history = History(tmp_path_factory.mktemp("many"))
    entries = [
        an_entry(
            n,
            prompt=" ".join(rng.choices(LOREM, k=3)),
            answer=" ".join(rng.choices(LOREM, k=5)),
            vendor=rng.choice(["openai", "anthropic"]),
            model=rng.choice(["big", "Small", "smaller"]),
            session=f"s{n // 10}",
            title=f"Talk {n // 10}{' is odd' if n // 10 % 2 else ''}",
            outcome=rng.choice(["done", "done", "failed"]),
            cost=rng.choice([None, 0.001, 0.5, 0.5]),
            rating=rng.choice([None, None, 2, 5]),
        )
        for n in range(RUNS)
    ]
    history.keep(entries)
    yield history, entries
    history.close()


ASKED = [
    "", "fox", "fox dog", '"the quick"', "wiz", "oo_ba", "izar", "本語で", "で", "o_", "zz", "absent", "vendor:openai",
    "model:SMALL", "model:none", "outcome:failed", "cost>=0.5", "cost<0.01", "rating>=5", "after:2026-11-20",
    "before:2026-11-03", "after:2026-11-05 before:2026-11-06", "session:s3", "session:odd", "fox vendor:openai",
    "fox model:smaller rating>=5", "izar cost<0.01", "で rating>=3", "fox before:2026-11-02", "wiz session:s12",
    "izar session:s12", "fox cost>9", "rating<5", "rating<=2", "rating>2",
    "rating:2", "fox rating<5 rating>=2", "cost>0.001", "cost<0.5 rating<3",
    "model:small outcome:done cost>=0.5 rating>=2 vendor:anthropic",
]  # fmt: skip


@pytest.mark.parametrize("few", [0, 60])
@pytest.mark.parametrize("text", ASKED)
def test_all_are_found_page_by_page(many, text: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    history, entries = many
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "LEAST", 32)
    monkeypatch.setattr(search, "MOST", 100)
    monkeypatch.setattr(search, "SOME", 8)
    expected = [entry.run for entry in reversed(entries) if is_meant(query(text), entry)]
    assert pages(history, query(text)) == expected
    monkeypatch.setattr(search, "WITHIN_S", 0.0)  # each step is a page of its own
    assert pages(history, query(text)) == expected


def is_meant(asked: Query, entry) -> bool:  # type: ignore[no-untyped-def]
    """What the search says, read from the entry itself. The words in these texts are such that what begins a word, or
    is in it, is meant alike."""
    texts = [entry.prompt, entry.answer, entry.reasoning, entry.note, entry.title]
    return (
        all(any(word in text for text in texts) for word in asked.words)
        and (not asked.vendor or entry.vendor == asked.vendor)
        and asked.model.lower() in entry.model.lower()
        and (not asked.outcome or entry.outcome == asked.outcome)
        and (asked.least_cost is None or (entry.cost is not None and entry.cost >= asked.least_cost))
        and (asked.most_cost is None or (entry.cost is not None and entry.cost <= asked.most_cost))
        and (asked.least_rating is None or (entry.rating or 0) >= asked.least_rating)
        and (asked.most_rating is None or (entry.rating or 6) <= asked.most_rating)
        and entry.at >= asked.after
        and (not asked.before or entry.at < asked.before)
        and (not asked.session or asked.session == entry.session or (asked.session == "odd" and "odd" in entry.title))
    )


def test_a_search_that_takes_long_ends_early_and_goes_on(many, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    history, entries = many
    monkeypatch.setattr(search, "WITHIN_S", 0.0)
    page = history.search(query("qx"))
    assert (page.hits, page.next) == ((), RUNS + 1 - search.LEAST)
    assert history.find(query("qx")).next is None, "who has time waits for the end"
    history.keep([an_entry(0, prompt="qx")])
    assert [hit.entry.run for hit in history.find(query("qx")).hits] == ["r0"]
    history.keep([entries[0]])


@pytest.mark.parametrize(
    "text", ["x" * 60_000, "ab\0cd", '"""', "%%%%", "^^^", "\U0001f98a\U0001f98a\U0001f98a", "a" * 3]
)
def test_whatever_letters_are_looked_for(tmp_path: Path, text: str) -> None:
    history = History(tmp_path)
    history.keep([an_entry(1, answer=f"before{text}after"), an_entry(2)])
    assert pages(history, Query(words=(text,))) == ["r1"]
    history.close()
