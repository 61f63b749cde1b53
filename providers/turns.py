"""What was answered, as the next request must hold it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from providers.events import Discarded, Event, Failed, Finished, Refusal, Started, Text, ToolCall, Turn
from providers.types import Call, Echo, Message, Request, Result


@dataclass
class _Attempt:
    endpoint: str = ""
    pieces: list[str] = field(default_factory=list)
    calls: dict[int, ToolCall] = field(default_factory=dict)
    turn: Turn | None = None

    def message(self) -> Message:
        """A call that was cut off cannot be answered: it is left out."""
        whole = (call for _, call in sorted(self.calls.items()) if call.complete)
        echo = None if self.turn is None else Echo(self.turn.dialect, self.endpoint, self.turn.content)
        calls = tuple(Call(call.id, call.name, call.arguments or "{}") for call in whole)
        return Message("assistant", "".join(self.pieces), calls=calls, echo=echo)


class AnswerFold:
    """Folds the events of one stream into the assistant's turn: that of the attempt whose answer stands."""

    def __init__(self) -> None:
        self._attempts: dict[int, _Attempt] = {}
        self._message: Message | None = None

    @property
    def message(self) -> Message | None:
        """None until the stream has finished."""
        return self._message

    def take(self, event: Event) -> None:
        match event:
            case Started(endpoint=endpoint):
                self._of(event).endpoint = endpoint
            case Text(text=text) | Refusal(text=text):
                self._of(event).pieces.append(text)
            case ToolCall():
                self._of(event).calls[event.index] = event
            case Turn():
                self._of(event).turn = event
            case Failed() | Discarded():
                self._attempts.pop(event.attempt, None)
            case Finished():
                self._message = self._of(event).message()

    def _of(self, event: Event) -> _Attempt:
        return self._attempts.setdefault(event.attempt, _Attempt())


def with_results(request: Request, answer: Message, results: Sequence[Result]) -> Request:
    """The request that goes on after `answer`, each of whose calls has its result in `results`."""
    return replace(request, messages=(*request.messages, answer, Message("user", results=tuple(results))))
