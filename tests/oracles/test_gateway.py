"""The vendors' own SDKs, unchanged, against `abreast serve`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.routes import spec
from app.routes.spec import Node
from tests.app.gateway.conftest import gateway, keep
from tests.app.recorded import Server, serving

openai = pytest.importorskip("openai", reason="the vendors' SDKs are not installed (dependency group oracles)")
anthropic = pytest.importorskip("anthropic", reason="the vendors' SDKs are not installed (dependency group oracles)")

TOOL = {"type": "object", "properties": {"city": {"type": "string"}}}
ASKED = [{"role": "user", "content": "What is the weather?"}]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def served(upstream: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    home = Path(tmp_path_factory.mktemp("home"))
    calls = spec.Retry(f"openai_chat:m@{upstream.root}/chat-calls")
    routes: dict[str, Node] = {"calls": calls, "text": "practice/swift", "deep": "practice/deep"}
    with gateway(home, *keep(home, routes)) as said:
        yield said


def test_openai_streams_text(served: dict[str, Any]) -> None:
    with openai.OpenAI(base_url=served["openai_chat"], api_key="none") as client:
        stream = client.chat.completions.create(
            model="text", messages=ASKED, stream=True, stream_options={"include_usage": True}, max_tokens=20
        )
        chunks = list(stream)
        assert [model.id for model in client.models.list()] == ["calls", "text", "deep"]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert chunks[-1].usage.completion_tokens == 20


def test_openai_streams_calls(served: dict[str, Any]) -> None:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": TOOL}}]
    with openai.OpenAI(base_url=served["openai_chat"], api_key="none") as client:
        with client.chat.completions.stream(model="calls", messages=ASKED, tools=tools) as stream:
            for _ in stream:
                pass
            final = stream.get_final_completion().choices[0]
    assert final.finish_reason == "tool_calls"
    assert all(json.loads(call.function.arguments) is not None for call in final.message.tool_calls)


def test_openai_reads_a_whole_answer_and_an_error(served: dict[str, Any]) -> None:
    with openai.OpenAI(base_url=served["openai_chat"], api_key="none", max_retries=0) as client:
        answer = client.chat.completions.create(model="text", messages=ASKED, max_tokens=5)
        assert answer.choices[0].finish_reason == "length"
        with pytest.raises(openai.NotFoundError, match="there is no route"):
            client.chat.completions.create(model="other", messages=ASKED)


def test_anthropic_streams_thinking_and_text(served: dict[str, Any]) -> None:
    with anthropic.Anthropic(base_url=served["anthropic"], api_key="none") as client:
        with client.messages.stream(
            model="deep", messages=ASKED, max_tokens=300, extra_body={"temperature": 0}
        ) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
    assert [block.type for block in final.content] == ["thinking", "text"]
    assert final.content[1].text == text
    assert final.usage.output_tokens > 0


def test_anthropic_streams_calls(served: dict[str, Any]) -> None:
    tools = [{"name": "get_weather", "input_schema": TOOL}]
    with anthropic.Anthropic(base_url=served["anthropic"], api_key="none") as client:
        with client.messages.stream(model="calls", messages=ASKED, tools=tools, max_tokens=300) as stream:
            final = stream.get_final_message()
        whole = client.messages.create(model="calls", messages=ASKED, tools=tools, max_tokens=300)
    used = [block for block in final.content if block.type == "tool_use"]
    assert final.stop_reason == whole.stop_reason == "tool_use"
    assert used
    assert [(b.name, b.input) for b in used] == [(b.name, b.input) for b in whole.content if b.type == "tool_use"]
