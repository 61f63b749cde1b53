"""The history: kept for good, found by whatever one remembers, and deleted without a trace."""

import re
import sqlite3
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.history.entry import Entry, Query
from app.history.query import QueryError, query
from app.history.store import FILE, History, HistoryError
from tests.app.session.samples import a_session

CANARY = "Zzyzxquokka"


@pytest.fixture
def history(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = History(tmp_path)
    yield made
    made.close()


def an_entry(number: int = 1, **parts: object) -> Entry:
    session = a_session()
    entry = replace(Entry.of(session, session.runs[0], "/x/cats.abreast"), run=f"r{number}")
    return replace(entry, at=f"2026-11-{number % 28 + 1:02}T10:00:00.000Z", **parts)


def found(history: History, text: str) -> list[str]:
    return [hit.entry.run for hit in history.search(query(text)).hits]


def test_an_entry_is_a_run_with_what_was_asked(history: History) -> None:
    session = a_session()
    history.keep([Entry.of(session, run, "/x/cats.abreast") for run in session.runs])
    assert history.count == 4
    entry = history.entry("r1")
    assert entry is not None
    assert (entry.vendor, entry.model, entry.title, entry.outcome, entry.cost, entry.rating) == (
        "practice", "swift", "Cats & dogs", "done", 0.00042, 4,
    )  # fmt: skip
    assert entry.prompt.startswith("Say {{what}} about")
    history.keep([replace(entry, note="changed")])
    assert history.count == 4
    assert found(history, "changed") == ["r1"]


@pytest.mark.parametrize(
    "text",
    [
        "backpropagation", "BACKPROPAGATION", "backprop", "Grüße", "grusse" if False else "gruße", "naïve", "naive",
        '"the quick brown"', "quick fox", "foo_bar(x)", "oo_ba", "日本", "本語", "🦊", "C++", "100%", "a^b", "it's",
        "example.com/path", "O'Reilly", "semi;colon", "--flag",
    ],
)  # fmt: skip
def test_everything_that_is_there_is_found(history: History, text: str) -> None:
    answer = (
        "Backpropagation and Grüße, a naïve approach. The quick brown fox. `foo_bar(x)` 日本語 🦊 C++ at 100% a^b. "
        "It's at https://example.com/path by O'Reilly; semi;colon and --flag"
    )
    history.keep([an_entry(1, answer=answer), an_entry(2, answer="something else"), an_entry(3, prompt=answer)])
    assert found(history, text) == ["r3", "r1"], "newest first"


@pytest.mark.parametrize(
    "text", ['"', '""', "*", "AND", "NOT x", "a OR b", "NEAR(a b)", "(", "prompt:", "-", "^", "'", "\0"]
)
def test_nothing_that_is_typed_is_a_command(history: History, text: str) -> None:
    history.keep([an_entry()])
    found(history, text)
    found(history, f"{text} {text}")


def test_where_it_was_found_is_told(history: History) -> None:
    history.keep([an_entry(1, answer="x " * 300 + "the Naïve one" + " y" * 300)])
    (hit,) = history.search(query("naive")).hits
    assert [hit.snippet[begin:end] for begin, end in hit.marks] == ["Naïve"]
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 260


def test_filters_narrow(history: History) -> None:
    history.keep(
        [
            an_entry(1, vendor="openai", model="gpt-5", cost=0.02, rating=None, title="Work", session="w"),
            an_entry(2, vendor="openai", model="gpt-5-mini", cost=0.001, outcome="cut_off"),
            an_entry(3, vendor="anthropic", model="claude", cost=None, rating=5),
        ]
    )
    for text, runs in {
        "vendor:openai": ["r2", "r1"],
        "vendor:OpenAI model:MINI": ["r2"],
        "outcome:cut-off": ["r2"],
        "cost>0.01": ["r1"],
        "cost<=0.01": ["r2"],
        "rating>=5": ["r3"],
        "after:2026-11-03": ["r3", "r2"],
        "before:2026-11-03": ["r1"],
        "session:work": ["r1"],
        "session:w": ["r1"],
        "picture session:work": ["r1"],
        "picture outcome:cut-off": ["r2"],
        "pict rating>=5": ["r3"],
        "session:5e55 vendor:anthropic": ["r3"],
        "vendor:nobody": [],
        "": ["r3", "r2", "r1"],
    }.items():
        assert found(history, text) == runs, text


def test_signs_mean_what_they_say(history: History) -> None:
    history.keep([an_entry(n, rating=n or None, cost=n / 100 or None) for n in range(6)])
    for sign, numbers in {">": "54", ">=": "543", "<": "21", "<=": "321"}.items():
        assert found(history, f"rating{sign}3") == [f"r{n}" for n in sorted(numbers, reverse=True)], sign
        assert found(history, f"cost{sign}0.03") == [f"r{n}" for n in sorted(numbers, reverse=True)], sign
    assert found(history, "rating:3") == ["r3"]
    assert found(history, "rating>1 rating<4") == ["r3", "r2"]
    assert found(history, "rating<1") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cost>much", "cost: much is not a number such as 0.01"),
        ("cost<nan", "cost: nan is not a number such as 0.01"),
        ("cost:0.01", "cost:0.01 says neither more nor less: write cost>0.01 or cost<0.01"),
        ("rating:good", "rating: good is not a number from 1 to 5"),
        ("rating>=99999999999999999999", "rating: 99999999999999999999 is not a number from 1 to 5"),
        ("after:yesterday", "after:yesterday is no date: write it as 2026-11-24, 2026-11 or 2026"),
        ("outcome:fine", "outcome:fine is none of done, stopped, cut_off, failed"),
        ("after<2026", 'after<2026 has no meaning: write after:2026, or "after<2026" for text'),
        ("Vendor>=x", 'vendor>=x has no meaning: write vendor:x, or "vendor>=x" for text'),
    ],
)
def test_a_filter_that_makes_no_sense_is_told(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=f"^{re.escape(said)}$"):
        query(text)


