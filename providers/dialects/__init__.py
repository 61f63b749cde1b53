"""The dialects there are, by name."""

from providers.dialects.anthropic import Anthropic
from providers.dialects.base import Dialect, DialectName
from providers.dialects.gemini import Gemini
from providers.dialects.ollama import Ollama
from providers.dialects.openai_chat import OpenAiChat
from providers.dialects.openai_responses import OpenAiResponses

DIALECTS: dict[DialectName, Dialect] = {
    "openai_chat": OpenAiChat(),
    "openai_responses": OpenAiResponses(),
    "anthropic": Anthropic(),
    "gemini": Gemini(),
    "ollama": Ollama(),
}
