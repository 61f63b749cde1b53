"""Files of other programs as sessions, whole and damaged."""

import base64
import json
import random
from typing import Any

import pytest
from msgspec.structs import replace

from app.export.formats import written
from app.export.tables import json_lines
from app.imports.building import UNKNOWN_TIME
from app.imports.curl import from_curl, read_curl
from app.imports.errors import ForeignError
from app.imports.foreign import foreign
from app.imports.json_lines import from_json_lines
from app.imports.messages import from_messages
from app.session import codec
from app.session.document import Session
from providers.types import Echo
from tests.app.session.samples import PICTURE, a_session


def turn(role: str, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


PICTURE_URL = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
CHAT = {
    "model": "gpt-4o-mini", "temperature": 0.5, "max_completion_tokens": 9, "stream": True,
    "messages": [
        turn("system", "Be brief."), turn("user", "Hello"), turn("assistant", "Hi \ud800!"),
        turn("user", [{"type": "text", "text": "And this?"}, {"type": "image_url", "image_url": {"url": PICTURE_URL}}]),
    ],
}  # fmt: skip


def gpt_node(id_: str, parent: str | None, role: str = "", text: str = "", model: str = "") -> dict[str, Any]:
    content = {"content_type": "text", "parts": [text]}
    message = {"author": {"role": role}, "content": content, "create_time": 1.7e9, "metadata": {"model_slug": model}}
    return {"id": id_, "parent": parent, "children": [], "message": message if role else None}


CHATGPT = [{
    "title": "Trees", "current_node": "a1",
    "mapping": {
        "root": gpt_node("root", None), "u": gpt_node("u", "root", "user", "Question"),
        "a1": gpt_node("a1", "u", "assistant", "One", "gpt-4o"), "a2": gpt_node("a2", "u", "assistant", "Two", "o3"),
        "u2": gpt_node("u2", "a2", "user", "More"), "a3": gpt_node("a3", "u2", "assistant", "Three", "o3"),
    },
}]  # fmt: skip
WEBUI = [{
    "chat": {
        "title": "Two", "models": ["llama3:8b", "gpt-4o"], "params": {"temperature": 0.25},
        "history": {"currentId": "d", "messages": {
            "a": {"parentId": None, "role": "user", "content": "Q", "timestamp": 1700000000},
            "b": {"parentId": "a", "role": "assistant", "content": "L", "model": "llama3:8b"},
            "c": {"parentId": "a", "role": "assistant", "content": "G", "model": "gpt-4o"},
            "q": {"parentId": "b", "role": "user", "content": "Q2"},
            "d": {"parentId": "q", "role": "assistant", "content": "L2", "model": "llama3:8b"},
            "e": {"parentId": "q", "role": "assistant", "content": "G2", "model": "gpt-4o"},
        }},
    },
}]  # fmt: skip
CURL = """curl https://api.anthropic.com/v1/messages \\
  -H "x-api-key: sk-ant-secret" -H 'content-type: application/json' \\
  -d '{"model": "claude-x", "max_tokens": 5, "system": "S", "messages": [{"role": "user", "content": "it'\\''s"}]}'
"""


def read(tree: Any) -> tuple[Session, ...]:
    return foreign(json.dumps(tree).encode(), "x.json")


def test_messages_become_prompts_runs_and_a_draft() -> None:
    (session,) = read(CHAT)
    (run,), (lane,) = session.runs, session.lanes
    assert (run.record.text, run.record.outcome, run.record.tokens_per_s) == ("Hi \ufffd!", "done", None)
    assert run.at == UNKNOWN_TIME
    assert (lane.spec.model, lane.head) == ("openai/gpt-4o-mini", run.id)
    assert lane.spec.params == {"temperature": 0.5, "max_tokens": 9}
    assert (session.draft.text, session.draft.system) == ("And this?", "Be brief.")
    assert session.attachments[session.draft.attachments[0].sha256].data == PICTURE


def test_the_same_file_makes_the_same_session() -> None:
    assert read(CHAT) == read(CHAT)
    assert read(CHAT)[0].id != read(CHAT["messages"])[0].id


def test_chatgpt_keeps_branches_and_where_one_was() -> None:
    (session,) = read(CHATGPT)
    said = {run.record.text: run for run in session.runs}
    assert session.title == "Trees"
    assert said["One"].after is said["Two"].after is None
    assert said["One"].prompt == said["Two"].prompt
    assert said["Three"].after == said["Two"].id
    assert session.lanes[0].head == said["One"].id
    assert said["Two"].spec.model == "openai/o3"


def test_open_webui_answers_are_lanes_that_go_on_from_their_own() -> None:
    (session,) = read(WEBUI)
    assert [lane.spec.model for lane in session.lanes] == ["ollama/llama3:8b", "openai/gpt-4o"]
    texts = [[run.record.text for run in session.conversation(lane.head)] for lane in session.lanes]
    assert texts == [["L", "L2"], ["G", "G2"]]
    assert session.lanes[1].spec.params == {"temperature": 0.25}


def test_curl_gives_a_lane_and_drops_the_key() -> None:
    pasted = read_curl(CURL)
    assert pasted.session.lanes[0].spec.model == "anthropic/claude-x"
    assert pasted.session.lanes[0].spec.params == {"max_tokens": 5}
    assert (pasted.session.draft.text, pasted.session.draft.system) == ("it's", "S")
    assert pasted.dropped == ("x-api-key",)
    assert "x-api-key" in pasted.note
    assert b"sk-ant-secret" not in codec.to_bytes(pasted.session)
    assert foreign(CURL.encode(), "a.sh") == (pasted.session,)


@pytest.mark.parametrize(
    ("url", "body", "lane", "text"),
    [
        ("https://api.openai.com/v1/responses", {"model": "gpt-x", "input": "Hi"}, "openai-responses/gpt-x", "Hi"),
        ("http://box:8000/v1/chat/completions", {"model": "m", "messages": [turn("user", "Hi")]},
         "openai_chat:m@http://box:8000/v1", "Hi"),
        ("https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?key=secret",
         {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "generationConfig": {"topP": 0.5}},
         "google/gemini-x", "Hi"),
    ],
)  # fmt: skip
def test_curl_of_each_api(url: str, body: dict[str, Any], lane: str, text: str) -> None:
    session = from_curl(f"curl '{url}' --json '{json.dumps(body)}'")
    assert session.lanes[0].spec.model == lane
    assert session.draft.text == text
    assert b"secret" not in codec.to_bytes(session)


def test_our_own_lines_come_back() -> None:
    before = a_session()
    served = replace(before.runs[0], fingerprint="fp_1", warmup=True, echo=Echo("openai_chat", "https://x", [1]))
    before = replace(before, runs=(served, *before.runs[1:]))
    (after,) = from_json_lines(json_lines(before, before.runs))
    assert [(r.id, r.after, r.record, r.opinion, r.at) for r in after.runs] == [
        (r.id, r.after, r.record, r.opinion, r.at) for r in before.runs
    ]
    assert [(r.spec, r.made, r.lane, r.chunks, r.echo, r.fingerprint, r.warmup) for r in after.runs] == [
        (r.spec, r.made, r.lane, r.chunks, r.echo, r.fingerprint, r.warmup) for r in before.runs
    ]
    assert any(run.chunks.at_us for run in after.runs)
    assert after.better == before.better != ()
    attached = {each.sha256 for prompt in before.prompts for each in prompt.draft.attachments}
    assert after.attachments == {sha: before.attachments[sha] for sha in attached} != {}
    assert after.prompt("p1").draft.text == "Say something kind about\nthis picture."  # type: ignore[union-attr]
    assert after.prompt("p1").draft.attachments == before.prompts[0].draft.attachments  # type: ignore[union-attr]
    assert foreign(written(before, "jsonl"), "x.jsonl") == (after,), "every run, also those that no lane shows"
    assert foreign(written(after, "jsonl"), "x.jsonl")[0].runs == after.runs
    assert foreign(json_lines(before).encode(), "x.jsonl")[0].title == before.title


def test_what_was_attached_stands_in_the_first_line_that_has_it_and_must_be_what_it_was() -> None:
    before = a_session()
    lines = [json.loads(line) for line in json_lines(before, before.runs).splitlines()]
    holders = [line for line in lines if any("data" in each for each in line["prompt"]["attachments"])]
    assert len(holders) == 1 < len([line for line in lines if line["prompt"]["attachments"]])
    changed = json.dumps(lines).replace(holders[0]["prompt"]["attachments"][0]["data"], "AAAA")
    with pytest.raises(ForeignError, match="its hash is another"):
        from_json_lines("\n".join(json.dumps(line) for line in json.loads(changed)))


def test_lines_without_what_later_versions_tell_are_read() -> None:
    before = a_session()
    rows = [json.loads(line) for line in json_lines(before, before.runs).splitlines()]
    bare = [{name: row[name] for name in row if name not in ("chunks", "echo", "better_than")} for row in rows]
    (after,) = from_json_lines("\n".join(map(json.dumps, bare)))
    assert [run.record for run in after.runs] == [run.record for run in before.runs]


def test_lines_of_prompts_and_of_a_batch() -> None:
    rows = [{"prompt": "One"}, {"messages": [turn("user", "Two"), turn("assistant", "2")]},
            {"custom_id": "c", "body": {"model": "gpt-4o", "messages": [turn("user", "Three")]}}]  # fmt: skip
    sessions = foreign("\n".join(json.dumps(row) for row in rows).encode(), "x.jsonl")
    assert [each.draft.text for each in sessions] == ["One", "", "Three"]
    assert sessions[1].runs[0].record.text == "2"


def test_a_session_of_ours_is_read_as_it_is() -> None:
    assert foreign(codec.to_bytes(a_session()), "x.abreast") == (a_session(),)


@pytest.mark.parametrize(
    "data",
    [b"", b"  ", b"\xff\xfe", b"[]", b"{}", b"1", b'"x"', b"nonsense", b"PK\x03\x04", b"[" * 100_000, b"curl",
     b"curl '",
     b'{"messages": 3}', b'{"messages": [3]}', b'{"messages": [{"role": "king", "content": "x"}]}',
     b'[{"mapping": []}]', b'[{"chat": 1}]', b'[{"mapping": {"a": 3}}]', b"curl http:// -d '{}'", b"curl x -d @file",
     b'{"prompt": 1}\n{"prompt": 2}', b'{"format": "abreast-session", "version": 99}',
     b'{"messages": [{"role": "user", "content": [{"image_url": "data:image/png;base64,*"}]}]}',
     b'{"format": "abreast-run", "version": 1}', b'{"a":' * 300 + b"1" + b"}" * 300],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ForeignError) as caught:
        foreign(data, "od\nd.json")
    assert str(caught.value).startswith("od\ufffdd.json ")
    assert str(caught.value).endswith(".")


def test_a_ring_of_messages_ends() -> None:
    ring = {"a": gpt_node("a", "b", "user", "x"), "b": gpt_node("b", "a", "assistant", "y")}
    assert read([{"mapping": ring, "current_node": "a"}])[0].runs == ()


def test_a_long_chain_is_no_matter_of_depth() -> None:
    chain = {str(n): gpt_node(str(n), str(n - 1), ("user", "assistant")[n % 2], "x") for n in range(3000)}
    assert len(read([{"mapping": chain, "current_node": "2999"}])[0].runs) == 1500


SPOILT: tuple[Any, ...] = (
    None,
    0,
    -1,
    1e308,
    "",
    "\ud800",
    [],
    {},
    True,
    ["x", 3],
    {"role": "user"},
    "https://[",
    10**30,
)


def spoil(random_: random.Random, tree: Any) -> Any:
    """`tree` with something in it replaced or left out."""
    if isinstance(tree, dict) and tree and random_.random() < 0.8:
        key = random_.choice(list(tree))
        rest = {name: value for name, value in tree.items() if name != key}
        return rest if random_.random() < 0.1 else {**tree, key: spoil(random_, tree[key])}
    if isinstance(tree, list) and tree and random_.random() < 0.8:
        n = random_.randrange(len(tree))
        return [*tree[:n], spoil(random_, tree[n]), *tree[n + 1 :]]
    return random_.choice(SPOILT)


def test_damaged_trees_raise_foreign_error_and_nothing_else() -> None:
    random_ = random.Random(5)
    ours = json.loads(json_lines(a_session()).splitlines()[0])
    refused = 0
    for n in range(1500):
        tree: Any = (CHAT, CHATGPT, WEBUI, ours)[n % 4]
        for _ in range(random_.randint(1, 4)):
            tree = spoil(random_, tree)
        try:
            sessions = foreign(json.dumps(tree).encode(), "x")
        except ForeignError:
            refused += 1
        else:
            assert all(codec.from_bytes(codec.to_bytes(each)) == each for each in sessions)
    assert 50 < refused < 1450


def test_damaged_bytes_and_commands_raise_foreign_error_and_nothing_else() -> None:
    random_ = random.Random(6)
    refused = 0
    for n in range(1500):
        data = bytearray((CURL.encode(), json.dumps(CHAT).encode(), codec.to_bytes(a_session()))[n % 3])
        for _ in range(random_.randint(1, 5)):
            data[random_.randrange(len(data))] = random_.randrange(32, 160)
        try:
            foreign(bytes(data[: random_.choice((len(data), len(data) - 1, len(data) // 2))]), "x")
        except ForeignError:
            refused += 1
    assert 50 < refused < 1500


def test_messages_take_text_as_well_as_bytes() -> None:
    assert from_messages("\ufeff" + json.dumps(CHAT)) == from_messages(json.dumps(CHAT).encode())
