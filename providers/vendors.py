"""Vendors as rows of data. An OpenAI-compatible service is a row here, never a module."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import msgspec

from providers.dialects.base import DialectName, Quirks
from providers.quirks import (
    AZURE,
    DEEPSEEK,
    GROQ,
    LITELLM,
    LLAMACPP,
    LMSTUDIO,
    MISTRAL,
    MOONSHOT,
    OPENAI,
    OPENROUTER,
    PLAIN,
    PORTKEY,
    QWEN,
    SGLANG,
    TGI,
    VLLM,
    XAI,
)


class Vendor(msgspec.Struct, frozen=True):
    """Where a vendor is, how it speaks, and which variables usually hold its key."""

    id: str
    name: str
    dialect: DialectName
    base_url: str
    key_env: tuple[str, ...] = ()
    quirks: Quirks = Quirks()
    needs_key: bool = True
    kin: str = ""
    """The vendor that ships which this one is another place or account of, or runs the software of."""
    key_name: str = ""
    """Which one of several keys is used; empty: the usual one."""
    is_own: bool = False
    """The user has added it."""
    ca_file: str = ""
    """Certificates that are trusted there besides the system's."""

    @property
    def is_practice(self) -> bool:
        """Its base URL is known only when the practice server runs."""
        return self.id.startswith("practice")


def _local(id_: str, name: str, port: int, quirks: Quirks, *key_env: str) -> Vendor:
    """A server on this machine, at the port where it usually listens, with a key only if it was given one."""
    return Vendor(id_, name, "openai_chat", f"http://127.0.0.1:{port}/v1", key_env, quirks, needs_key=False)


