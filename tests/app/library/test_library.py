"""The prompt library: files that survive what others write, versions that stay, and imports that say what is wrong."""

import asyncio
import json
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.library.codec import PromptError, from_bytes, imported, many_to_bytes, to_bytes
from app.library.desk import LibraryDesk
from app.library.document import NamedPrompt, Version, found, merged, said, tags_of
from app.library.rows import RowsError, from_text, to_text
from app.library.store import Library
from app.library.wishes import AskPrompts, ExportPrompts, ImportPrompts, KeepPrompts, PromptsTold, RemovePrompt
from app.session.document import Variable
from app.tasks import Tasks

TONE = Variable("dry", "choice", ("dry", "warm"))


def a_prompt(id_: str = "p1", name: str = "Review", text: str = "Review {{code}}\nin a {{tone}} tone.") -> NamedPrompt:
    version = Version("v1", "2026-11-27T10:00:00.000Z", text, "Be brief.", {"code": Variable("x"), "tone": TONE})
    return NamedPrompt(id_, name, ("code", "work"), (version,), ({"code": "a", "tone": "dry"},))


def test_a_prompt_survives_its_file_and_the_same_prompt_gives_the_same_bytes() -> None:
    data = to_bytes(a_prompt())
    assert from_bytes(data) == a_prompt()
    assert to_bytes(from_bytes(data)) == data
    assert json.loads(data)["versions"][0]["text"] == ["Review {{code}}\n", "in a {{tone}} tone."], "a line a line"


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))), st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_survives(text: str, value: str) -> None:
    prompt = NamedPrompt("p", "n", versions=(Version("v", "", text, variables={"x": Variable(value)}),))
    assert from_bytes(to_bytes(prompt)) == prompt


def test_what_this_version_does_not_know_goes_back_as_it_came() -> None:
    tree = json.loads(to_bytes(a_prompt()))
    tree["colour"] = "red"
    tree["versions"][0]["model"] = {"name": "m"}
    prompt = from_bytes(json.dumps(tree).encode())
    back = json.loads(to_bytes(said(prompt, Version("v2", "2026-11-28", "New"))))
    assert back["colour"] == "red"
    assert back["versions"][0]["model"] == {"name": "m"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"{", "is no JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"\xff\xfe", "is not UTF-8"),
        (b'{"format": "abreast-session", "version": 1}', "no prompt"),
        (b'{"format": "abreast-prompt", "version": 9}', "written by a newer Abreast"),
        (b'{"format": "abreast-prompt", "version": true}', "no number from 1"),
        (
            b'{"format": "abreast-prompt", "version": 1, "id": "../x", "name": "n", "versions": [{"id":"v","at":""}]}',
            "id",
        ),
        (
            b'{"format": "abreast-prompt", "version": 1, "id": "x", "name": " ", "versions": [{"id":"v","at":""}]}',
            "name",
        ),
        (b'{"format": "abreast-prompt", "version": 1, "id": "x", "name": "n"}', "no version"),
        (b'{"format": "abreast-prompt", "version": 1, "id": "x", "name": 3}', "does not hold what a prompt holds"),
        (b'{"format": "abreast-prompts", "version": 1, "prompts": []}', "holds no prompts"),
        (b'{"format": "abreast-prompts", "version": 1, "prompts": [7]}', "something among its prompts"),
    ],
)
def test_each_bad_file_is_refused_with_its_reason(data: bytes, why: str) -> None:
    with pytest.raises(PromptError, match=why):
        imported(data, "x.json")


def test_files_of_other_programs_are_prompts_too() -> None:
    (prompt,) = imported("Say {{what}}\r\n".encode("utf-8-sig"), "Greeting.md")
    assert (prompt.name, prompt.newest.text, prompt.newest.names) == ("Greeting", "Say {{what}}\r\n", ("what",))
    both = (a_prompt("a"), a_prompt("b"))
    assert imported(many_to_bytes(both), "all.json") == both
    with pytest.raises(PromptError, match="is empty"):
        imported(b" \n", "x.txt")


def test_versions_are_only_added() -> None:
    prompt = a_prompt()
    assert said(prompt, replace(prompt.newest, id="v2", at="later")) is prompt, "it says so already"
    mine = said(prompt, Version("mine", "2026-11-27T12:00:00.000Z", "mine"))
    theirs = said(prompt, Version("theirs", "2026-11-27T11:00:00.000Z", "theirs"))
    assert [each.id for each in merged(theirs, mine).versions] == ["v1", "theirs", "mine"]


