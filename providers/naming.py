"""What a model at an endpoint is called: where nobody's row names the endpoint, by its host."""

from urllib.parse import urlsplit

CUSTOM = "custom"
"""The vendor of a URL that belongs to no row."""


def model_name(vendor: str, endpoint: str, model: str) -> str:
    """`openai/gpt-x`, or `gpt-x@gpu-box:8000`. Two endpoints never share a name."""
    return f"{model}@{urlsplit(endpoint).netloc}" if vendor == CUSTOM and endpoint else f"{vendor}/{model}"
