"""All attempts of a run on one axis of time, from the moment at which the first was sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.attempt import Attempt
from app.records import AttemptRecord, RunRecord, Timings
from app.run import RunFold
from app.waterfall import STATES, Step, recorded_steps, steps

GUESSED = "It is drawn behind the one before it: when it began was not kept"


@dataclass(frozen=True)
class Lap:
    """One attempt. Its steps are on the run's axis."""

    number: int
    title: str
    note: str
    from_ms: float
    to_ms: float
    stands: bool
    """Whether its text is the answer, or part of it."""
    steps: tuple[Step, ...]


def laps(fold: RunFold) -> tuple[Lap, ...]:
    """Of a run that this program has seen."""
    start = fold.started_ns or 0
    return tuple(_lap(attempt, (attempt.started_ns - start) / 1e6) for attempt in fold.attempts.values())


def _lap(attempt: Attempt, began_ms: float) -> Lap:
    status = attempt.response.status if attempt.response else None
    over = began_ms + (_over_ns(attempt) - attempt.started_ns) / 1e6
    title = _title(attempt.number, attempt.role, status, attempt.state)
    return Lap(
        attempt.number,
        title,
        _note(attempt.model, attempt.failure.message if attempt.failure else attempt.reason),
        began_ms,
        over,
        attempt.answers,
        _moved(steps(attempt), began_ms),
    )


def _over_ns(attempt: Attempt) -> int:
    """When it ended, or else the last that is known of it."""
    known = [
        *attempt.phases.values(),
        attempt.last_ns,
        attempt.usage_ns,
        attempt.ended_ns,
        attempt.voided_ns,
        attempt.started_ns,
    ]
    return max(at for at in known if at is not None)


def recorded_laps(record: RunRecord) -> tuple[Lap, ...]:
    """Of a run that was kept. When its attempts began is known of the first and of the one that answered."""
    return tuple(_recorded(record))


def _recorded(record: RunRecord) -> Iterator[Lap]:
    before = 0.0
    answer = _answer_of(record)
    for attempt in record.attempts:
        known = (
            0.0 if attempt is record.attempts[0] else _began(record.timings_ms, attempt) if attempt is answer else None
        )
        began = before if known is None else known
        before = began + _last(attempt.timings_ms)
        note = _note(attempt.model, attempt.error.message if attempt.error else "")
        yield Lap(
            attempt.attempt,
            _title(attempt.attempt, attempt.role, attempt.status, attempt.outcome),
            f"{note}\n{GUESSED}" if known is None else note,
            began,
            before,
            attempt is answer,
            _moved(recorded_steps(attempt.timings_ms), began),
        )


def _answer_of(record: RunRecord) -> AttemptRecord | None:
    """The one whose timings the run tells as its own: the same, less a delay."""
    standing = [each for each in record.attempts if each.role in ("answer", "hedge", "cache")]
    fitting = [each for each in standing if _began(record.timings_ms, each) is not None]
    return fitting[-1] if fitting else None


def _began(run: Timings, attempt: AttemptRecord) -> float | None:
    """How long after the run's begin an attempt began of which both tell the same moments."""
    own = attempt.timings_ms
    pairs = ((run.headers, own.headers), (run.ttft, own.ttft), (run.last, own.last), (run.total, own.total))
    delays = [ours - theirs for ours, theirs in pairs if ours is not None and theirs is not None]
    is_same = bool(delays) and max(delays) - min(delays) < 0.01 and min(delays) > -0.01
    return max(0.0, delays[0]) if is_same else None


def _last(timings: Timings) -> float:
    told = (timings.sent, timings.headers, timings.ttfb, timings.last, timings.total)
    return max((at for at in told if at is not None), default=0.0)


def _title(number: int, role: str, status: int | None, state: str) -> str:
    refused = f"{status} " if status is not None and status >= 300 else ""
    what = "" if role == "answer" else f" · {role}"
    return f"Attempt {number + 1}{what} · {refused}{STATES.get(state, state)}"


def _note(model: str, why: str) -> str:
    return "\n".join(filter(None, (model, why)))


def _moved(made: Iterable[Step], by_ms: float) -> tuple[Step, ...]:
    return tuple(replace(step, from_ms=step.from_ms + by_ms, to_ms=step.to_ms + by_ms) for step in made)


def rows(all_laps: tuple[Lap, ...], open_: frozenset[int]) -> tuple[Step, ...]:
    """The rows of a waterfall. Where there is more than one attempt, each has a row of its own, with its steps below
    it where it is open."""
    if len(all_laps) == 1:
        return all_laps[0].steps
    found: list[Step] = []
    for lap in all_laps:
        found.append(Step(lap.title, lap.from_ms, lap.to_ms, "attempt" if lap.stands else "void", lap.note))
        found += lap.steps if lap.number in open_ else ()
    return tuple(found)
