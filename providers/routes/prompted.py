"""The same model, asked in other words or with other parameters."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from providers.events import Event
from providers.model import Model
from providers.types import Message, Request

PROMPT = "{{prompt}}"


@dataclass(frozen=True)
class Prompted:
    """`system` stands in place of the request's own, `before` goes ahead of it; `template` is put around the last turn,
    whose text stands for `{{prompt}}`; `params` go over the request's own. What is None or empty changes nothing."""

    model: Model
    system: str | None = None
    before: str = ""
    template: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.model.name

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        async with aclosing(self.model.stream(self.worded(request))) as events:
            async for event in events:
                yield event

    def worded(self, request: Request) -> Request:
        """The request as the model gets it."""
        system = request.system if self.system is None else self.system
        if self.before:
            system = f"{self.before}\n\n{system}" if system else self.before
        messages = request.messages
        if self.template and messages and messages[-1].role == "user":
            messages = (*messages[:-1], self._around(messages[-1]))
        return replace(request, system=system, messages=messages, params={**request.params, **self.params})

    def _around(self, turn: Message) -> Message:
        return replace(turn, text=self.template.replace(PROMPT, turn.text))
