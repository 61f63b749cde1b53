"""How sure a model was of its own words, from the log-probabilities of its tokens, where the vendor gives them.

The mean and the least are probabilities from 0 to 1: of the geometric mean of all tokens, and of the least likely one.
Entropy is the mean over tokens of the entropy in nats of the alternatives that were told, so less is surer; it is a
lower bound, since only the likeliest alternatives are told.
"""

import math
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any, Literal, assert_never

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


def score_of(tokens: Iterable[dict[str, Any]], measure: Measure) -> float | None:
    """None where nothing is known of any token."""
    known = [token for token in tokens if isinstance(token.get("logprob"), int | float)]
    if not known:
        return None
    logs = [min(0.0, float(token["logprob"])) for token in known]
    match measure:
        case "mean":
            return math.exp(sum(logs) / len(logs))
        case "min":
            return math.exp(min(logs))
        case "entropy":
            return sum(_entropy(token) for token in known) / len(known)
        case _:
            assert_never(measure)


def _entropy(token: dict[str, Any]) -> float:
    alternatives = token.get("top") or [token]
    logs = [float(each["logprob"]) for each in alternatives]
    return -sum(math.exp(log) * log for log in logs if log <= 0)
