"""From a distribution to one token: temperature, top-k, top-p, seed."""

import math
from collections.abc import Iterator
from itertools import islice
from random import Random

import msgspec

from providers.practice.distribution import Distribution

COLDEST = 0.02
"""Below this temperature the likeliest token is certain in double precision, so it is simply taken."""


class Sampling(msgspec.Struct, frozen=True):
    """How to choose. `seed` None is a new one every time; `top` is how many alternatives to report with log-probs."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    stop: tuple[str, ...] = ()
    max_tokens: int = 1024
    max_thought: int | None = None
    logprobs: bool = False
    top: int = 0

    @property
    def penalises(self) -> bool:
        return bool(self.presence_penalty or self.frequency_penalty)


class Sampler:
    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = Random(sampling.seed)
        self._counts: dict[int, int] = {}

    def choose(self, distribution: Distribution) -> int:
        """One token of the `distribution`, which it counts for the penalties."""
        if self._sampling.penalises:
            distribution = distribution.scaled(self._factors())
        token = self._draw(distribution)
        self._counts[token] = self._counts.get(token, 0) + 1
        return token

    def _draw(self, distribution: Distribution) -> int:
        if self._sampling.temperature < COLDEST:
            return next(distribution.ranked())[0]
        mass, kept = self._kept(distribution)
        left = self._random.random() * mass
        token = -1
        for token, p in kept:  # noqa: B007  # the last one stands if rounding left a crumb
            left -= p
            if left < 0:
                break
        return token

    def _kept(self, distribution: Distribution) -> tuple[float, Iterator[tuple[int, float]]]:
        """What is left to draw from, likeliest first, and its mass."""
        warmed = self._warmed(distribution)
        if self._sampling.top_p >= 1.0 and not self._sampling.top_k:
            return 1.0, warmed
        kept = list(nucleus(islice(warmed, self._sampling.top_k or None), self._sampling.top_p))
        return sum(p for _, p in kept), iter(kept)

    def _warmed(self, distribution: Distribution) -> Iterator[tuple[int, float]]:
        if self._sampling.temperature == 1.0:
            return distribution.ranked()
        exponent = 1.0 / self._sampling.temperature
        mass = distribution.power(exponent)
        return ((token, p**exponent / mass) for token, p in distribution.ranked())

    def _factors(self) -> dict[int, float]:
        presence, frequency = self._sampling.presence_penalty, self._sampling.frequency_penalty
        return {token: math.exp(-presence - frequency * count) for token, count in self._counts.items()}


def nucleus(ranked: Iterator[tuple[int, float]], top_p: float) -> Iterator[tuple[int, float]]:
    """The fewest of the likeliest whose probabilities reach `top_p`; always at least one."""
    reached = 0.0
    for token, p in ranked:
        yield token, p
        reached += p
        if reached >= top_p:
            return
