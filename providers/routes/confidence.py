"""How sure a model was of its own words, from the log-probabilities of its tokens, where the vendor gives them.

The mean and the least are probabilities from 0 to 1: of the geometric mean of all tokens, and of the least likely one.
Entropy is the mean over tokens of the entropy in nats of the alternatives that were told, so less is surer; it is a
lower bound, since only the likeliest alternatives are told.
"""

import math
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from providers.errors import Failure, ProviderError
from providers.events import Event
from providers.routes.judge import Answer, Verdict
from providers.types import Request

Measure = Literal["mean", "min", "entropy"]
PARAMS: dict[str, Any] = {"logprobs": True, "top_logprobs": 5}
"""What the model has to be asked for."""
NAMES: dict[Measure, str] = {"mean": "mean token probability", "min": "least token probability", "entropy": "entropy"}


@dataclass(frozen=True)
class Confidence:
    """Keeps what is at least as likely as `threshold`; of entropy, what is at most that."""

    measure: Measure
    threshold: float

    @property
    def name(self) -> str:
        return NAMES[self.measure]

    async def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        score = score_of(answer.logprobs, self.measure)
        if score is None:
            raise ProviderError(Failure("protocol", "the model gave no log-probabilities to judge by"))
        keep = score <= self.threshold if self.measure == "entropy" else score >= self.threshold
        sign = {True: "≤", False: ">"} if self.measure == "entropy" else {True: "≥", False: "<"}
        why = f"{self.name} {score:.2f} {sign[keep]} {self.threshold:.2f}"
        yield Verdict(keep, why, score, self.threshold, self.name)


class Sureness(msgspec.Struct, frozen=True):
    """All measures of one answer."""

    mean: float
    min: float
    entropy: float

    def of(self, measure: Measure) -> float:
        score: float = getattr(self, measure)
        return score


class Tally:
    """Counts tokens as they come, and keeps none of them."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = self._least = self._entropy = 0.0

    def add(self, tokens: Iterable[dict[str, Any]]) -> None:
        for token in tokens:
            if not isinstance(token.get("logprob"), int | float):
                continue
            log = min(0.0, float(token["logprob"]))
            self._count += 1
            self._sum += log
            self._least = min(self._least, log)
            self._entropy += _entropy(token)

    @property
    def sureness(self) -> Sureness | None:
        """None where nothing is known of any token."""
        if not self._count:
            return None
        return Sureness(math.exp(self._sum / self._count), math.exp(self._least), self._entropy / self._count)


def score_of(tokens: Iterable[dict[str, Any]], measure: Measure) -> float | None:
    """None where nothing is known of any token."""
    tally = Tally()
    tally.add(tokens)
    return None if (sureness := tally.sureness) is None else sureness.of(measure)


def _entropy(token: dict[str, Any]) -> float:
    alternatives = token.get("top") or [token]
    logs = [float(each["logprob"]) for each in alternatives]
    return -sum(math.exp(log) * log for log in logs if log <= 0)
