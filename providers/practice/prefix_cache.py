"""What the prompt cache holds: the last prompts of one model, of which a new one may share the beginning."""

from collections import deque
from collections.abc import Sequence
from itertools import takewhile


class PrefixCache:
    def __init__(self, *, prompts: int = 64, longest: int = 40_000) -> None:
        """Remembers the last `prompts` prompts, and of each at most `longest` tokens."""
        self._seen: deque[tuple[int, ...]] = deque(maxlen=prompts)
        self._longest = longest

    def admit(self, tokens: Sequence[int]) -> int:
        """How many of the first `tokens` were seen before; from now on all of them were.

        The last token always has to be read: what follows it is what is asked for.
        """
        cached = max((_shared(tokens, seen) for seen in self._seen), default=0)
        prompt = tuple(tokens[: self._longest])
        if prompt in self._seen:
            self._seen.remove(prompt)
        self._seen.append(prompt)
        return min(cached, max(len(tokens) - 1, 0))


def _shared(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
