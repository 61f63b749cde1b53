"""What each dialect makes of a request."""

import json
from typing import Any

import pytest

from providers.dialects import DIALECTS, anthropic, gemini
from providers.dialects.base import DialectName, Encoded, Quirks
from providers.errors import ProviderError
from providers.types import KNOWN_PARAMS, Message, Request
from providers.vendors import vendor

TALK = Request((Message("user", "Hi"), Message("assistant", "Yes?"), Message("user", "Sea 🌊")), system="Be brief.")
EVERY: dict[str, Any] = {
    "temperature": 0.5, "top_p": 0.9, "top_k": 40, "max_tokens": 100, "stop": "END", "seed": 7, "presence_penalty": 0.1,
    "frequency_penalty": 0.2, "logprobs": True, "top_logprobs": 3, "reasoning_effort": "low", "thinking_budget": 2048,
    "min_p": 0.05, "repetition_penalty": 1.1, "logit_bias": {"50256": -100}, "parallel_tool_calls": False,
}  # fmt: skip


def encode(dialect: DialectName, request: Request, quirks: Quirks | None = None) -> Encoded:
    return DIALECTS[dialect].encode(request, model="m", base_url="http://h", quirks=quirks or Quirks())


def body_of(dialect: DialectName, request: Request = TALK, quirks: Quirks | None = None) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode(dialect, request, quirks).body)
    return body


def params(dialect: DialectName, quirks: Quirks | None = None, **given: Any) -> tuple[dict[str, Any], list[str]]:
    """The body, and the notices as `kind: text`."""
    request = Request.of("Hi", **given)
    notices = encode(dialect, request, quirks).notices
    return body_of(dialect, request, quirks), [f"{notice.kind}: {notice.text}" for notice in notices]


def vendors_params(id_: str, **given: Any) -> tuple[dict[str, Any], list[str]]:
    row = vendor(id_)
    return params(row.dialect, row.quirks, **given)


def test_chat() -> None:
    assert body_of("openai_chat") == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Sea 🌊"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_messages() -> None:
    assert body_of("anthropic") == {
        "model": "m",
        "max_tokens": 4096,
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Sea 🌊"},
        ],
        "system": "Be brief.",
        "stream": True,
    }
    assert encode("anthropic", TALK).headers == {"anthropic-version": "2023-06-01"}


def test_gemini() -> None:
    assert body_of("gemini") == {
        "contents": [
            {"role": "user", "parts": [{"text": "Hi"}]},
            {"role": "model", "parts": [{"text": "Yes?"}]},
            {"role": "user", "parts": [{"text": "Sea 🌊"}]},
        ],
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
    }


@pytest.mark.parametrize(
    ("dialect", "headers"),
    [
        ("openai_chat", {"authorization": "Bearer k"}),
        ("anthropic", {"x-api-key": "k"}),
        ("gemini", {"x-goog-api-key": "k"}),
    ],
)
def test_keys_go_into_a_header(dialect: DialectName, headers: dict[str, str]) -> None:
    assert DIALECTS[dialect].auth("k") == headers


def test_every_known_parameter_is_named_here() -> None:
    assert EVERY.keys() == KNOWN_PARAMS


def test_chat_parameters_have_these_names_already() -> None:
    body, notices = params("openai_chat", **EVERY)

    sent = {name: value for name, value in EVERY.items() if name != "thinking_budget"}
    assert {name: body[name] for name in sent} == sent
    assert notices == ["dropped_param: This API has no `thinking_budget`; it was not sent."]


def test_messages_parameters() -> None:
    body, notices = params("anthropic", **EVERY)

    assert {name: body[name] for name in body.keys() - {"model", "messages", "stream"}} == {
        "max_tokens": 100,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "stop_sequences": ["END"],
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "output_config": {"effort": "low"},
    }
    assert notices == [
        *(f"dropped_param: Anthropic has no `{name}`; it was not sent." for name in anthropic.ABSENT),
        "dropped_param: There is no tool to call; `parallel_tool_calls` was not sent.",
    ]


def test_gemini_parameters() -> None:
    body, notices = params("gemini", **EVERY)

    assert body["generationConfig"] == {
        "temperature": 0.5,
        "topP": 0.9,
        "topK": 40,
        "maxOutputTokens": 100,
        "stopSequences": ["END"],
        "seed": 7,
        "presencePenalty": 0.1,
        "frequencyPenalty": 0.2,
        "responseLogprobs": True,
        "logprobs": 3,
        "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 2048},
    }
    assert len(notices) == len(gemini.ABSENT) + 1
    assert "`reasoning_effort` was not sent" in notices[-1]


def test_anthropic_is_told_a_limit() -> None:
    assert params("anthropic")[1] == ["changed_param: Anthropic requires `max_tokens`; 4096 was sent."]
    assert params("anthropic", max_tokens=9) == (params("anthropic", max_tokens=9)[0], [])
    body, notices = params("anthropic", thinking_budget=10000)
    assert body["max_tokens"] == 14096
    assert "14096" in notices[0]


