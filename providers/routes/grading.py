"""A model as judge: it is asked for a grade from 0 to 10, which is held against a threshold."""

import re
from dataclasses import dataclass

from providers.errors import Failure, ProviderError
from providers.model import Model
from providers.routes.judge import Answer, Asked, Verdict
from providers.routes.rules import last_text
from providers.types import Request

SYSTEM = (
    "You grade answers. Reply with one whole number from 0 (wrong or useless) to 10 (correct, complete and clear), "
    "and nothing else."
)
CASE = "Question:\n{question}\n\nAnswer to grade:\n{answer}\n\nGrade (0 to 10):"
GRADE = re.compile(r"(?<![\d.])(10|\d)(?:\.\d+)?(?=\s*(?:/\s*10)?\b)")
MOST = 10


def grader(model: Model, threshold: float, criteria: str = "") -> Asked:
    """`threshold` is a share of the best grade, from 0 to 1; `criteria` is what else is to be heeded."""
    return Asked(model, grading(criteria), _Grading(threshold, model.name))


def grading(criteria: str) -> "_Question":
    """How a judge is asked."""
    return _Question(criteria)


def grade_of(said: str) -> float | None:
    """From 0 to 1; None for what is no grade."""
    found = GRADE.search(said)
    return int(found[1]) / MOST if found is not None else None


@dataclass(frozen=True)
class _Question:
    criteria: str

    def __call__(self, request: Request, answer: Answer) -> Request:
        system = f"{SYSTEM}\n\n{self.criteria}" if self.criteria else SYSTEM
        text = answer.text or answer.refusal or " ".join(f"{call.name}({call.arguments})" for call in answer.calls)
        return Request.of(CASE.format(question=last_text(request), answer=text), system=system, max_tokens=8)


@dataclass(frozen=True)
class _Grading:
    threshold: float
    by: str

    def __call__(self, said: str) -> Verdict:
        """Raises `ProviderError` for what is no grade: the answer is then not judged, rather than judged by chance."""
        score = grade_of(said)
        if score is None:
            raise ProviderError(Failure("protocol", f"{self.by} gave no grade from 0 to 10, but {said[:60]!r}"))
        keep = score >= self.threshold
        sign = "≥" if keep else "<"
        return Verdict(
            keep, f"grade {score:.2f} {sign} {self.threshold:.2f} by {self.by}", score, self.threshold, self.by
        )
