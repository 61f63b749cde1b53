"""A probability for every token of the vocabulary, held as the few that evidence speaks for over a common ground."""

import heapq
from collections.abc import Iterator, Mapping
from functools import cached_property

Ranked = tuple[tuple[int, float], ...]


class Ground:
    """What is likely in one kind of place whatever was said: some tokens, and the same small `rest` for all others."""

    def __init__(self, counts: Mapping[int, int], *, size: int, rest: float) -> None:
        """`rest` is the part of the mass that is spread evenly over all `size` tokens."""
        total = sum(counts.values()) or 1
        self.size = size
        self.rest = rest / size if counts else 1 / size
        self._likely = {token: self.rest + (1 - rest) * count / total for token, count in counts.items()}
        self._powers: dict[float, float] = {}

    def of(self, token: int) -> float:
        return self._likely.get(token, self.rest)

    @cached_property
    def ranked(self) -> Ranked:
        return tuple(sorted(self._likely.items(), key=lambda pair: (-pair[1], pair[0])))

    def others(self) -> Iterator[int]:
        return (token for token in range(self.size) if token not in self._likely)

    def power(self, exponent: float) -> float:
        """The sum over the vocabulary of each probability to the power of `exponent`."""
        if exponent not in self._powers:
            likely = sum(p**exponent for p in self._likely.values())
            self._powers[exponent] = likely + (self.size - len(self._likely)) * self.rest**exponent
        return self._powers[exponent]


class Distribution:
    """`evidence[token]` where there is evidence, else `share` times the ground. Sums to one."""

    def __init__(self, evidence: Mapping[int, float], *, share: float, ground: Ground) -> None:
        self._evidence = evidence
        self._share = share
        self._ground = ground

    def __getitem__(self, token: int) -> float:
        return self._of(token) / self._mass

    def __len__(self) -> int:
        return self._ground.size

    def ranked(self) -> Iterator[tuple[int, float]]:
        """Every token with its probability, the likeliest first; equals in the order of their ids."""
        for token, p in self._ranked():
            yield token, p / self._mass

    def power(self, exponent: float) -> float:
        """The sum over the vocabulary of each probability to the power of `exponent`."""
        spoken = sum(p**exponent for p in self._evidence.values())
        silent = self._ground.power(exponent) - sum(self._ground.of(token) ** exponent for token in self._evidence)
        return float((spoken + self._share**exponent * max(silent, 0.0)) / self._mass**exponent)

    def scaled(self, factors: Mapping[int, float]) -> "Distribution":
        """The same with some tokens made likelier or less so, and one again in sum."""
        changed = {token: self._of(token) * factor for token, factor in factors.items()}
        return Distribution({**self._evidence, **changed}, share=self._share, ground=self._ground)

    @cached_property
    def _mass(self) -> float:
        silent = 1.0 - sum(self._ground.of(token) for token in self._evidence)
        return sum(self._evidence.values()) + self._share * max(silent, 0.0)

    def _of(self, token: int) -> float:
        known = self._evidence.get(token)
        return self._share * self._ground.of(token) if known is None else known

    def _ranked(self) -> Iterator[tuple[int, float]]:
        spoken = sorted(self._evidence.items(), key=lambda pair: (-pair[1], pair[0]))
        return heapq.merge(spoken, self._silent(), key=lambda pair: -pair[1])

    def _silent(self) -> Iterator[tuple[int, float]]:
        for token, p in self._ground.ranked:
            if token not in self._evidence:
                yield token, p * self._share
        for token in self._ground.others():
            if token not in self._evidence:
                yield token, self._ground.rest * self._share
