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

    @property
    def name(self) -> str:
        return NAMES[self.kind]

    @property
    def dialect(self) -> DialectName:
        return "ollama" if self.kind == "ollama" else "openai_chat"

    def lane(self, model: str) -> str:
        """The lane that runs one of its models: of the vendor, where it is at that one's usual place."""
        row = next((each for each in VENDORS if each.id == self.kind and origin(each.base_url) == self.root), None)
        if row is not None:
            return f"{row.id}/{model}"
        path = "" if self.kind == "ollama" else "/v1"
        return f"{self.dialect}:{model}@{self.root}{path}"