@pytest.mark.parametrize(
    ("dialect", "place"), [("anthropic", ["thinking", "type"]), ("gemini", ["generationConfig", "thinkingConfig"])]
)
def test_no_reasoning(dialect: DialectName, place: list[str]) -> None:
    body, notices = params(dialect, reasoning_effort="none")

    assert body[place[0]][place[1]] in ("disabled", {"thinkingBudget": 0})
    assert any("of none" in notice for notice in notices)


def test_gemini_takes_a_level() -> None:
    body, notices = params("gemini", reasoning_effort="high")

    assert body["generationConfig"] == {"thinkingConfig": {"includeThoughts": True, "thinkingLevel": "high"}}
    assert notices == []


def test_older_gemini_takes_a_budget() -> None:
    request = Request.of("Hi", reasoning_effort="medium")
    encoded = DIALECTS["gemini"].encode(request, model="gemini-2.5-pro", base_url="http://h", quirks=Quirks())

    assert json.loads(encoded.body)["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 8192
    assert [notice.kind for notice in encoded.notices] == ["changed_param"]


@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
def test_unknown_parameters_go_into_the_body_as_given(dialect: DialectName) -> None:
    body, _ = params(dialect, top_a=0.1, provider={"order": ["a"]}, seed_name="x", nothing=None)

    assert (body["top_a"], body["provider"], body["seed_name"], body["nothing"]) == (0.1, {"order": ["a"]}, "x", None)


def test_a_generation_config_of_ones_own_is_joined() -> None:
    body, _ = params("gemini", temperature=1, generationConfig={"responseMimeType": "text/plain", "topK": 1})

    assert body["generationConfig"] == {"temperature": 1, "responseMimeType": "text/plain", "topK": 1}


def test_stop_as_a_list_stays_one() -> None:
    assert params("anthropic", stop=["a", "b"])[0]["stop_sequences"] == ["a", "b"]
    assert params("gemini", stop=["a", "b"])[0]["generationConfig"] == {"stopSequences": ["a", "b"]}
    assert params("openai_chat", stop=["a", "b"])[0]["stop"] == ["a", "b"]


@pytest.mark.parametrize(
    ("id_", "given", "sent", "dropped"),
    [
        ("openai", {"max_tokens": 5, "top_k": 1}, {"max_completion_tokens": 5}, ["top_k"]),
        ("mistral", {"seed": 5, "max_tokens": 5, "logprobs": True}, {"random_seed": 5, "max_tokens": 5}, ["logprobs"]),
        ("openrouter", {"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}, []),
        ("openrouter", {"thinking_budget": 9}, {"reasoning": {"max_tokens": 9}}, []),
        ("groq", {"max_tokens": 5, "top_logprobs": 2}, {"max_completion_tokens": 5}, ["top_logprobs"]),
        ("xai", {"max_tokens": 5}, {"max_completion_tokens": 5}, []),
        ("together", {"max_tokens": 5, "top_k": 3}, {"max_tokens": 5, "top_k": 3}, []),
    ],
)
def test_vendors_depart_from_it(id_: str, given: dict[str, Any], sent: dict[str, Any], dropped: list[str]) -> None:
    body, notices = vendors_params(id_, **given)

    assert {name: body[name] for name in body.keys() - {"model", "messages", "stream", "stream_options"}} == sent
    assert notices == [f"dropped_param: This API has no `{name}`; it was not sent." for name in dropped]


def test_mistral_knows_no_stream_options() -> None:
    assert "stream_options" not in vendors_params("mistral")[0]


def test_what_is_ignored_is_sent_and_said() -> None:
    body, notices = params("openai_chat", Quirks(ignores=frozenset({"seed"})), seed=3)

    assert body["seed"] == 3
    assert notices == ["ignored_param: This API accepts `seed` and ignores it."]


def test_a_name_with_a_dot_stays_one() -> None:
    request = Request((Message("user", "Hi"),), params={"a.b": 1})

    assert body_of("openai_chat", request)["a.b"] == 1


@pytest.mark.parametrize("dialect", ["openai_chat", "anthropic", "gemini"])
@pytest.mark.parametrize(
    "request_", [Request.of("half \ud83d"), Request.of("Hi", system="\udc00"), Request.of("Hi", stop="\ud800")]
)
def test_half_characters_are_refused(dialect: DialectName, request_: Request) -> None:
    with pytest.raises(ProviderError) as caught:
        encode(dialect, request_)

    assert caught.value.failure.kind == "bad_request"
    assert "half a character" in caught.value.failure.message


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        encode("openai_chat", Request.of("Hi", strange=object()))

    assert caught.value.failure.kind == "bad_request"
