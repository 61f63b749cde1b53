"""Every vendor's list in its own shape, over real sockets: names, sizes, prices, what a model can do."""

import asyncio
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from app.catalogue import Server
from app.compose import http_client
from app.fetch import Fetch
from app.listers import OF_VENDOR, lister
from app.listing import ListedModel
from app.tariff import Rates, Tariff, Tier
from providers.dialects.base import DialectName
from providers.errors import ProviderError
from providers.vendors import VENDORS
from tests.app.list_server import Pages, row, serving

D = Decimal


def listed(
    vendor: str, pages: Pages, *, dialect: DialectName = "openai_chat", path: str = "/v1"
) -> tuple[list[ListedModel], list[str]]:
    """The models that the vendor's lister finds, and the paths it asked."""

    async def main() -> list[ListedModel]:
        client = http_client()
        try:
            server_row = row(server, vendor, dialect=dialect, path=path)
            found = await lister(vendor, dialect)(Server(server_row, "k3y", Fetch(client)))
        finally:
            await client.aclose()
        return [model for each in found if (model := each.of(vendor)) is not None]

    with serving(pages) as server:
        models = asyncio.run(main())
    return models, [path for path, _, _ in server.asked]


def only(vendor: str, pages: Pages, **how: Any) -> ListedModel:
    (model,), _ = listed(vendor, pages, **how)
    return model


def rates(given: str, made: str, **more: str) -> Tariff:
    return Tariff(Rates(D(given), D(made), **{name: D(value) for name, value in more.items()}))


def test_openai_tells_ids_alone_and_mixes_in_what_does_not_chat() -> None:
    ids = ["gpt-5", "o3", "text-embedding-3-large", "whisper-1", "dall-e-3", "tts-1-hd", "gpt-4o-audio-preview"]
    ids += ["gpt-4o-transcribe", "omni-moderation-latest", "gpt-realtime", "ft:gpt-4o-mini:me::x", "sora-2"]
    models, asked = listed("openai", {"/v1/models": {"data": [{"id": each, "object": "model"} for each in ids]}})
    assert [each.model for each in models] == ["gpt-5", "o3", "gpt-4o-audio-preview", "ft:gpt-4o-mini:me::x"]
    assert models[0] == ListedModel("openai/gpt-5", "openai", "gpt-5")
    assert asked == ["/v1/models"]


def test_anthropic_pages() -> None:
    can = {
        "image_input": {"supported": True},
        "pdf_input": {"supported": True},
        "structured_outputs": {"supported": False},
        "thinking": {"supported": True, "types": ["enabled"]},
    }
    first = {
        "id": "claude-a",
        "display_name": "A",
        "max_input_tokens": 200000,
        "max_tokens": 64000,
        "capabilities": can,
    }
    second = {"id": "claude-b", "display_name": "B", "created_at": "2025-01-01T00:00:00Z"}
    models, asked = listed(
        "anthropic",
        {
            "/v1/models?limit=1000": {"data": [first], "has_more": True, "last_id": "claude a"},
            "/v1/models?limit=1000&after_id=claude%20a": {"data": [second], "has_more": False, "last_id": "claude-b"},
        },
        dialect="anthropic",
        path="",
    )
    assert len(asked) == 2
    assert models == [
        ListedModel(
            "anthropic/claude-a", "anthropic", "claude-a", "A", 200000, 64000, None, ("vision", "files", "reasoning")
        ),
        ListedModel("anthropic/claude-b", "anthropic", "claude-b", "B"),
    ]


def test_gemini_pages_and_leaves_out_what_does_not_generate() -> None:
    chat = {
        "name": "models/gemini-x",
        "displayName": "X",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "thinking": True,
    }
    embed = {"name": "models/embed", "supportedGenerationMethods": ["embedContent"]}
    models, _ = listed(
        "google",
        {
            "/v1beta/models?pageSize=1000": {"models": [embed], "nextPageToken": "t/2"},
            "/v1beta/models?pageSize=1000&pageToken=t%2F2": {"models": [chat]},
        },
        dialect="gemini",
        path="",
    )
    assert models == [
        ListedModel("google/gemini-x", "google", "gemini-x", "X", 1048576, 65536, None, ("reasoning",))
    ]  # fmt: skip


def test_a_list_without_an_end_is_left_after_twenty_pages() -> None:
    page = {"data": [{"id": "a"}], "has_more": True, "last_id": "a"}
    pages = {"/v1/models?limit=1000": page, "/v1/models?limit=1000&after_id=a": page}
    _, asked = listed("anthropic", pages, dialect="anthropic", path="")
    assert len(asked) == 20


