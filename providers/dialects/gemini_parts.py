"""The parts of an answer, gathered as they must go back."""

from typing import Any

from providers.dialects.documents import tame

Part = dict[str, Any]


class Parts:
    """Increments of unsigned text of one kind are joined; every other part stays as it came, where it came."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._run: list[str] = []
        self._thought = False
        self._must_go_back = False

    def say(self, text: str, thought: bool) -> None:
        """A part that is text and nothing else."""
        if thought is not self._thought:
            self._end_run()
            self._thought = thought
        self._run.append(text)

    def add(self, part: Part) -> None:
        self._end_run()
        self._parts.append(part)
        self._must_go_back = True

    def drop(self, part: Part) -> None:
        """Takes out a part that was added."""
        self._parts = [one for one in self._parts if one is not part]

    def content(self) -> list[Any] | None:
        """None where the text says it all: no signature, no call, nothing but text."""
        self._end_run()
        return [tame(part) for part in self._parts] if self._must_go_back and self._parts else None

    def _end_run(self) -> None:
        if text := "".join(self._run):
            self._parts.append({"text": text, "thought": True} if self._thought else {"text": text})
        self._run = []
