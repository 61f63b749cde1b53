"""Estimates of tokens that the window asks for, and those of answers that no provider has counted."""

import asyncio
from collections.abc import Callable

from app.counting import Tokenizer
from app.messages import Estimate, Estimated, OutputEstimated, Up
from app.ranks import TokenizerError
from app.records import RunRecord
from app.tasks import Tasks
from app.tokens import Choice, Count, choice, overhead


class Estimates:
    """Tells `say` what it finds. Of questions that come faster than they can be answered, only the newest counts."""

    def __init__(self, quiet: asyncio.Event, tasks: Tasks, say: Callable[[Up], None]) -> None:
        self._tokenizer = Tokenizer(quiet)
        self._tasks = tasks
        self._say = say
        self._newest: Estimate | None = None
        self._answering = False

    def ask(self, question: Estimate) -> None:
        self._newest = question
        if not self._answering:
            self._answering = True
            self._tasks.start(self._answer(), name="estimates")

    async def _answer(self) -> None:
        try:
            while (question := self._newest) is not None:
                self._newest = None
                self._say(await self._estimated(question))
        finally:
            self._answering = False

    async def _estimated(self, question: Estimate) -> Estimated:
        choices = dict.fromkeys(choice(model) for model in question.models)
        around = overhead(len(question.texts))
        try:
            counts = [await self._count(each, question.texts, around) for each in choices]
        except TokenizerError as error:
            return Estimated(question.id, (), str(error))
        return Estimated(question.id, tuple(counts))

    async def _count(self, how: Choice, texts: tuple[str, ...], around: int = 0) -> Count:
        tokens = await self._tokenizer.count(how.encoding, texts)
        return Count(tokens + around, how.encoding, how.rough)

    def ended(self, record: RunRecord) -> None:
        """Counts the answer of that run if nobody has."""
        if record.usage.output is None and (record.chunks or record.tool_calls):
            self._tasks.start(self._count_output(record), name=f"tokens of run {record.run}")

    async def _count_output(self, record: RunRecord) -> None:
        calls = (part for call in record.tool_calls for part in (call.name, call.arguments))
        try:
            count = await self._count(choice(record.model), (record.reasoning, record.text, record.refusal, *calls))
        except TokenizerError:
            return  # it stays unknown, as it is shown
        self._say(OutputEstimated(record.run, count))

    async def aclose(self) -> None:
        await self._tokenizer.aclose()