def test_mistral() -> None:
    can = {"completion_chat": True, "function_calling": True, "vision": True, "reasoning": False, "audio": False}
    data = [
        {"id": "mistral-x", "name": "mistral-x", "max_context_length": 131072, "capabilities": can},
        {"id": "mistral-embed", "max_context_length": 8192, "capabilities": {"completion_chat": False}},
    ]
    model = only("mistral", {"/v1/models": {"data": data}})
    assert (model.context, model.capabilities, model.name) == (131072, ("vision", "tools"), None)


OPENROUTER = {
    "id": "anthropic/claude-x",
    "name": "Anthropic: Claude X",
    "context_length": 1000000,
    "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
    "pricing": {
        "prompt": "0.000003",
        "completion": "0.000015",
        "request": "0",
        "image": "0.0048",
        "internal_reasoning": "0",
        "input_cache_read": "0.0000003",
        "input_cache_write": "0.00000375",
    },
    "top_provider": {"context_length": 1000000, "max_completion_tokens": 64000},
    "supported_parameters": ["tools", "reasoning", "include_reasoning", "structured_outputs", "logprobs", "seed"],
}


def openrouter(**pricing: Any) -> ListedModel:
    said = {**OPENROUTER, "pricing": {**OPENROUTER["pricing"], **pricing}}  # type: ignore[dict-item]
    return only("openrouter", {"/api/v1/models": {"data": [said]}}, path="/api/v1")


def test_openrouter() -> None:
    model = openrouter()
    assert (model.lane, model.name) == ("openrouter/anthropic/claude-x", "Anthropic: Claude X")
    assert (model.context, model.max_output) == (1000000, 64000)
    assert model.prices == rates("3", "15", cache_read="0.3", cache_write="3.75")
    assert model.capabilities == ("vision", "files", "tools", "reasoning", "logprobs", "json_schema")


def test_openrouters_tiers_hold_by_size_and_by_hour() -> None:
    prices = openrouter(
        overrides=[
            {"min_prompt_tokens": 200000, "prompt": "0.000006", "completion": "0.0000225"},
            {"utc_start": "16:30", "utc_end": "00:30", "prompt": "0.000001"},
        ]
    ).prices
    assert prices is not None
    large, cheap = prices.tiers
    assert (large.over_input, large.rates.input, large.rates.output) == (200000, D("6"), D("22.5"))
    assert large.rates.cache_read == D("0.3"), "what the override leaves out is as before"
    assert isinstance(cheap, Tier)
    assert (str(cheap.begins), str(cheap.ends), cheap.rates.input) == ("16:30:00", "00:30:00", D("1"))


@pytest.mark.parametrize(
    "pricing",
    [
        {"prompt": "-1", "completion": "-1"},
        {"prompt": None},
        {"prompt": "cheap"},
        {"completion": "NaN"},
        {"request": "-1"},
        {"overrides": [{"min_prompt_tokens": 5, "prompt": "-1"}]},
        {"overrides": [{"on": "sundays", "prompt": "0"}]},
        {"overrides": [{"utc_start": "noon", "utc_end": "13:00"}]},
        {"overrides": [{"utc_start": "12:00"}]},
        {"overrides": ["half"]},
        {"overrides": "half"},
    ],
)
def test_a_price_that_varies_or_is_not_understood_is_unknown(pricing: dict[str, Any]) -> None:
    assert openrouter(**pricing).prices is None


def test_free_is_a_price() -> None:
    assert openrouter(prompt="0", completion="0", input_cache_read="0", input_cache_write="0").prices == rates("0", "0")


def litellm(**info: Any) -> dict[str, Any]:
    known = {
        "id": "1",
        "mode": "chat",
        "max_tokens": 4096,
        "max_input_tokens": 200000,
        "max_output_tokens": 64000,
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06,
        "supports_vision": True,
        "supports_function_calling": True,
        "supports_reasoning": None,
        "supports_response_schema": False,
    }
    return {"model_name": "sonnet", "litellm_params": {"model": "x"}, "model_info": known | info}


@pytest.mark.parametrize("path", ["", "/v1"])
def test_litellm_tells_more_beside_its_plain_list(path: str) -> None:
    other, embedding = {**litellm(), "model_name": "other", "model_info": {}}, litellm(mode="embedding")
    pages = {"/model/info": {"data": [litellm(), litellm(max_input_tokens=1), other, embedding, {"model_info": None}]}}
    models, asked = listed("litellm", pages, path=path)
    assert asked == ["/model/info"]
    assert models == [
        ListedModel(
            "litellm/sonnet",
            "litellm",
            "sonnet",
            None,
            200000,
            64000,
            rates("3", "15", cache_read="0.3", cache_write="3.75"),
            ("vision", "tools"),
        ),
        ListedModel("litellm/other", "litellm", "other"),
    ]


