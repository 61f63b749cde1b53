"""What a session's runs have asked one model, as a cache in front of it would have seen them."""

from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from app.cache.compared import Asked, Compared, Likeness, Saving
from app.cache.pair import Pair
from app.faulted import fault_of
from app.lab.sweep import FEW, FEWEST, count, percent
from app.session.document import Run, Session
from providers.routes.cached import KEPT_STOPS

MOST = 300
"""Questions that are held beside each other: each is one request to whoever embeds."""


class Questions(NamedTuple):
    """In the order in which they were asked; each once, since what is the same to the letter needs no likeness.
    `random` were asked with a temperature above 0, which a cache does not answer; `older` are too many.
    """

    asked: tuple[Asked, ...] = ()
    currency: str = ""
    repeated: int = 0
    random: int = 0
    older: int = 0
    unpriced: int = 0


def questions(session: Session, model: str) -> Questions:
    """Of runs that are done, real and no cache's own, the newest `MOST`."""
    prompts = {prompt.id: prompt for prompt in session.prompts}
    rests, found, random, repeated = dict[bytes, int](), dict[tuple[int, str], Run](), 0, 0
    for run in sorted(session.runs, key=_at):
        prompt = prompts.get(run.prompt)
        if prompt is None or run.spec.model != model or not prompt.text.strip() or not _counts(run):
            continue
        if _is_random(run.spec.params):
            random += 1
            continue
        pictures = [each.sha256 for each in prompt.draft.attachments]
        said = msgspec.json.encode((run.spec.params, prompt.system, pictures, run.after), order="deterministic")
        key = (rests.setdefault(said, len(rests)), prompt.text)
        repeated += key in found
        found.setdefault(key, run)
    newest = list(found.items())[-MOST:]
    costs = [run.record.cost for _, run in newest if run.record.cost is not None]
    currency = costs[0].currency if len({cost.currency for cost in costs}) == 1 else ""
    asked = tuple(_asked(rest, text, run, currency) for (rest, text), run in newest)
    unpriced = sum(each.cost is None for each in asked)
    return Questions(asked, currency, repeated, random, len(found) - len(newest), unpriced)


def _at(run: Run) -> str:
    return run.at


def _counts(run: Run) -> bool:
    record = run.record
    is_cached = any(attempt.role == "cache" for attempt in record.attempts)
    return record.outcome == "done" and not run.warmup and not is_cached and not fault_of(record)


def _is_random(params: dict[str, Any]) -> bool:
    temperature = params.get("temperature")
    return isinstance(temperature, int | float) and temperature > 0


def _asked(rest: int, text: str, run: Run, currency: str) -> Asked:
    record = run.record
    cost = Decimal(record.cost.amount) if record.cost is not None and currency else None
    is_kept = bool(record.text or record.tool_calls) and record.finish_reason in KEPT_STOPS
    return Asked(text, rest, record.text, cost, record.timings_ms.total, is_kept)


def pairs(asked: tuple[Asked, ...], near: tuple[Likeness, ...]) -> tuple[Pair, ...]:
    """As the inspector shows them."""
    return tuple(
        Pair(0.0, asked[each.one].question, asked[each.other].question, each.cosine, "", False, each.is_forbidden)
        for each in near
    )


def at(savings: tuple[Saving, ...], threshold: float) -> Saving | None:
    return min(savings, key=lambda each: abs(each.threshold - threshold), default=None)


def sentence(found: Compared, of: Questions, threshold: float) -> str:
    """In words: `At 0.90, 12 of 40 questions (30 %) would have come from the cache, …`."""
    saving, total = at(found.savings, threshold), len(of.asked)
    if saving is None or not total:
        return ""
    said = f"At {threshold:.2f}, {saving.hits} of {count(total, 'question')} ({percent(saving.hits / total)})"
    parts = [f"{said} would have come from the cache"]
    if saving.guarded:
        parts.append(f"{saving.guarded} kept back by the guard")
    for share, what in ((saving.saved, "cost"), (saving.faster, "time")):
        if share is not None:
            parts.append(f"{percent(abs(share))} of the {what} {'added' if share < 0 else 'saved'}")
    if saving.agree is not None:
        parts.append(f"the answers of hits are alike by {percent(saving.agree)}")
    few = " – few to judge by" if total < FEW else ""
    return f"{', '.join(parts)}{few}."


def asides(of: Questions, found: Compared | None = None) -> str:
    """What is not counted, and why."""
    parts = []
    if of.repeated:
        parts.append(f"{count(of.repeated, 'repeat')} to the letter, which any cache answers, not counted")
    if of.random:
        parts.append(f"{count(of.random, 'run')} with a temperature above 0, which a cache leaves alone, not counted")
    if of.older:
        parts.append(f"{count(of.older, 'older question')} left out: {MOST} are compared")
    if of.unpriced:
        parts.append(f"{count(of.unpriced, 'question')} without a price")
    if found is not None:
        took = f"embedding one took {found.took_ms:.0f} ms, which is taken off"
        parts.append(took if found.cost is not None else f"{took}; what it costs is not known, and not taken off")
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def is_enough(of: Questions) -> bool:
    """For a curve."""
    return len(of.asked) >= FEWEST
