"""A model server that was found on the desk, as a value. Light: the window shows it."""

from typing import Literal

import msgspec

from providers.dialects.base import DialectName
from providers.vendors import VENDORS, origin

Kind = Literal["vllm", "tgi", "sglang", "llamacpp", "ollama", "lmstudio", "litellm", "portkey", "other"]
NAMES: dict[Kind, str] = {
    "vllm": "vLLM",
    "tgi": "TGI",
    "sglang": "SGLang",
    "llamacpp": "llama.cpp",
    "ollama": "Ollama",
    "lmstudio": "LM Studio",
    "litellm": "LiteLLM",
    "portkey": "Portkey gateway",
    "other": "A server",
}


class DeskServer(msgspec.Struct, frozen=True):
    """One that answered. `models` are their names as requests have them; none where it wants a key first."""

    root: str
    kind: Kind
    models: tuple[str, ...] = ()
    version: str = ""
    wants_key: bool = False
    vendor: str = ""
    """The user's own vendor that is there, if one is."""

    @property
    def name(self) -> str:
        return self.vendor or NAMES[self.kind]

    @property
    def dialect(self) -> DialectName:
        return "ollama" if self.kind == "ollama" else "openai_chat"

    @property
    def base_url(self) -> str:
        return self.root if self.kind == "ollama" else f"{self.root}/v1"

    def lane(self, model: str) -> str:
        """The lane that runs one of its models: of the vendor, where it is one's place."""
        row = next((each for each in VENDORS if each.id == self.kind and origin(each.base_url) == self.root), None)
        vendor = self.vendor or (row.id if row is not None else "")
        return f"{vendor}/{model}" if vendor else f"{self.dialect}:{model}@{self.base_url}"
