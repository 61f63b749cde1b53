"""Which key is sent where: never to an origin that it does not belong to, and never shown."""

import pytest

from tests.app.conftest import Call
from tests.app.recorded import Server, serving

ASK = ("run", "--json", "--prompt", "hello")
SECRET = "tk-Bequiet4711"


def lane(server: Server, name: str = "chat-text/v1", dialect: str = "openai_chat") -> str:
    return f"{dialect}:m@{server.root}/{name}"


def test_a_loopback_server_gets_no_key_and_nobody_complains(call: Call, server: Server) -> None:
    said = call(*ASK, "--lane", lane(server), OPENAI_API_KEY=SECRET)
    assert (said.code, said.err) == (0, "")
    _, headers, body = server.requests[0]
    assert not {"authorization", "x-api-key", "x-goog-api-key"} & headers.keys()
    assert SECRET.encode() not in body


@pytest.mark.parametrize(
    ("dialect", "name", "header", "value"),
    [
        ("openai_chat", "chat-text/v1", "authorization", f"Bearer {SECRET}"),
        ("anthropic", "messages-thinking", "x-api-key", SECRET),
        ("gemini", "content-call", "x-goog-api-key", SECRET),
    ],
)
def test_a_named_key_goes_into_its_dialects_header(
    call: Call, server: Server, dialect: str, name: str, header: str, value: str
) -> None:
    said = call(*ASK, "--lane", lane(server, name, dialect), "--key-env", "MINE", MINE=f" {SECRET}\n")
    assert said.code == 0
    path, headers, _ = server.requests[0]
    assert headers[header] == value
    assert SECRET not in path
    assert SECRET not in said.out.decode() + said.err


def test_each_origin_gets_its_own_key(call: Call, server: Server) -> None:
    with serving() as other:
        pairs = (f"{server.root}=A", f"{other.root}/=B")
        words = [word for pair in pairs for word in ("--key-env", pair)]
        said = call(*ASK, "--lane", lane(server), "--lane", lane(other), *words, A="first", B="second")
        assert said.code == 0
        assert server.requests[0][1]["authorization"] == "Bearer first"
        assert other.requests[0][1]["authorization"] == "Bearer second"


def test_one_name_for_several_origins_is_refused(call: Call, server: Server) -> None:
    with serving() as other:
        said = call(*ASK, "--lane", lane(server), "--lane", lane(other), "--key-env", "MINE", MINE=SECRET)
    assert (said.code, said.out) == (2, b"")
    assert f"--key-env {server.root}=MINE" in said.err
    assert server.requests == other.requests == []


def test_several_lanes_of_one_origin_share_its_key(call: Call, server: Server) -> None:
    lanes = ("--lane", lane(server), "--lane", lane(server, "chat-calls/v1"))
    assert call(*ASK, *lanes, "--key-env", "MINE", MINE=SECRET).code == 0
    assert [headers["authorization"] for _, headers, _ in server.requests] == [f"Bearer {SECRET}"] * 2


@pytest.mark.parametrize(
    ("lane", "given", "sentence"),
    [
        ("openai_chat:m@http://models.example/v1", "MINE", "not encrypted and not on this machine"),
        ("openai_chat:m@https://models.example/v1", "ABSENT", "ABSENT is not set, or empty"),
        ("openai_chat:m@https://models.example/v1", "https://other.example=MINE", "no lane goes to"),
        ("openai_chat:m@https://models.example/v1", "https://models.example/v1=MINE", "without a path"),
        ("openai_chat:m@https://models.example/v1", "models.example=MINE", "an origin looks like"),
        ("openai_chat:m@https://models.example/v1", "https://[::1=MINE", "an origin looks like"),
        ("openai_chat:m@https://models.example/v1", SECRET, "takes the name of an environment variable, not a key"),
        ("openai_chat:m@https://models.example/v1", f"{SECRET}==", "takes the name"),
        ("openai_chat:m@https://models.example/v1", f"https://models.example={SECRET}", "takes the name"),
        ("practice/swift", "MINE", "no URL lane it could be for"),
    ],
)
def test_a_key_that_has_no_clear_place_is_refused(call: Call, lane: str, given: str, sentence: str) -> None:
    said = call(*ASK, "--lane", lane, "--key-env", given, MINE=SECRET)
    assert (said.code, said.out) == (2, b"")
    assert sentence in said.err
    assert SECRET not in said.err


def test_two_variables_for_one_origin_are_refused(call: Call, server: Server) -> None:
    words = ("--key-env", "A", "--key-env", f"{server.root}=B")
    said = call(*ASK, "--lane", lane(server), *words, A="first", B="second")
    assert said.code == 2
    assert "two variables" in said.err


def test_a_vendor_lane_without_a_key_is_a_failed_run(call: Call) -> None:
    said = call(*ASK, "--lane", "anthropic/some-model")
    assert said.code == 1
    line = said.only
    assert (line["outcome"], line["model"], line["attempts"]) == ("failed", "some-model", [])
    assert line["error"]["kind"] == "authentication"
    assert "ANTHROPIC_API_KEY" in line["error"]["message"]
    assert set(line["timings_ms"].values()) == {None}


@pytest.mark.parametrize("key", ["two words", "clé", "new\nline"])
def test_a_key_that_http_cannot_carry_is_not_sent_and_not_quoted(call: Call, server: Server, key: str) -> None:
    said = call(*ASK, "--lane", lane(server), "--key-env", "MINE", MINE=key)
    assert (said.code, server.requests) == (1, [])
    assert said.only["error"]["kind"] == "authentication"
    assert key not in said.out.decode() + said.err
