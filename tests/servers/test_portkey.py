"""The Portkey gateway in front of our practice server, which it asks in OpenAI's and in Anthropic's dialect."""

import asyncio
from collections.abc import Iterator

import msgspec
import pytest

from providers.dialects import DIALECTS
from providers.http_model import HttpModel
from providers.types import Request
from providers.vendors import vendor
from tests.providers.exchanging import client
from tests.providers.folding import Fold, failure_of, finished_of
from tests.providers.practice.conftest import FAST, Server
from tests.providers.practice.lanes import fold_of
from tests.servers.conftest import free_port, node, running

QUESTION = Request.of("What is a token?", temperature=0, max_tokens=400)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("practice") / "log.jsonl", *FAST)
    yield started
    assert started.close() == (0, "")


@pytest.fixture(scope="module")
def portkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    words = [*node("@portkey-ai/gateway/build/start-server.js"), f"--port={port}", "--headless"]
    with running(words, f"http://127.0.0.1:{port}/", tmp_path_factory.mktemp("portkey") / "log"):
        yield f"http://127.0.0.1:{port}/v1"


def ask(
    portkey: str,
    practice: Server,
    upstream: str,
    *,
    fault: str = "",
    key: str = "any",
    model: str = "deep",
    **more: str,
) -> Fold:
    """What one answer came to, by way of the gateway, which is told in headers whom to ask and where."""
    root = f"{practice.root}/fault/{fault}" if fault else practice.root
    route = {"x-portkey-provider": upstream, "x-portkey-custom-host": f"{root}/v1", **more}
    quirks = msgspec.structs.replace(vendor("portkey-local").quirks, headers=route, key_header="")

    async def stream() -> Fold:
        async with client() as http:
            chat = DIALECTS["openai_chat"]
            lane = HttpModel("portkey-local", model, portkey, chat, http, quirks, key)
            return await fold_of(lane, QUESTION)

    return asyncio.run(stream())


every_upstream = pytest.mark.parametrize("upstream", ["openai", "anthropic"])


@pytest.fixture(scope="module")
def said(practice: Server) -> str:
    """The answer as the upstream gives it to who asks without a gateway."""
    body = {"model": "deep", "messages": [{"role": "user", "content": "What is a token?"}], "temperature": 0}
    text: str = practice.http.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    return text


@every_upstream
def test_text_with_usage(portkey: str, practice: Server, upstream: str, said: str) -> None:
    number = practice.next_request()
    folded = ask(portkey, practice, upstream)

    end = finished_of(folded)
    assert (folded.text, end.model, end.stop) == (said, "deep", "stop")
    assert end.usage.output == practice.end_of(number)["tokens"]
    assert (end.usage.input or 0) > 0
    (request,) = (line for line in practice.log() if (line["request"], line["event"]) == (number, "request"))
    assert request["dialect"] == {"openai": "openai_chat"}.get(upstream, upstream)


def test_thoughts_come_as_they_are_from_openais_api(portkey: str, practice: Server) -> None:
    folded = ask(portkey, practice, "openai")

    assert folded.reasoning.startswith('The question is "What is a token?".')
    assert 0 < (finished_of(folded).usage.reasoning or 0) < folded.deltas


@pytest.mark.parametrize("strict", ["true", "false"])
def test_thoughts_of_another_api_are_told_only_where_the_gateway_may_leave_openais_form(
    portkey: str, practice: Server, said: str, strict: str
) -> None:
    folded = ask(portkey, practice, "anthropic", **{"x-portkey-strict-open-ai-compliance": strict})

    assert folded.text == said
    assert folded.reasoning.startswith("The question is") == (strict == "false")


@every_upstream
@pytest.mark.parametrize(
    ("asked", "kind", "status"),
    [
        ({"fault": "429:retry_after=4"}, "rate", 429),
        ({"fault": "500"}, "server", 500),
        ({"fault": "html"}, "server", 502),
        ({"key": "wrong"}, "authentication", 401),
        ({"model": "colossus"}, "not_found", 404),
    ],
)
def test_errors_before_the_stream(
    portkey: str, practice: Server, upstream: str, asked: dict[str, str], kind: str, status: int
) -> None:
    failure = failure_of(ask(portkey, practice, upstream, **asked))

    assert (failure.kind, failure.status) == (kind, status)
    assert failure.retry_after_s == (4.0 if status == 429 else None)


@every_upstream
@pytest.mark.parametrize(
    ("fault", "kind"), [("529", "overloaded"), ("error", "server"), ("cut", "cut_off"), ("drop", "cut_off")]
)
def test_a_stream_that_fails_is_never_whole(
    portkey: str, practice: Server, upstream: str, fault: str, kind: str, said: str
) -> None:
    """An error of Anthropic's comes as a finish reason of that name."""
    after = "" if fault == "529" else ":after=60"  # beyond the thoughts
    folded = ask(portkey, practice, upstream, fault=fault + after)

    assert failure_of(folded).kind == kind
    assert said.startswith(folded.text)
    if fault != "drop":  # what the gateway holds when its upstream is lost, it may lose too
        assert bool(folded.text) == bool(after)