def test_words_and_tags_find() -> None:
    prompts = (a_prompt("a", "Zebra"), a_prompt("b", "apple", "Translate {{it}}"))
    assert [each.name for each in found(prompts, "")] == ["apple", "Zebra"]
    assert [each.id for each in found(prompts, "TONE review")] == ["a"]
    assert [each.id for each in found(prompts, "#wor")] == ["b", "a"]
    assert found(prompts, "#tone") == ()
    assert tags_of(" a, b ,, a") == ("a", "b")


def test_rows_come_from_tables() -> None:
    names = ("code", "tone")
    assert from_text("tone;code\nwarm;x = 1\n", names) == ({"tone": "warm", "code": "x = 1"},)
    assert from_text('a,"b, c"\nd\n', names) == ({"code": "a", "tone": "b, c"}, {"code": "d"})
    assert from_text(to_text(from_text("1\t2", names), names), names) == from_text("1\t2", names)
    for text, why in (("", "no row"), ("1,2,3", "more columns"), ("a\n" * 10_001, "10,001 rows")):
        with pytest.raises(RowsError, match=why):
            from_text(text, names)
    with pytest.raises(RowsError, match=r"no \{\{variables\}\}"):
        from_text("a", ())


# On the disk


def test_a_library_is_private_files_that_can_be_listed(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.prompts() == ((), ())
    library.keep((a_prompt("a"), a_prompt("b")))
    assert [each.id for each in library.prompts()[0]] == ["a", "b"]
    assert stat.S_IMODE((library.folder / "a.json").stat().st_mode) == 0o600
    library.remove("a")
    library.remove("a")
    assert [path.name for path in library.folder.glob("*.json")] == ["b.json"]
    with pytest.raises(PromptError):
        library.remove("../b")


def test_a_file_that_cannot_be_read_is_named_and_stays(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep((a_prompt("a"),))
    (library.folder / "broken.json").write_bytes(b"{")
    newer = b'{"format": "abreast-prompt", "version": 9}'
    (library.folder / "newer.json").write_bytes(newer)
    prompts, wrong = library.prompts()
    assert [each.id for each in prompts] == ["a"]
    assert [each.partition(" ")[0] for each in wrong] == ["broken.json", "newer.json"]
    with pytest.raises(PromptError, match="newer Abreast"):
        library.keep((a_prompt("newer"),))
    assert (library.folder / "newer.json").read_bytes() == newer


def test_two_windows_that_write_one_prompt_lose_no_version(tmp_path: Path) -> None:
    Library(tmp_path).keep((a_prompt(),))
    start = Library(tmp_path).prompts()[0][0]

    def write(who: str) -> None:
        mine, library = start, Library(tmp_path)
        for number in range(10):
            mine = said(mine, Version(f"{who}{number}", f"{number}", f"{who}{number}"))
            library.keep((mine,))

    threads = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (prompt,) = Library(tmp_path).prompts()[0]
    assert len(prompt.versions) == 21


def test_the_desk_does_as_it_is_told_in_order(tmp_path: Path) -> None:
    told = list[PromptsTold]()
    (tmp_path / "Greeting.txt").write_text("Hello {{name}}")
    (tmp_path / "bad.json").write_text("{")

    async def work() -> None:
        tasks = Tasks(lambda error: pytest.fail(str(error)))
        desk = LibraryDesk(tmp_path / "data", tasks, told.append)
        desk.wish(AskPrompts())
        desk.wish(KeepPrompts((a_prompt("a"),)))
        desk.wish(
            ImportPrompts((str(tmp_path / "Greeting.txt"), str(tmp_path / "bad.json"), str(tmp_path / "gone.json")))
        )
        desk.wish(ExportPrompts(str(tmp_path / "all.json")))
        desk.wish(ExportPrompts(str(tmp_path / "one.md"), ("a",)))
        desk.wish(ExportPrompts(str(tmp_path / "Greeting.txt" / "x.json")))
        desk.wish(RemovePrompt("a"))
        await desk.aclose()
        await asyncio.sleep(0)
        while len(tasks):
            await asyncio.sleep(0)

    asyncio.run(work())
    assert [len(each.prompts) for each in told] == [0, 1, 2, 2, 2, 2, 1]
    assert told[2].said == (
        "1 prompt was imported. bad.json is no JSON: Expecting property name enclosed in double quotes: line 1 "
        "column 2 (char 1). gone.json cannot be read: No such file or directory."
    )
    assert not told[2].is_good
    assert told[2].shown == told[6].prompts[0].id
    assert len(imported((tmp_path / "all.json").read_bytes(), "all.json")) == 2
    assert (tmp_path / "one.md").read_text() == a_prompt().newest.text
    assert "cannot be written" in told[5].said
