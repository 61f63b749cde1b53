"""How long the phases of one answer took, as servers tell it: load, prompt, answer. All are nanoseconds."""

import time

NS_PER_S = 1e9


class Times:
    """Made when the prompt is about to be read; `asked_s` is when the request came, by the monotonic clock."""

    def __init__(self, asked_s: float) -> None:
        self._asked = round(asked_s * NS_PER_S)
        self._begun = time.monotonic_ns()
        self._first: int | None = None

    def token(self) -> None:
        """Notes that a token is due; only the first matters."""
        self._first = self._first or time.monotonic_ns()

    def told(self) -> tuple[int, int, int]:
        """What load, prompt and answer took so far; the answer is counted from its first token."""
        now = time.monotonic_ns()
        first = self._first or now
        return self._begun - self._asked, first - self._begun, now - first