def test_in_quotes_a_filter_is_text() -> None:
    assert query('"after<2026" "vendor:x"') == Query(("after<2026", "vendor:x"))


def test_what_only_looks_like_a_filter_is_text() -> None:
    assert query("http://x note:this cost >3").words == ("http://x", "note:this", "cost", ">3")


def test_pages_follow_each_other(history: History) -> None:
    history.keep([an_entry(n, answer="same words") for n in range(1, 26)])
    runs, before = [], None
    while True:
        page = history.search(Query(words=("same",)), 10, before)
        runs += [hit.entry.run for hit in page.hits]
        if (before := page.next) is None:
            break
    assert runs == [f"r{n}" for n in range(25, 0, -1)]


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("how", ["delete", "session", "before", "all"])
def test_what_is_deleted_is_gone_from_the_disk(history: History, tmp_path: Path, how: str) -> None:
    texts = {"prompt": CANARY, "answer": f"before {CANARY} after " * 50, "note": CANARY, "title": CANARY}
    history.keep([an_entry(1, session="gone", **texts), an_entry(20, session="stays")])
    history.keep([an_entry(n, session="gone", **texts) for n in (2, 3)])
    assert CANARY.encode() in bytes_on_disk(tmp_path)
    count = {
        "delete": lambda: history.delete(["r1", "r2", "r3"]),
        "session": lambda: history.delete_session("gone"),
        "before": lambda: history.delete_before("2026-11-10"),
        "all": history.delete_all,
    }[how]()
    assert count == (4 if how == "all" else 3)
    left = bytes_on_disk(tmp_path)
    assert CANARY.encode() not in left
    assert CANARY.lower().encode() not in left, "nor from the index"
    assert found(history, CANARY) == []
    assert history.count == (0 if how == "all" else 1)


def test_files_are_for_the_user_alone(history: History, tmp_path: Path) -> None:
    history.keep([an_entry()])
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_two_windows_keep_at_the_same_time(tmp_path: Path) -> None:
    def work(name: str) -> None:
        one = History(tmp_path)
        for n in range(40):
            one.keep([replace(an_entry(n), run=f"{name}{n}")])
        one.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = History(tmp_path)
    assert last.count == 80
    last.close()


def test_a_newer_one_is_left_alone(tmp_path: Path) -> None:
    History(tmp_path).close()
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(HistoryError, match="newer Abreast"):
        History(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_damaged_one_is_set_aside_and_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, whatever it says " * 100)
    history = History(tmp_path)
    assert "history.damaged-1.sqlite3" in history.said
    history.keep([an_entry()])
    assert history.count == 1
    history.close()


def test_a_golden_history_of_each_version_opens(tmp_path: Path) -> None:
    for path in sorted((Path(__file__).parent / "golden").glob("*.sqlite3")):
        (tmp_path / FILE).write_bytes(path.read_bytes())
        history = History(tmp_path)
        assert history.count == 4
        assert found(history, "picture vendor:practice") == ["r1"]
        history.close()
        for each in tmp_path.iterdir():
            each.unlink()