@pytest.mark.parametrize("told", [403, 404, 500, {"data": []}, {"detail": "no"}])
def test_litellm_falls_back_to_its_plain_list(told: Any) -> None:
    pages = {"/model/info": told, "/v1/models": {"data": [{"id": "sonnet", "owned_by": "openai"}]}}
    assert only("litellm", pages) == ListedModel("litellm/sonnet", "litellm", "sonnet")


def test_litellms_prices_of_large_calls() -> None:
    info = {
        "input_cost_per_token_above_1000k_tokens": 1e-05,
        "output_cost_per_token_above_1000k_tokens": 3e-05,
        "input_cost_per_token_above_200k_tokens": 6e-06,
        "output_cost_per_token_above_200k_tokens": 2.25e-05,
        "input_cost_per_token_above_272k_tokens": None,
        "output_cost_per_token_above_272k_tokens": None,
        "cache_read_input_token_cost_above_200k_tokens": 6e-07,
        "cache_creation_input_token_cost_above_1hr": 6e-06,
    }
    prices = only("litellm", {"/model/info": {"data": [litellm(**info)]}}).prices
    assert prices is not None
    assert prices.rates.cache_write_1h == D("6")
    assert prices.tiers == (
        Tier(Rates(D("6"), D("22.5"), cache_read=D("0.6")), over_input=200_001),
        Tier(Rates(D("10"), D("30")), over_input=1_000_001),
    )
    assert str(prices.tiers[1].rates.input) == "10", "as people write it, not 1E+1"


def test_groq() -> None:
    data = [
        {"id": "llama", "active": True, "context_window": 131072, "max_completion_tokens": 32768},
        {"id": "gone", "active": False},
    ]
    model = only("groq", {"/openai/v1/models": {"data": data}}, path="/openai/v1")
    assert (model.model, model.context, model.max_output, model.capabilities) == ("llama", 131072, 32768, None)


def test_togethers_list_is_bare_and_per_million() -> None:
    llama = {"id": "m/l", "type": "chat", "display_name": "L", "context_length": 8192}
    dear = {**llama, "pricing": {"input": 0.88, "output": 0.88, "hourly": 0, "base": 0, "finetune": 0}}
    rented = {**llama, "id": "m/r", "pricing": {"input": 0, "output": 0, "hourly": 2.5}}
    models, _ = listed("together", {"/v1/models": [dear, rented, {"id": "m/e", "type": "embedding"}]})
    assert models == [
        ListedModel("together/m/l", "together", "m/l", "L", 8192, None, rates("0.88", "0.88")),
        ListedModel("together/m/r", "together", "m/r", "L", 8192),
    ]


def test_fireworks() -> None:
    model = {"id": "accounts/fireworks/models/x", "context_length": 131072, "supports_chat": True}
    can = {"supports_image_input": False, "supports_tools": True}
    data = [{**model, **can}, {"id": "accounts/fireworks/models/flux", "supports_chat": False}]
    found = only("fireworks", {"/inference/v1/models": {"data": data}}, path="/inference/v1")
    assert (found.model, found.context, found.capabilities) == ("accounts/fireworks/models/x", 131072, ("tools",))


def test_xai_prices_are_hundredths_of_a_cent() -> None:
    said = {
        "id": "grok-x",
        "aliases": ["grok-latest"],
        "input_modalities": ["text", "image"],
        "prompt_text_token_price": 30000,
        "cached_prompt_text_token_price": 7500,
        "completion_text_token_price": 150000,
    }
    model = only("xai", {"/v1/language-models": {"models": [said]}})
    assert model.prices == rates("3", "15", cache_read="0.75")
    assert model.capabilities == ("vision",)


def test_xai_falls_back_to_its_plain_list() -> None:
    assert only("xai", {"/v1/models": {"data": [{"id": "grok-x"}]}}) == ListedModel("xai/grok-x", "xai", "grok-x")


@pytest.mark.parametrize("vendor", ["vllm", "sglang"])
def test_vllm_and_sglang(vendor: str) -> None:
    data = [{"id": "m", "owned_by": vendor, "max_model_len": 32768}, {"id": "m-lora", "parent": "m"}]
    models, _ = listed(vendor, {"/v1/models": {"data": data}})
    assert [(each.model, each.context) for each in models] == [("m", 32768), ("m-lora", None)]


def test_tgi() -> None:
    pages = {"/v1/models": {"data": [{"id": "m"}]}, "/info": {"model_id": "m", "max_total_tokens": 4096}}
    assert only("tgi", pages).context == 4096
    assert only("tgi", {"/v1/models": {"data": [{"id": "m"}]}}).context is None


