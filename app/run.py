"""A run: one prompt through one lane once, folded from the events of its stream.

The engine folds to make the record; the window folds the same events with the same code to show live figures.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import assert_never

from app.attempt import Attempt, State, tokens_of
from app.lanes import asked_model
from app.metrics import inter_chunk, inter_token, ms, tokens_per_s
from app.records import Cost, ErrorRecord, NoticeRecord, Outcome, Percentiles, RunRecord, Timings, plain
from providers.errors import Failure
from providers.events import (
    Discarded,
    Event,
    Failed,
    Finished,
    LogProbs,
    Notice,
    Reasoning,
    Refusal,
    Response,
    Served,
    ServerTimed,
    Spent,
    Started,
    Stop,
    Text,
    Timing,
    ToolCall,
    ToolCallDelta,
    Turn,
    Usage,
)
from providers.usage import total

Pricer = Callable[[Attempt], Cost | None]
"""Says what one attempt cost, or None where that is unknown."""


def unpriced(_: Attempt) -> Cost | None:
    """Nothing is known of prices."""
    return None


class RunFold:
    """Takes a stream's events in order; tells the figures at any time and the record at the end."""

    def __init__(self, *, run: int, lane_index: int, repeat: int, lane: str) -> None:
        self.run, self.lane_index, self.repeat, self.lane = run, lane_index, repeat, lane
        self.attempts: dict[int, Attempt] = {}
        self.notices: list[NoticeRecord] = []
        self.decided: list[Notice] = []
        """What a route decided, and what was waited for."""
        self.finished: Finished | None = None

    def add(self, event: Event) -> None:
        match event:
            case Text() | Reasoning() | Refusal():
                self.attempts[event.attempt].on_delta(event)
            case Started():
                self.attempts[event.attempt] = Attempt(event)
            case ToolCallDelta():
                self.attempts[event.attempt].on_call_delta(event)
            case ToolCall():
                self.attempts[event.attempt].on_call(event)
            case Usage():
                self.attempts[event.attempt].on_usage(event)
            case Timing():
                self.attempts[event.attempt].on_timing(event)
            case Response():
                self.attempts[event.attempt].on_response(event)
            case Served():
                attempt = self.attempts[event.attempt]
                attempt.model, attempt.fingerprint = event.model, event.fingerprint or attempt.fingerprint
            case Stop():
                self.attempts[event.attempt].stop = event.reason
            case Notice():
                self._note(NoticeRecord(event.kind, event.text))
                if event.kind in ("route", "retry"):
                    self.decided.append(event)
            case ServerTimed():
                self.attempts[event.attempt].server_ms |= event.ms
            case Turn():
                self.attempts[event.attempt].turn = event
            case LogProbs():
                self.attempts[event.attempt].tally.add(event.tokens)
            case Spent():
                self.attempts[event.attempt].usage = event.usage
                self._done(event.attempt, event.at_ns)
            case Failed():
                self.attempts[event.attempt].failure = event.error
                self._void(event, state_of(event.error), event.error.message)
            case Discarded():
                self._void(event, "discarded", event.why)
            case Finished():
                self._finish(event)
            case _:
                assert_never(event)

    def _note(self, notice: NoticeRecord) -> None:
        """A fault that is injected is told by every attempt, and noted once."""
        if notice.kind != "fault" or notice not in self.notices:
            self.notices.append(notice)

    def _done(self, number: int, at_ns: int) -> None:
        self.attempts[number].state = "done"
        self.attempts[number].ended_ns = at_ns

    def _void(self, event: Failed | Discarded, state: State, reason: str) -> None:
        attempt = self.attempts[event.attempt]
        attempt.state, attempt.void, attempt.voided_ns, attempt.reason = state, True, event.at_ns, reason

    def _finish(self, event: Finished) -> None:
        self.finished = event
        attempt = self.attempts[event.attempt]
        attempt.model, attempt.usage, attempt.stop = event.model, event.usage, event.stop or attempt.stop
        self._done(event.attempt, event.at_ns)

    # What the run is made of

    @property
    def answer(self) -> Attempt | None:
        """The attempt whose text stands, the latest if several do."""
        standing = [a for a in self.attempts.values() if a.answers]
        return standing[-1] if standing else None

    @property
    def started_ns(self) -> int | None:
        return next((a.started_ns for a in self.attempts.values()), None)

    @property
    def ttft_ms(self) -> float | None:
        answer = self.answer
        return ms(self.started_ns, answer.first_ns) if answer else None

    @property
    def chunks(self) -> int:
        answer = self.answer
        return len(answer.stamps) if answer else 0

    @property
    def icl_ms(self) -> Percentiles | None:
        answer = self.answer
        return inter_chunk(answer.stamps) if answer else None

    def record(self, *, failure: Failure | None = None, lag_ms: float = 0.0, price: Pricer = unpriced) -> RunRecord:
        """The run as a value. `failure` is what ended it where no `Finished` did; what came after that is no matter."""
        failure = None if self.finished else failure
        self._end_open_attempts(failure)
        answer = self.answer or Attempt(_NOTHING)
        costs = {a.number: price(a) for a in self.attempts.values()}
        output, hidden = answer.usage.output, _hides_reasoning(answer)
        return RunRecord(
            schema=1,
            run=self.run,
            lane_index=self.lane_index,
            repeat=self.repeat,
            lane=self.lane,
            model=answer.model or self._asked(),
            outcome=self._outcome(failure),
            text="".join(answer.text),
            reasoning="".join(answer.reasoning),
            refusal="".join(answer.refusal),
            tool_calls=answer.calls,
            finish_reason=answer.stop,
            usage=tokens_of(total([a.usage for a in self.attempts.values()])),
            usage_raw=answer.usage.raw,
            cost=_sum_costs([costs[a.number] for a in self.attempts.values() if not a.refused]),
            timings_ms=self._timings(answer),
            reused=answer.response.reused if answer.response else None,
            http_version=answer.response.http_version if answer.response else None,
            stamp=answer.response.stamp if answer.response else "transport",
            chunks=len(answer.stamps),
            icl_ms=inter_chunk(answer.stamps),
            itl_ms=inter_token(answer.first_ns, answer.last_ns, output, hidden=hidden),
            tokens_per_s=tokens_per_s(answer.first_ns, answer.last_ns, output, hidden=hidden),
            loop_lag_ms_max=round(lag_ms, 3),
            attempts=tuple(a.record(costs[a.number]) for a in self.attempts.values()),
            notices=tuple(self.notices),
            error=ErrorRecord.of(failure) if failure else None,
        )

    def _asked(self) -> str:
        """The model that was asked, where no attempt tells."""
        tried = list(self.attempts.values())
        return tried[-1].model if tried else asked_model(self.lane)

    def _timings(self, answer: Attempt) -> Timings:
        return answer.timings(self.started_ns) if self.attempts else Timings()

    def _outcome(self, failure: Failure | None) -> Outcome:
        if failure is not None:
            return state_of(failure)
        return "done" if self.finished else "cut_off"

    def settle(self, record: RunRecord) -> None:
        """Whoever folds elsewhere has made `record` of the same run: its attempts ended as that says."""
        for ended in record.attempts:
            if (attempt := self.attempts.get(ended.attempt)) is not None:
                attempt.state = ended.outcome
                if attempt.failure is None and ended.error is not None:
                    attempt.failure = ended.error.failure

    def _end_open_attempts(self, failure: Failure | None) -> None:
        for attempt in self.attempts.values():
            if attempt.state == "open":
                attempt.state = state_of(failure) if failure else "cut_off"
                attempt.failure = failure


_NOTHING = Started(-1, 0, role="answer", vendor="", endpoint="", model="")


def state_of(failure: Failure) -> Outcome:
    """How a run or an attempt that ended with `failure` is called."""
    match failure.kind:
        case "cancelled":
            return "stopped"
        case "cut_off":
            return "cut_off"
        case _:
            return "failed"


def _hides_reasoning(attempt: Attempt) -> bool:
    """Whether reasoning tokens were counted of which no text was streamed."""
    return bool(attempt.usage.reasoning) and not attempt.reasoning


def _sum_costs(costs: list[Cost | None]) -> Cost | None:
    """The cost of the attempts that were paid for; unknown as soon as one of them is."""
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs) or len({cost.currency for cost in known}) > 1:
        return None
    amount = sum((Decimal(cost.amount) for cost in known), Decimal(0))
    sources = list(dict.fromkeys(cost.source for cost in known))
    return Cost(plain(amount), known[0].currency, " + ".join(sources), known[0].as_of)
