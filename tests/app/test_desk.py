"""What listens on the desk, by what it answers on real sockets; and what does not answer."""

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from app.compose import http_client
from app.desk import look_round, usual_roots
from app.desk_server import DeskServer
from app.directory import Directory
from app.fetch import Fetch
from app.lanes import parse
from tests.app.list_server import ListServer, Pages
from tests.app.list_server import serving as listing

LIST = {"object": "list", "data": [{"id": "org/model-1", "owned_by": "someone"}, {"id": "model-2"}]}


def owned(by: str) -> Pages:
    return {"/v1/models": {"object": "list", "data": [{"id": "org/model-1", "object": "model", "owned_by": by}]}}


KINDS: list[tuple[str, Pages, dict[str, Any]]] = [
    ("vllm", owned("vllm") | {"/version": {"version": "0.32.0"}}, {"version": "0.32.0"}),
    (
        "vllm",
        {"/v1/models": 401, "/version": {"version": "0.32.0"}},
        {"version": "0.32.0", "models": (), "wants_key": True},
    ),
    ("sglang", owned("sglang") | {"/get_model_info": {"model_path": "org/model-1"}}, {}),
    ("tgi", owned("org") | {"/info": {"model_id": "org/model-1", "version": "3.3.0"}}, {"version": "3.3.0"}),
    ("llamacpp", owned("llamacpp") | {"/props": {"build_info": "b6500", "model_path": "x"}}, {"version": "b6500"}),
    ("lmstudio", owned("organization_owner") | {"/api/v0/models": {"data": []}}, {}),
    ("lmstudio", owned("organization_owner"), {}),
    ("litellm", owned("openai") | {"/health/liveliness": "I'm alive!"}, {}),
    ("portkey", {"/": "AI Gateway says hey!", "/v1/models": 400}, {"models": ()}),
    (
        "ollama",
        owned("library") | {"/": "Ollama is running", "/api/version": {"version": "0.14.2"},
         "/api/tags": {"models": [{"name": "qwen3:8b", "model": "qwen3:8b"}, {"name": "no model"}]}},
        {"version": "0.14.2", "models": ("qwen3:8b",)},
    ),
    ("other", owned("someone"), {}),
]  # fmt: skip


def looked(*roots: str, limit_s: float = 5.0) -> tuple[DeskServer, ...]:
    async def look() -> tuple[DeskServer, ...]:
        client = http_client()
        try:
            return await look_round(Fetch(client), dict.fromkeys(roots, ""), limit_s=limit_s)
        finally:
            await client.aclose()

    return asyncio.run(look())


@pytest.mark.parametrize(
    ("kind", "pages", "facts"), KINDS, ids=[f"{kind}-{at}" for at, (kind, _, _) in enumerate(KINDS)]
)
def test_servers_are_told_apart_by_their_answers(kind: str, pages: Pages, facts: dict[str, Any]) -> None:
    with listing(pages) as server:
        (found,) = looked(server.root)
    assert found == DeskServer(server.root, kind, **({"models": ("org/model-1",)} | facts))  # type: ignore[arg-type]
    for model in found.models:
        parse(found.lane(model))


def test_lanes_are_spoken_as_the_server_speaks() -> None:
    assert DeskServer("http://127.0.0.1:1", "vllm").lane("a/b") == "openai_chat:a/b@http://127.0.0.1:1/v1"
    assert DeskServer("http://127.0.0.1:1", "ollama").lane("q:8b") == "ollama:q:8b@http://127.0.0.1:1"


@pytest.mark.parametrize(
    "pages",
    [
        {"/": "Hello from another program"},
        {"/v1/models": {"data": "no list"}},
        {"/v1/models": ["no object"]},
        {"/v1/models": 500, "/version": {"version": "1"}},
        {"/v1/models": 401},
        {"/version": {"version": "1"}, "/info": {"name": "something"}},
    ],
)
def test_other_programs_are_no_model_servers(pages: Pages) -> None:
    with listing(pages) as server:
        assert looked(server.root) == ()


@pytest.mark.parametrize("data", [{"data": [None, 7, {"id": ""}, {"id": 5}]}, {"data": []}])
def test_odd_lists_are_read_as_far_as_they_go(data: Any) -> None:
    with listing({"/v1/models": data}) as server:
        (found,) = looked(server.root)
    assert found.models in ((), ("5",))


def test_nobody_and_silence_cost_no_more_than_the_limit() -> None:
    with socket.socket() as silent, listing({"/v1/models": "hang"}) as hangs, listing(dict(owned("vllm"))) as good:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.perf_counter()
        found = looked(
            f"http://127.0.0.1:{silent.getsockname()[1]}", "http://127.0.0.1:1", hangs.root, good.root, limit_s=1.0
        )
        took = time.perf_counter() - began
    assert [each.root for each in found] == [good.root]
    assert took < 4.0


def test_one_that_speaks_no_http_is_passed_over() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def talk() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        assert looked(f"http://127.0.0.1:{listener.getsockname()[1]}") == ()
        thread.join()


def test_what_it_sends_holds_nobodys_key() -> None:
    server: ListServer
    with listing(dict(owned("vllm"))) as server:
        looked(server.root)
        assert {path for path, _, _ in server.asked} >= {"/v1/models", "/props", "/version"}
        for _, headers, body in server.asked:
            assert not {"authorization", "x-api-key", "cookie"} & headers.keys()
            assert body == b""


def test_only_this_machine_is_looked_at_unasked() -> None:
    assert all(root.startswith("http://127.0.0.1:") for root in usual_roots(Directory()))


def test_a_server_at_a_vendors_usual_place_is_that_vendors() -> None:
    assert DeskServer("http://127.0.0.1:8080", "llamacpp").lane("m") == "llamacpp/m"
    assert DeskServer("http://127.0.0.1:9931", "llamacpp").lane("m") == "openai_chat:m@http://127.0.0.1:9931/v1"
    assert DeskServer("http://127.0.0.1:8080", "vllm").lane("m") == "openai_chat:m@http://127.0.0.1:8080/v1"
    assert DeskServer("http://127.0.0.1:11434", "ollama").lane("q:8b") == "ollama/q:8b"
