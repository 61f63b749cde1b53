"""`abreast run SESSION`, `export` and `diff`: sessions on the command line, with real runs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.children import ROOT
from app.history.keeping import keep
from app.home import data_folder
from app.records import Cost
from app.session.codec import from_bytes, to_bytes
from app.session.document import Draft, Lane, LaneSpec, Prompt, Session, Variable
from app.session.rerun import SessionRuns
from app.session.store import SessionStore
from tests.app.conftest import Call
from tests.app.session.samples import a_record, a_run

FREE = Cost("0", "USD", "user", None)


def conversation() -> Session:
    """Two lanes, one of which was asked twice; with a variable."""
    first = Draft("Say {{what}}.", variables={"what": Variable("hello")})
    return Session(
        "abc",
        draft=Draft("Next?", variables={"what": Variable("hello")}),
        lanes=(
            Lane(1, LaneSpec("practice/swift", {"seed": 7, "max_tokens": 8}), 0, "r2"),
            Lane(2, LaneSpec("practice/steady", {"seed": 7, "max_tokens": 8}), 1, "r3"),
        ),
        next_lane=3,
        prompts=(Prompt("p1", "2026-11-24T10:00:00.000Z", first), Prompt("p2", "2026-11-24T10:00:09Z", Draft("More."))),
        runs=(a_run("r1"), a_run("r2", "p2", after="r1"), a_run("r3", lane=2)),
    )  # fmt: skip


def saved(folder: Path, session: Session, name: str = "s.abreast") -> str:
    path = folder / name
    path.write_bytes(to_bytes(session))
    return str(path)


def test_a_session_runs_anew_turn_by_turn(call: Call, tmp_path: Path) -> None:
    path, out = saved(tmp_path, conversation()), tmp_path / "out.abreast"
    said = call("run", path, "--set", "what=good day", "--save", str(out), "--json")
    assert said.code == 0, said.err
    lines = [json.loads(line) for line in said.out.decode().splitlines()]
    assert sorted((line["lane"], line["run"]) for line in lines) == [
        ("practice/steady", 1), ("practice/swift", 0), ("practice/swift", 2),
    ]  # fmt: skip
    session = from_bytes(out.read_bytes())
    assert len(session.runs) == 6
    new = {run.id: run for run in session.runs[3:]}
    last = session.run(session.lanes[0].head)
    assert last is not None
    assert last.after in new
    assert [session.prompt(run.prompt).text for run in session.conversation(last.id)] == ["Say good day.", "More."]  # type: ignore[union-attr]
    assert new[str(last.after)].chunks.at_us
    assert last.record.usage.input is not None
    assert new[str(last.after)].record.usage.input is not None
    assert last.record.usage.input > new[str(last.after)].record.usage.input, "the answer before goes along"
    assert from_bytes(Path(path).read_bytes()) == conversation(), "the file itself is left alone"


def test_a_session_without_answers_sends_its_draft(call: Call, tmp_path: Path) -> None:
    session = replace(conversation(), prompts=(), runs=(), lanes=(Lane(1, LaneSpec("practice/swift")),))
    said = call("run", saved(tmp_path, session), "--repeat", "2", "--json")
    assert said.code == 0
    assert len(said.out.splitlines()) == 2


def test_what_a_session_cannot_do_is_told(call: Call, tmp_path: Path) -> None:
    path = saved(tmp_path, conversation())
    empty = saved(tmp_path, Session("e"), "e.abreast")
    broken = tmp_path / "broken.abreast"
    broken.write_text("{")
    newer = str(tmp_path / "newer.abreast")
    Path(newer).write_text('{"format": "abreast-session", "version": 99}')
    for words, sentence in (
        ((path, "--save", str(tmp_path)), f"--save {tmp_path} is a folder"),
        ((path, "--save", str(tmp_path / "no" / "x")), f"there is no folder {tmp_path / 'no'}"),
        ((path, "--save", newer), "newer.abreast was written by a newer Abreast"),
        ((path, "--set", "nope=1"), "s.abreast cannot be run: it has no variable nope; it has what"),
        ((path, "--set", "what"), "--set 'what' is not name=value"),
        ((path, "--set", "what= "), "what is empty"),
        ((path, "--lane", "practice/swift"), "--lane does not go with a session"),
        ((empty,), "e.abreast cannot be run: it has no lanes"),
        ((str(broken),), "broken.abreast is no JSON: it ends in the middle"),
        ((str(tmp_path / "gone.abreast"),), "gone.abreast cannot be read: No such file or directory"),
    ):
        said = call("run", *words)
        assert (said.code, said.out) == (2, b""), words
        assert sentence in said.err


def test_runs_without_a_window_are_in_the_history(call: Call, tmp_path: Path) -> None:
    assert call("run", saved(tmp_path, conversation()), "--set", "what=quokkas").code == 0
    found = call("history", "search", "quokkas", "--json")
    assert found.code == 0
    assert {json.loads(line)["session"] for line in found.out.splitlines()} == {"abc"}
    assert call("history", "search", "vendor:practice").out.count(b"\n") == 3
    for words in (("delete", "--before", "yesterday"), ("search", "cost>much"), ("delete",)):
        assert call("history", *words).code == 2
    assert call("history", "delete", "--before", "2026-01-01").code == 1
    assert call("history", "delete", "--all").out == b"3 runs deleted\n"
    assert call("history", "search", "quokkas").code == 1


def test_the_history_names_a_file_only_where_it_holds_the_runs(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = saved(tmp_path, conversation()), tmp_path / "out.abreast"
    for n, save in enumerate(((), ("--save", str(out)))):
        assert call("run", path, "--set", f"what=quokkas{n}", *save).code == 0
    monkeypatch.setattr(SessionRuns, "save", full)
    assert call("run", path, "--set", "what=quokkas2", "--save", path).code == 1
    paths = [
        {json.loads(line)["path"] for line in call("history", "search", f"quokkas{n}", "--json").out.splitlines()}
        for n in range(3)
    ]
    assert paths == [{""}, {str(out)}, {""}]


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_that_changed_meanwhile_is_left_as_it_is(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, theirs = saved(tmp_path, conversation()), to_bytes(replace(conversation(), title="Theirs"))
    real = SessionRuns.ended

    def ended(self: SessionRuns, *told: Any) -> None:
        Path(path).write_bytes(theirs)
        real(self, *told)

    monkeypatch.setattr(SessionRuns, "ended", ended)
    said = call("run", path, "--save", path)
    assert said.code == 1
    assert "was changed by someone else meanwhile" in said.err
    assert Path(path).read_bytes() == theirs
    (left,) = SessionStore(data_folder()).left()
    assert left.runs == 6


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", ["diff {0} {0}", "export {0}", "history search"])
def test_a_full_disk_behind_standard_output_is_told(call: Call, tmp_path: Path, words: str) -> None:
    path = saved(tmp_path, conversation())
    assert not keep(conversation(), conversation().runs, path)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "app", *words.format(path).split()], stdout=full,
            stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.decode().endswith("No space left on device\n")
    assert "Traceback" not in ran.stderr.decode()


def test_what_was_nothing_before_can_still_be_limited(call: Call, tmp_path: Path) -> None:
    free = replace(conversation(), runs=tuple(replace(r, record=a_record(cost=FREE)) for r in conversation().runs))
    paid = conversation()
    a, b = saved(tmp_path, free, "a.abreast"), saved(tmp_path, paid, "b.abreast")
    assert call("diff", a, a, "--max-cost", "0").code == 0
    said = call("diff", f"{a}#1", f"{b}#1", "--max-cost", "1000")
    assert said.code == 1
    assert "cost was 0 and is 0.00042" in said.out.decode()
    for words in (("--max-cost", "nan"), ("--max-ttft", "inf"), ("--min-similarity", "nan")):
        assert call("diff", a, b, *words).code == 2


def test_two_runs_are_compared(call: Call, tmp_path: Path) -> None:
    one = conversation()
    after = a_record(text="One line.\nA different line.\n", timings_ms=replace(a_record().timings_ms, ttft=50.25))
    other = replace(one, runs=(*one.runs[:1], replace(one.runs[1], record=after), one.runs[2]))
    a, b = saved(tmp_path, one, "a.abreast"), saved(tmp_path, other, "b.abreast")
    said = call("diff", a, b)
    assert said.code == 0, said.err
    text = said.out.decode()
    assert "TTFT 25.125 → 50.25 ms +100.0%" in " ".join(text.split())
    assert "\n- Another\n+ A\n- ✓\n+ different\n" in text
    assert call("diff", a, b, "--max-ttft", "10").code == 1
    assert call("diff", a, b, "--max-ttft", "150", "--max-cost", "0", "--max-tokens", "5").code == 0
    past = call("diff", f"{a}#2", f"{b}#r2", "--min-similarity", "0.99", "--json")
    assert past.code == 1
    (line,) = past.out.decode().splitlines()
    assert json.loads(line)["figures"]["TTFT"]["change"] == 1.0
    assert "is to be 99.0%" in json.loads(line)["past"][0]
    assert call("diff", f"{a}#2", b).code == 2
    assert "there is no run '9'" in call("diff", f"{a}#9", f"{b}#1").err


def test_a_session_that_sends_keys_on_is_refused_until_it_is_allowed(call: Call, tmp_path: Path) -> None:
    session = conversation()
    spec = LaneSpec(
        "practice/swift", {"max_tokens": 8, "extra_headers": {"X-Portkey-Custom-Host": "elsewhere.example"}}
    )
    path = saved(tmp_path, replace(session, lanes=(replace(session.lanes[0], spec=spec), session.lanes[1])))
    said = call("run", path)
    assert said.code == 2
    assert "the header X-Portkey-Custom-Host of practice/swift is 'elsewhere.example'; nothing was sent" in said.err
    assert call("run", path, "--onward").code == 0
    assert "go with the file of a session" in call("run", "--lane", "practice/swift", "--onward", "--prompt", "x").err
