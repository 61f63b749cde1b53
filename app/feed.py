"""From a run's fold to what its pane has not shown yet."""

from app.attempt import Attempt
from app.explain import by_budget, explain
from app.faulted import fault_of
from app.figures import badge, batched, end_segments, figures, live_segments, remark
from app.records import CallRecord, ErrorRecord, RunRecord
from app.run import RunFold
from app.shown import Advance, Call, Ending, Kind, Pause, Problem, State
from app.steps import Course, course_of
from app.tokens import Count
from providers.events import Event, Notice, Reasoning, Refusal, Started, Text, ToolCall, ToolCallDelta

TOLD_BY_COURSE = frozenset({"route", "retry"})
"""Notices that a route's course tells, with more."""


class Feed:
    """Folds the events of one run and hands out each piece of text once, in the order of its arrival.

    Text of an attempt that turns out void is taken back: the next advance then says `reset`.
    """

    def __init__(self, fold: RunFold) -> None:
        self.fold = fold
        self._shown: Attempt | None = None
        self._taken: dict[Kind, int] = {}
        self._order: list[tuple[int, Kind, str]] = []
        self._kind: Kind | None = None
        self._calls_new = False
        self._pause: Pause | None = None
        self._stood: tuple[object, ...] = ()

    def add(self, events: tuple[Event, ...]) -> bool:
        """Whether the eye waits for it: the first text, a change of its kind, or the end of an attempt's text."""
        urgent = False
        for event in events:
            self.fold.add(event)
            match event:
                case Text() | Reasoning() | Refusal() if event.text:
                    kind: Kind = event.__struct_config__.tag  # type: ignore[assignment]
                    urgent |= kind != self._kind
                    self._kind = kind
                    self._order.append((event.attempt, kind, event.text))
                case ToolCall() | ToolCallDelta():
                    self._calls_new = True
                case Notice(kind="retry", until_ns=int(until_ns)):
                    self._pause, urgent = Pause(event.text, until_ns), True
                case Started():
                    self._pause, urgent = None, urgent or self._pause is not None
        return urgent

    @property
    def state(self) -> State:
        if self._pause is not None:
            return "retrying"
        if self._kind is None:
            return "waiting"
        return "reasoning" if self._kind == "reasoning" else "streaming"

    def advance(self) -> Advance:
        """What came since the last call."""
        answer = self.fold.answer
        reset = self._shown is not None and answer is not self._shown
        if answer is not None:
            self._shown = answer
        number = answer.number if answer else None
        pieces = _joined([(kind, text) for attempt, kind, text in self._order if attempt == number])
        self._order = [piece for piece in self._order if piece[0] not in (number, *self._void())]
        calls = tuple(_call(record) for record in answer.calls) if answer and self._calls_new else None
        self._calls_new = False
        return Advance(self.state, pieces, calls, live_segments(self.fold), reset, self._pause, self._course())

    def _course(self) -> Course | None:
        """Told anew with each attempt that begins or ends, and with each decision: nothing for most frames."""
        stands = (len(self.fold.decided), *(attempt.state for attempt in self.fold.attempts.values()))
        if stands == self._stood or (len(self.fold.attempts) < 2 and not self.fold.decided):
            return None
        self._stood = stands
        return course_of(self.fold)

    def _void(self) -> list[int]:
        return [attempt.number for attempt in self.fold.attempts.values() if attempt.void]


def _joined(pieces: list[tuple[Kind, str]]) -> tuple[tuple[Kind, str], ...]:
    """Neighbours of one kind as one piece."""
    runs: list[tuple[Kind, list[str]]] = []
    for kind, text in pieces:
        if runs and runs[-1][0] == kind:
            runs[-1][1].append(text)
        else:
            runs.append((kind, [text]))
    return tuple((kind, "".join(texts)) for kind, texts in runs)


def _call(record: CallRecord) -> Call:
    return Call(record.name, record.arguments, record.complete)


def ending(record: RunRecord, *, vendor: str, estimate: Count | None = None, course: Course | None = None) -> Ending:
    """How the run ended, as its pane shows it. `vendor` is what to call the provider, `estimate` our own count of the
    output, `course` how a route came to it."""
    course = course if course is not None and course.steps else None
    short, why = badge(record)
    several, what_of_it = batched(record)
    failed = record.error is not None and (record.outcome in ("failed", "cut_off") or by_budget(record.error))
    return Ending(
        state=record.outcome,
        segments=end_segments(record, estimate),
        figures=figures(record, estimate),
        calls=tuple(_call(call) for call in record.tool_calls),
        problem=_problem(record.error, record, vendor) if failed and record.error else None,
        notices=tuple(
            notice.text
            for notice in record.notices
            if notice.kind != "fault" and not (course and notice.kind in TOLD_BY_COURSE)
        ),
        badge=short,
        badge_note=why,
        batched=several,
        batched_note=what_of_it,
        remark=remark(record),
        reasoning_tokens=record.usage.reasoning,
        course=course,
        fault=fault_of(record),
    )


def _problem(error: ErrorRecord, record: RunRecord, vendor: str) -> Problem:
    last = record.attempts[-1] if record.attempts else None
    return explain(
        error,
        model=record.model,
        vendor=vendor,
        vendor_id=last.vendor if last else "",
        endpoint=last.endpoint if last else "",
    )