VENDORS: tuple[Vendor, ...] = (
    Vendor("practice", "Practice", "openai_chat", "", needs_key=False),
    Vendor("practice-responses", "Practice", "openai_responses", "", needs_key=False),
    Vendor("practice-anthropic", "Practice", "anthropic", "", needs_key=False),
    Vendor("practice-gemini", "Practice", "gemini", "", needs_key=False),
    Vendor("practice-ollama", "Practice", "ollama", "", needs_key=False),
    # Vendors of models
    Vendor("openai", "OpenAI", "openai_chat", "https://api.openai.com/v1", ("OPENAI_API_KEY",), OPENAI),
    Vendor("openai-responses", "OpenAI", "openai_responses", "https://api.openai.com/v1", ("OPENAI_API_KEY",)),
    Vendor("anthropic", "Anthropic", "anthropic", "https://api.anthropic.com", ("ANTHROPIC_API_KEY",)),
    Vendor("google", "Google", "gemini", "https://generativelanguage.googleapis.com",
           ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    Vendor("deepseek", "DeepSeek", "openai_chat", "https://api.deepseek.com", ("DEEPSEEK_API_KEY",), DEEPSEEK),
    Vendor("mistral", "Mistral", "openai_chat", "https://api.mistral.ai/v1", ("MISTRAL_API_KEY",), MISTRAL),
    Vendor("qwen", "Qwen (Singapore)", "openai_chat", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
           ("DASHSCOPE_API_KEY",), QWEN),
    Vendor("qwen-cn", "Qwen (Beijing)", "openai_chat", "https://dashscope.aliyuncs.com/compatible-mode/v1",
           ("DASHSCOPE_CN_API_KEY",), QWEN),
    Vendor("qwen-us", "Qwen (Virginia)", "openai_chat", "https://dashscope-us.aliyuncs.com/compatible-mode/v1",
           ("DASHSCOPE_US_API_KEY",), QWEN),
    Vendor("qwen-hk", "Qwen (Hong Kong)", "openai_chat",
           "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1", ("DASHSCOPE_HK_API_KEY",), QWEN),
    Vendor("xai", "xAI", "openai_chat", "https://api.x.ai/v1", ("XAI_API_KEY",), XAI),
    Vendor("moonshot", "Moonshot", "openai_chat", "https://api.moonshot.ai/v1", ("MOONSHOT_API_KEY",), MOONSHOT),
    Vendor("perplexity", "Perplexity", "openai_chat", "https://api.perplexity.ai", ("PERPLEXITY_API_KEY",), PLAIN),
    # Hosts of open models
    Vendor("groq", "Groq", "openai_chat", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",), GROQ),
    Vendor("together", "Together", "openai_chat", "https://api.together.xyz/v1", ("TOGETHER_API_KEY",), PLAIN),
    Vendor("fireworks", "Fireworks", "openai_chat", "https://api.fireworks.ai/inference/v1", ("FIREWORKS_API_KEY",),
           PLAIN),
    Vendor("cerebras", "Cerebras", "openai_chat", "https://api.cerebras.ai/v1", ("CEREBRAS_API_KEY",), PLAIN),
    Vendor("ollama-cloud", "Ollama Cloud", "ollama", "https://ollama.com", ("OLLAMA_API_KEY",)),
    # Gateways
    Vendor("openrouter", "OpenRouter", "openai_chat", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",),
           OPENROUTER),
    Vendor("tokenmix", "TokenMix.ai", "openai_chat", "https://api.tokenmix.ai/v1", ("TOKENMIX_API_KEY",)),
    Vendor("helicone", "Helicone", "openai_chat", "https://ai-gateway.helicone.ai/v1", ("HELICONE_API_KEY",)),
    Vendor("portkey", "Portkey", "openai_chat", "https://api.portkey.ai/v1", ("PORTKEY_API_KEY",), PORTKEY),
    _local("portkey-local", "Portkey gateway", 8787, PORTKEY),
    _local("litellm", "LiteLLM", 4000, LITELLM, "LITELLM_API_KEY"),
    # Servers on the desk
    _local("vllm", "vLLM", 8000, VLLM, "VLLM_API_KEY"),
    _local("sglang", "SGLang", 30000, SGLANG, "SGLANG_API_KEY"),
    _local("tgi", "TGI", 3000, TGI),
    _local("llamacpp", "llama.cpp", 8080, LLAMACPP, "LLAMA_API_KEY"),
    _local("lmstudio", "LM Studio", 1234, LMSTUDIO, "LM_API_TOKEN"),
    Vendor("ollama", "Ollama", "ollama", "http://127.0.0.1:11434", needs_key=False),
)  # fmt: skip

KIN: tuple[tuple[str, DialectName, str, Quirks], ...] = (
    (r"[\w-]+\.openai\.azure\.com", "openai_chat", "/openai/v1", AZURE),
    (r"[\w-]+\.openai\.azure\.com", "openai_responses", "/openai/v1", Quirks(key_header="api-key")),
    (r"[\w-]+\.[\w-]+\.maas\.aliyuncs\.com", "openai_chat", "/compatible-mode/v1", QWEN),
    (r"[\w.-]+\.endpoints\.huggingface\.cloud", "openai_chat", "/v1", TGI),
)
"""Hosts of which each customer has one of his own, with the path of the API there. They behave as a vendor does; no
key goes there unasked."""

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


def vendor_of_origin(url: str, dialect: DialectName | None = None) -> Vendor | None:
    """The vendor whose own origin `url` is at, preferably in that dialect. At a port of this machine, anyone may be."""
    here = origin(url)
    rows = [row for row in VENDORS if row.base_url.startswith("https:") and origin(row.base_url) == here]
    return next((row for row in rows if row.dialect == dialect), rows[0] if rows else None)


def quirks_of_url(url: str, dialect: DialectName) -> Quirks:
    """How the server at `url` departs from its dialect, as far as its host tells."""
    return next((quirks for _, quirks in _kin(url, dialect)), Quirks())


def home_of_url(url: str, dialect: DialectName) -> str:
    """`url` with the path of the API there in place of its own, if its host is a customer's own; else `url`."""
    return next((urlunsplit(urlsplit(url)._replace(path=path)) for path, _ in _kin(url, dialect)), url)


def _kin(url: str, dialect: DialectName) -> Iterator[tuple[str, Quirks]]:
    host = (urlsplit(url).hostname or "").lower()
    return (
        (path, quirks) for pattern, spoken, path, quirks in KIN if spoken == dialect and re.fullmatch(pattern, host)
    )