@pytest.mark.parametrize("vendor", ["llamacpp", "llama_cpp", "llama.cpp", "llama-cpp"])
def test_llama_cpp_tells_what_a_slot_holds(vendor: str) -> None:
    model = {"id": "m.gguf", "meta": {"n_ctx_train": 131072}}
    props = {"default_generation_settings": {"n_ctx": 4096}, "modalities": {"vision": True, "audio": False}}
    found = only(vendor, {"/v1/models": {"data": [model]}, "/props": props})
    assert (found.context, found.capabilities) == (4096, ("vision",))
    bare = only(vendor, {"/v1/models": {"data": [model]}, "/props": 404})
    assert (bare.context, bare.capabilities) == (131072, None)


def test_llama_cpp_as_a_router_is_not_asked_what_one_model_holds() -> None:
    models = {"data": [{"id": "a", "status": {"value": "loaded"}}, {"id": "b", "status": {"value": "unloaded"}}]}
    found, asked = listed("llamacpp", {"/v1/models": models, "/props": {}})
    assert ([each.model for each in found], asked) == (["a", "b"], ["/v1/models"])


def test_lm_studio_tells_what_is_loaded() -> None:
    loaded = [{"id": "m", "config": {"context_length": 8192}}]
    can = {"vision": False, "trained_for_tool_use": True}
    models = [
        {"type": "llm", "key": "m", "display_name": "M", "loaded_instances": loaded, "max_context_length": 131072,
         "capabilities": can},
        {"type": "llm", "key": "n", "display_name": "N", "loaded_instances": [], "max_context_length": 4096},
        {"type": "embedding", "key": "e"},
    ]  # fmt: skip
    found, _ = listed("lmstudio", {"/api/v1/models": {"models": models}})
    assert found == [
        ListedModel("lmstudio/m", "lmstudio", "m", "M", 8192, None, None, ("tools",)),
        ListedModel("lmstudio/n", "lmstudio", "n", "N", 4096),
    ]
    old, _ = listed("lm_studio", {"/v1/models": {"data": [{"id": "m"}]}})
    assert [each.model for each in old] == ["m"]


def show(body: bytes) -> Any:
    """Ollama's answer about one model."""
    model = json.loads(body)["model"]
    if model == "embed":
        return {"capabilities": ["embedding"], "model_info": {}}
    if model == "odd":
        return 500
    return {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
    }


@pytest.mark.parametrize("path", ["", "/v1"])
def test_ollama_tells_of_each_model_alone(path: str) -> None:
    names = ["qwen3:8b", "embed", "odd"]
    tags = {"models": [{"name": name, "model": name, "details": {}} for name in names]}
    models, asked = listed("ollama", {"/api/tags": tags, "/api/show": show}, path=path)
    assert models == [
        ListedModel("ollama/qwen3:8b", "ollama", "qwen3:8b", None, 40960, None, None, ("tools", "reasoning")),
        ListedModel("ollama/odd", "ollama", "odd"),
    ]
    assert asked == ["/api/tags", *["/api/show"] * 3]


def test_of_a_hundred_ollama_models_the_first_are_asked_for() -> None:
    tags = {"models": [{"model": f"m{n}"} for n in range(100)]}
    models, asked = listed("ollama", {"/api/tags": tags, "/api/show": show})
    assert len(models) == 100
    assert asked.count("/api/show") == 32


@pytest.mark.parametrize("vendor", ["acme", "openai", "litellm", "xai", "tgi", "llamacpp", "lmstudio"])
@pytest.mark.parametrize(
    "said",
    [
        None,
        True,
        "models",
        [],
        {},
        {"data": None},
        {"data": {"id": "a"}},
        {"data": [3, None, [], {}, {"id": 7}, {"id": ""}, {"id": "new\nline"}, {"id": "\u202eevil"}]},
        {"data": [{"id": "\x1b[2J"}], "models": [{"id": 3, "key": [], "name": {}}]},
    ],
)
def test_junk_lists_nothing(vendor: str, said: Any) -> None:
    paths = ("/v1/models", "/model/info", "/v1/language-models", "/api/v1/models", "/info", "/props")
    models, _ = listed(vendor, dict.fromkeys(paths, said))
    assert models == []


@pytest.mark.parametrize("size", [0, -1, True, "8192", None, 1e400, [], 2**60])
def test_a_size_that_is_none_is_unknown(size: Any) -> None:
    model = only("acme", {"/v1/models": {"data": [{"id": "m", "context_length": size}]}})
    assert model.context is None


def test_an_error_is_the_vendors_own() -> None:
    with pytest.raises(ProviderError, match="status 401"):
        listed("acme", {"/v1/models": 401})


def test_every_vendor_that_has_a_list_of_its_own_shape_is_a_vendor() -> None:
    """A row whose id changes would lose its lister, and nobody would notice."""
    ids = {re.sub(r"[-_.]", "", each.id) for each in VENDORS}
    assert OF_VENDOR.keys() <= ids
