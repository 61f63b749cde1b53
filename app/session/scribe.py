"""What streams is written down: every second, what came since the last time, of each run that belongs to a session."""

from app.run import RunFold
from app.session.journal import More
from app.session.making import whole

EVERY_S = 1.0


class Scribe:
    """Follows one run's fold."""

    def __init__(self, run: str, fold: RunFold) -> None:
        self._run, self._fold = run, fold
        self._attempt = -1
        self._taken = {"text": 0, "reasoning": 0}

    def more(self) -> More | None:
        """What came since the last call, None if nothing did."""
        answer = self._fold.answer
        if answer is None:
            return None
        if answer.number != self._attempt:
            self._attempt = answer.number
            self._taken = {"text": 0, "reasoning": 0}
        text, reasoning = self._new("text", answer.text), self._new("reasoning", answer.reasoning)
        return More(self._run, answer.number, text, reasoning) if text or reasoning else None

    def _new(self, kind: str, pieces: list[str]) -> str:
        taken, self._taken[kind] = self._taken[kind], len(pieces)
        return whole("".join(pieces[taken:]))
