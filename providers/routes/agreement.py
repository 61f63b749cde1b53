"""Self-consistency: the same question, asked a few more times, is answered alike by a model that knows."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from providers.events import Event
from providers.model import Model
from providers.routes.attempts import Attempts
from providers.routes.judge import Answer, Heard, Verdict
from providers.types import Request

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Agreement:
    """Asks `model` for `samples` more answers, short ones, and keeps the answer if it agrees with them.

    The score is the mean over the samples of the share of words that sample and answer have in common, both taken as
    sets (Jaccard); of an answer that is longer than a sample may be, as many words as the sample has are compared.
    """

    model: Model
    samples: int
    threshold: float

    @property
    def name(self) -> str:
        return "self-consistency"

    async def judge(self, request: Request, answer: Answer) -> AsyncGenerator[Event | Verdict, None]:
        attempts, said = Attempts(), list[str]()
        for _ in range(self.samples):
            child, heard = attempts.child(), Heard("sample")
            async with aclosing(self.model.stream(request)) as events:
                async for event in events:
                    if (passed := heard.passed_on(child.own(event))) is not None:
                        yield passed
            said.append(heard.text)
        score = sum(alike(answer.text, each) for each in said) / max(1, len(said))
        keep = score >= self.threshold
        why = f"{self.samples} samples agree by {score:.2f} {'≥' if keep else '<'} {self.threshold:.2f}"
        yield Verdict(keep, why, score, self.threshold, self.name)


def alike(answer: str, sample: str) -> float:
    """From 0 to 1."""
    ours, theirs = (WORD.findall(text.casefold()) for text in (answer, sample))
    if len(ours) > len(theirs) > 0:
        ours = ours[: len(theirs)]
    both, either = set(ours) & set(theirs), set(ours) | set(theirs)
    return len(both) / len(either) if either else 1.0
