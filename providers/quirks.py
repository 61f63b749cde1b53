"""How vendors depart from the dialect that they speak, as data: what each is known to refuse, rename or want."""

from providers.dialects.base import ModelRule, Quirks

SAMPLING = frozenset({"temperature", "top_p", "presence_penalty", "frequency_penalty"})
OPEN_MODELS = frozenset({"top_k", "min_p", "repetition_penalty"})
"""Settings that servers of open models have, and OpenAI has not."""
LOG_PROBS = frozenset({"logprobs", "top_logprobs"})
NOTHING: frozenset[str] = frozenset()

PLAIN = Quirks(echoes=NOTHING)
"""Speaks the dialect as it stands; reasoning is not taken back."""

_REASONING_MODELS = r"(o\d|gpt-5)(?!.*chat)"
_OF_REASONING = (
    ModelRule(_REASONING_MODELS, SAMPLING | LOG_PROBS | {"logit_bias"}, unless={"reasoning_effort": "none"}),
    ModelRule(r"(o3|o4-mini|gpt-5)(?!.*chat)", frozenset({"stop"})),
)
OPENAI = Quirks(max_tokens_field="max_completion_tokens", refuses=OPEN_MODELS, models=_OF_REASONING, echoes=NOTHING)
AZURE = Quirks(
    max_tokens_field="max_completion_tokens",
    refuses=OPEN_MODELS,
    models=_OF_REASONING,
    echoes=NOTHING,
    key_header="api-key",
)
DEEPSEEK = Quirks(
    refuses=OPEN_MODELS | {"seed", "logit_bias", "parallel_tool_calls"},
    reasoning="thinking",
    images="none",
    files="none",
    forms="json_object",
    echoes=frozenset({"reasoning_content"}),
    wants_reasoning_of_calls=True,
)
MISTRAL = Quirks(
    stream_options=False,  # usage always comes, and a field that is unknown is an error
    renames={"seed": "random_seed"},
    refuses=OPEN_MODELS | LOG_PROBS | {"logit_bias"},
    files="document_url",
    echoes=NOTHING,
    short_call_ids=True,
)
QWEN = Quirks(
    refuses=frozenset({"frequency_penalty", "logit_bias"}),
    reasoning="enable_thinking",
    files="none",
    echoes=frozenset({"reasoning_content"}),
)
MOONSHOT = Quirks(files="none", echoes=frozenset({"reasoning_content"}))
XAI = Quirks(
    max_tokens_field="max_completion_tokens",
    models=(ModelRule(r"grok-(3-mini|4|code)", frozenset({"stop", "presence_penalty", "frequency_penalty"})),),
    files="none",
    echoes=NOTHING,
    output_excludes_reasoning=True,
)
GROQ = Quirks(
    max_tokens_field="max_completion_tokens",
    refuses=OPEN_MODELS | LOG_PROBS | {"logit_bias"},
    files="none",
    echoes=NOTHING,
)
OPENROUTER = Quirks(
    stream_options=False,  # usage always comes
    reasoning="openrouter",
    echoes=frozenset({"reasoning_details"}),
)
LITELLM = Quirks(echoes=frozenset({"reasoning_content", "thinking_blocks"}))
PORTKEY = Quirks(key_header="x-portkey-api-key", echoes=NOTHING)
VLLM = Quirks(reasoning="template", renames={"thinking_budget": "thinking_token_budget"}, files="none")
SGLANG = Quirks(reasoning="template", files="none")
TGI = Quirks(ignores=frozenset({"logit_bias"}), files="none", forms="value", echoes=NOTHING)
LLAMACPP = Quirks(reasoning="template", renames={"repetition_penalty": "repeat_penalty"}, images="data", files="none")
LMSTUDIO = Quirks(
    renames={"repetition_penalty": "repeat_penalty"}, ignores=LOG_PROBS, images="data", files="none", echoes=NOTHING
)
