"""Sessions as bytes: what goes out comes back, what is strange stays, what is broken is told."""

import json
from typing import Any

import msgspec
import pytest

from app.session.codec import SessionError, TooNewError, from_bytes, to_bytes, to_tree
from app.session.document import VERSION, Session
from tests.app.session.samples import a_routed_session, a_session


def test_what_is_written_reads_as_the_same_and_is_written_the_same() -> None:
    session = a_session()
    data = to_bytes(session)
    again = from_bytes(data)
    assert again == session
    assert to_bytes(again) == data


def test_an_empty_session_too() -> None:
    assert from_bytes(to_bytes(Session("x"))) == Session("x")


def test_it_can_be_read_and_compared_by_people() -> None:
    lines = to_bytes(a_session()).decode().splitlines()
    assert lines[:2] == ["{", '  "format": "abreast-session",']
    assert '        "text": [' in lines, "an answer's lines are lines of the file"
    assert '          "Another ✓ line.\\n"' in lines
    assert '      "chunks": {"at_us":[25125,800000],"characters":[10,16],"kinds":[["text",2]]},' in lines
    assert max(map(len, lines)) < 400


def test_what_is_not_set_is_told_as_unset() -> None:
    lane = to_tree(a_session())["lanes"][0]
    assert lane["spec"]["params"] == {"temperature": 0.5}
    assert {"top_p", "max_tokens", "seed"} <= set(lane["spec"]["unset"])
    assert "temperature" not in lane["spec"]["unset"]


def test_a_change_of_one_run_changes_its_block_alone() -> None:
    session = a_session()
    run = msgspec.structs.replace(session.runs[1], opinion=msgspec.structs.replace(session.runs[1].opinion, rating=2))
    changed = msgspec.structs.replace(session, runs=(session.runs[0], run, *session.runs[2:]))
    before, after = to_bytes(session).decode().splitlines(), to_bytes(changed).decode().splitlines()
    assert len(before) == len(after)
    assert [b for a, b in zip(before, after, strict=True) if a != b] == ['      "opinion": {"rating":2},']


def strange(tree: dict[str, Any]) -> dict[str, Any]:
    tree["mood"] = {"is": "good"}
    tree["runs"][2]["weather"] = [1, {"deep": True}]
    tree["runs"][2]["record"]["usage"]["audio"] = 7
    tree["lanes"][1]["spec"]["limits"]["total_s"] = 3
    tree["prompts"][0]["draft"]["variables"]["what"]["secret"] = False
    return tree


def test_what_is_not_known_survives_a_save() -> None:
    data = json.dumps(strange(to_tree(a_session()))).encode()
    again = json.loads(to_bytes(from_bytes(data)))
    assert again == strange(to_tree(a_session()))
    assert to_bytes(from_bytes(to_bytes(from_bytes(data)))) == to_bytes(from_bytes(data))


def test_what_is_not_known_goes_with_its_run() -> None:
    session = from_bytes(json.dumps(strange(to_tree(a_session()))).encode())
    without_first = msgspec.structs.replace(session, runs=session.runs[2:])
    again = to_tree(without_first)
    assert again["runs"][0]["weather"] == [1, {"deep": True}]
    assert "weather" not in again["runs"][1]


def test_a_text_may_be_one_string() -> None:
    tree = to_tree(a_session())
    tree["runs"][0]["record"]["text"] = "in one\npiece"
    assert from_bytes(json.dumps(tree).encode()).runs[0].record.text == "in one\npiece"


def test_a_newer_version_is_refused() -> None:
    tree = to_tree(a_session()) | {"version": VERSION + 1}
    with pytest.raises(TooNewError, match="newer Abreast"):
        from_bytes(json.dumps(tree).encode())


def changed(**parts: Any) -> bytes:
    return json.dumps(to_tree(a_session()) | parts).encode()


def run_with(**parts: Any) -> bytes:
    tree = to_tree(a_session())
    tree["runs"][0] |= parts
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"\x00\x01\x02", "is no JSON"),
        (b"[1, 2]", "no session"),
        (b'{"format": "abreast-session"}', '"version" is None'),
        (to_bytes(a_session())[:-40], "it ends in the middle|is no JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "the key 'a' twice"),
        (b'{"a": NaN}', "is no JSON"),
        (b'{"a": 1e999}', "is no JSON"),
        (b'{"a": "\\ud800"}', "is no JSON"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b'{"a": ' + b"9" * 6000 + b"}", "is no JSON"),
        (changed(version="1"), "\"version\" is '1'"),
        (changed(version=0), '"version" is 0'),
        (changed(lanes=3), "does not hold what a session holds"),
        (changed(title=None), "title"),
        (changed(prompts=[]), "of a prompt that is not there"),
        (changed(draft="hello"), "does not hold"),
        (run_with(opinion={"rating": 9}), "which is not 1 to 5"),
        (run_with(chunks={"at_us": [1], "characters": [], "kinds": []}), "do not fit"),
        (run_with(id="r2"), "two runs with the id 'r2'"),
        (changed(attachments={"00": {"media_type": "image/png", "data": "AAAA"}}), "not what its hash"),
    ],
)
def test_what_is_no_session_is_told_in_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(SessionError, match=reason):
        from_bytes(data)


def test_two_that_follow_each_other_are_a_circle_and_not_an_end() -> None:
    tree = to_tree(a_session())
    tree["runs"][0]["after"], tree["runs"][2]["after"] = "r3", "r1"
    session = from_bytes(json.dumps(tree).encode())
    assert [run.id for run in session.conversation("r3")] == ["r1", "r3"]


def test_a_conversation_is_the_way_back() -> None:
    session = a_session()
    assert [run.id for run in session.conversation("r4")] == ["r1", "r4"]
    assert session.conversation(None) == ()
    assert session.conversation("gone") == ()


def test_a_routes_course_goes_with_its_run() -> None:
    session = a_routed_session()
    data = to_bytes(session)
    assert from_bytes(data) == session
    assert to_bytes(from_bytes(data)) == data
    run = to_tree(session)["runs"][0]
    assert run["course"]["steps"][1]["decision"]["threshold"] == 0.7
    assert run["course"]["asides"][0]["text"] == ["Perhaps\n", "not."], "a long text is a list of its lines"
