"""What a client asked for, whatever dialect it spoke, and what the answer has taken so far."""

from decimal import Decimal
from typing import Any

import msgspec

from providers.practice.catalog import ENTRIES, MODELS, Entry, Pace, Price
from providers.practice.fields import Fields
from providers.practice.generation import Piece, Token
from providers.practice.model import Prompt
from providers.practice.problems import Problem
from providers.practice.sampling import Sampling
from providers.practice.times import Times

EFFORTS: dict[str, int | None] = {"none": 0, "minimal": 16, "low": 48, "medium": None, "high": None}
"""Most tokens of thought for each effort; the model ends its thought by itself where there is no number."""
FASTEST = 1_000_000.0
"""Tokens a second; a request for more is a slip of the finger."""


class PaceWish(msgspec.Struct, frozen=True):
    """A pace set by the process or by a request's `practice` field; None leaves what is set below."""

    ttft_ms: float | None = None
    tokens_per_s: float | None = None
    jitter: float | None = None

    def over(self, pace: Pace) -> Pace:
        """`pace` with what is wished. A wished time to first token is meant whole, however long the prompt."""
        return Pace(
            ttft_ms=pace.ttft_ms if self.ttft_ms is None else self.ttft_ms,
            prefill_per_s=pace.prefill_per_s if self.ttft_ms is None else 0.0,
            tokens_per_s=pace.tokens_per_s if self.tokens_per_s is None else self.tokens_per_s,
            jitter=pace.jitter if self.jitter is None else self.jitter,
        )

    @classmethod
    def of(cls, fields: Fields) -> "PaceWish":
        def wish(name: str, high: float) -> float | None:
            return fields.number(name, 0.0, low=0.0, high=high) if name in fields else None

        return cls(wish("ttft_ms", 3.6e6), wish("tokens_per_s", FASTEST), wish("jitter", 1.0))


class Ask(msgspec.Struct, frozen=True):
    entry: Entry
    prompt: Prompt
    sampling: Sampling
    stream: bool
    pace: PaceWish
    include_usage: bool = True
    show_thought: bool = True
    seal_thought: bool = False
    """Whether the thought is to be had in a sealed form, to be sent back."""


class Tally:
    """Tokens of one exchange, as the provider counts them: `cached` is a part of `input`, `thought` one of `output`."""

    def __init__(self, price: Price, *, input: int, cached: int, times: Times) -> None:
        self._price = price
        self.input = input
        self.cached = cached
        self.output = 0
        self.thought = 0
        self.times = times

    def add(self, piece: Piece) -> None:
        self.times.token()
        self.output += len(piece.tokens)
        self.thought += len(piece.tokens) if piece.thought else 0

    def add_silent(self, tokens: tuple[Token, ...]) -> None:
        self.output += len(tokens)

    @property
    def cost(self) -> float:
        """US dollars of play money."""
        price = self._price
        sums = (
            (self.input - self.cached) * Decimal(price.input),
            self.cached * Decimal(price.cached),
            self.output * Decimal(price.output),
        )
        return float(sum(sums) / 1_000_000)


def entry_named(name: Any) -> Entry:
    """Raises `Problem` for a model that is not ours."""
    for entry in ENTRIES:
        if entry.name == name:
            return entry
    raise Problem(
        "not_found",
        f"The model '{name}' does not exist. There are {', '.join(MODELS)}.",
        param="model",
        code="model_not_found",
    )


def must_reason(entry: Entry, fields: Fields, name: str) -> None:
    """Raises `Problem` if the model has no thoughts to give."""
    if not entry.reasons:
        raise fields.unfit(name, f"the model '{entry.name}' does not reason")
