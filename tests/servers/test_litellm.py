"""The LiteLLM proxy in front of a mock upstream, which it asks in OpenAI's and in Anthropic's dialect."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Call
from tests.servers.conftest import free_port, place, running
from tests.servers.fixtures import SENTENCE
from tests.servers.test_lists import listing

pytestmark = pytest.mark.long

KEY = f"sk-{secrets.token_hex(24)}"
CONFIG = """
model_list:
  - model_name: plain
    litellm_params: {{model: openai/gpt-5.1, api_base: "{root}/v1", api_key: k}}
  - model_name: claude
    litellm_params: {{model: anthropic/claude-sonnet-4-5, api_base: "{root}", api_key: k}}
general_settings: {{master_key: "{key}"}}
"""


@pytest.fixture(scope="module")
def litellm(aimock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("litellm")
    (folder / "config.yaml").write_text(CONFIG.format(root=aimock, key=KEY))
    port = free_port()
    words: list[str | Path] = [place("ABREAST_LITELLM"), "--config", folder / "config.yaml"]
    words += ["--host", "127.0.0.1", "--port", str(port)]
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
    with running(words, f"http://127.0.0.1:{port}/health/liveliness", folder / "log", quiet):
        yield f"http://127.0.0.1:{port}/v1"


@pytest.mark.parametrize("path", ["", "/v1"])
def test_its_models_are_listed_with_prices(litellm: str, tmp_path: Path, path: str) -> None:
    found = listing(tmp_path, "litellm", litellm.removesuffix("/v1") + path, key=KEY)
    assert found.failure is None
    claude = next(each for each in found.models if each.model == "claude")
    assert claude.context is not None
    assert claude.prices is not None
    assert claude.prices.rates.output > claude.prices.rates.input > (claude.prices.rates.cache_read or 0) > 0
    assert claude.capabilities is not None
    assert "tools" in claude.capabilities


def ask(call: Call, root: str, model: str, prompt: str, *more: str) -> dict[str, object]:
    lane = f"openai_chat:{model}@{root}"
    said = call("run", "--json", "--prompt", prompt, "--lane", lane, "--key-env", "PROXY_KEY", *more, PROXY_KEY=KEY)
    return said.only


@pytest.mark.parametrize("model", ["plain", "claude"])
def test_text_with_usage_and_cost(call: Call, litellm: str, model: str) -> None:
    said = ask(call, litellm, model, "say it")

    assert (said["outcome"], said["text"]) == ("done", SENTENCE)
    assert said["usage"] != {}


@pytest.mark.parametrize("model", ["plain", "claude"])
def test_a_tool_call(call: Call, litellm: str, model: str, tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text('[{"name": "tide", "parameters": {"type": "object", "properties": {"port": {"type": "string"}}}}]')

    said = ask(call, litellm, model, "call it", "--tools", str(tools))

    (made,) = said["tool_calls"]  # type: ignore[misc]
    assert json.loads(made["arguments"]) == {"port": "Brest", "hours": [6, 18]}


def test_an_upstream_that_breaks_off(call: Call, litellm: str) -> None:
    said = ask(call, litellm, "plain", "break off")

    assert said["outcome"] != "done", said
