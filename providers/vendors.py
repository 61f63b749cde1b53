"""Vendors as rows of data. An OpenAI-compatible service is a row here, never a module."""

from urllib.parse import urlsplit

import msgspec

from providers.dialects.base import DialectName, Quirks


class Vendor(msgspec.Struct, frozen=True):
    """Where a vendor is, how it speaks, and which variables usually hold its key."""

    id: str
    name: str
    dialect: DialectName
    base_url: str
    key_env: tuple[str, ...] = ()
    quirks: Quirks = Quirks()
    needs_key: bool = True

    @property
    def is_practice(self) -> bool:
        """Its base URL is known only when the practice server runs."""
        return self.id.startswith("practice")


OPENAI = Quirks(max_tokens_field="max_completion_tokens", refuses=frozenset({"top_k", "thinking_budget"}))
DEEPSEEK = Quirks(refuses=frozenset({"seed", "top_k", "thinking_budget"}))
MISTRAL = Quirks(
    stream_options=False,  # usage always comes, and a field that is unknown is an error
    renames={"seed": "random_seed"},
    refuses=frozenset({"logprobs", "top_logprobs", "top_k", "thinking_budget"}),
)
QWEN = Quirks(refuses=frozenset({"frequency_penalty"}))
OPENROUTER = Quirks(
    stream_options=False,  # usage always comes
    renames={"reasoning_effort": "reasoning.effort", "thinking_budget": "reasoning.max_tokens"},
)
GROQ = Quirks(
    max_tokens_field="max_completion_tokens",
    refuses=frozenset({"logprobs", "top_logprobs", "top_k", "thinking_budget"}),
)
XAI = Quirks(
    max_tokens_field="max_completion_tokens",
    refuses=frozenset({"thinking_budget"}),
    output_excludes_reasoning=True,
)

VENDORS: tuple[Vendor, ...] = (
    Vendor("practice", "Practice", "openai_chat", "", needs_key=False),
    Vendor("practice-anthropic", "Practice", "anthropic", "", needs_key=False),
    Vendor("practice-gemini", "Practice", "gemini", "", needs_key=False),
    Vendor("openai", "OpenAI", "openai_chat", "https://api.openai.com/v1", ("OPENAI_API_KEY",), OPENAI),
    Vendor("anthropic", "Anthropic", "anthropic", "https://api.anthropic.com", ("ANTHROPIC_API_KEY",)),
    Vendor("google", "Google", "gemini", "https://generativelanguage.googleapis.com",
           ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    Vendor("deepseek", "DeepSeek", "openai_chat", "https://api.deepseek.com", ("DEEPSEEK_API_KEY",), DEEPSEEK),
    Vendor("mistral", "Mistral", "openai_chat", "https://api.mistral.ai/v1", ("MISTRAL_API_KEY",), MISTRAL),
    Vendor("qwen", "Qwen", "openai_chat", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
           ("DASHSCOPE_API_KEY",), QWEN),
    Vendor("openrouter", "OpenRouter", "openai_chat", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",),
           OPENROUTER),
    Vendor("groq", "Groq", "openai_chat", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",), GROQ),
    Vendor("together", "Together", "openai_chat", "https://api.together.xyz/v1", ("TOGETHER_API_KEY",)),
    Vendor("fireworks", "Fireworks", "openai_chat", "https://api.fireworks.ai/inference/v1", ("FIREWORKS_API_KEY",)),
    Vendor("xai", "xAI", "openai_chat", "https://api.x.ai/v1", ("XAI_API_KEY",), XAI),
    Vendor("moonshot", "Moonshot", "openai_chat", "https://api.moonshot.ai/v1", ("MOONSHOT_API_KEY",)),
    Vendor("cerebras", "Cerebras", "openai_chat", "https://api.cerebras.ai/v1", ("CEREBRAS_API_KEY",)),
    Vendor("perplexity", "Perplexity", "openai_chat", "https://api.perplexity.ai", ("PERPLEXITY_API_KEY",)),
)  # fmt: skip

_by_id = {row.id: row for row in VENDORS}


def vendor(id_: str) -> Vendor:
    """The row of that id. Raises `KeyError`."""
    return _by_id[id_]


def origin(url: str) -> str:
    """Scheme, host and port of `url`, the port always said: what a key belongs to."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    host = (parts.hostname or "").lower()
    return f"{parts.scheme.lower()}://{f'[{host}]' if ':' in host else host}:{port}"


def vendor_of_origin(url: str) -> Vendor | None:
    """The vendor whose own origin `url` is at."""
    here = origin(url)
    return next((row for row in VENDORS if row.base_url and origin(row.base_url) == here), None)
