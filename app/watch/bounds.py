"""How far runs may drift from their baseline, and what is past that, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.repeats.sentences import contrary
from app.watch.drift import Drift, Figure
from app.watch.validity import Validity


@dataclass(frozen=True)
class Bounds:
    """Shares, such as 0.2 for a growth of 20 %; None bounds nothing. `rate` is by how much tokens per second may fall,
    `length` and `tokens` are bounds both ways: an answer that shrinks has changed as well."""

    ttft: float | None = None
    total: float | None = None
    cost: float | None = None
    tokens: float | None = None
    length: float | None = None
    rate: float | None = None
    similarity: float | None = None
    valid: float = 1.0
    """The share of answers that have to fit the schema, where there is one."""
    any_model: bool = False


def past(found: Drift, bounds: Bounds) -> Iterator[str]:
    """A figure is past its bound when the drift is larger and, where there are runs enough to tell, is no noise: its
    95 % interval leaves out *no difference*."""
    if found.not_done:
        yield f"{found.not_done} of {found.not_done + found.n[1]} runs were not done"
    for name, limit in (("ttft", bounds.ttft), ("total", bounds.total), ("cost", bounds.cost)):
        yield from _grown(found.figure(name), limit)
    for name, limit in (("output", bounds.tokens), ("length", bounds.length)):
        yield from _grown(found.figure(name), limit)
        yield from _fallen(found.figure(name), limit)
    yield from _fallen(found.figure("tokens_per_s"), bounds.rate)
    alike = found.similarity or 0.0
    if bounds.similarity is not None and alike < bounds.similarity:
        yield f"answers are {alike:.1%} like those of the baseline, and are to be {bounds.similarity:.1%}"
    if found.valid is not None and found.valid.after < (bounds.valid if found.valid.by_schema else found.valid.before):
        yield fitting(found.valid)
    if found.strange_models and not bounds.any_model:
        yield served(found)


def fitting(valid: Validity) -> str:
    if not valid.by_schema:
        return f"{valid.after:.0%} of the answers are JSON, and {valid.before:.0%} were"
    why = f": {'; '.join(valid.faults)}" if valid.faults else ""
    return f"{valid.after:.0%} of the answers fit the JSON schema, and {valid.before:.0%} did{why}"


def served(found: Drift) -> str:
    return f"served by {', '.join(found.strange_models)}, and was by {', '.join(found.models[0])}"


def marked(found: Drift) -> str:
    """Of a provider's fingerprint, which changes with every deployment: told, and no failure."""
    return f"fingerprint {', '.join(found.strange_fingerprints)}, and was {', '.join(found.fingerprints[0])}"


def _grown(figure: Figure, limit: float | None) -> Iterator[str]:
    yield from _unknown(figure, limit)
    if limit is not None and figure.change is not None and figure.change > limit and not _is_noise(figure):
        yield f"{figure.metric.name} grew by {_told(figure, figure.change)}, and may by {limit:.1%}"


def _fallen(figure: Figure, limit: float | None) -> Iterator[str]:
    if figure.metric.id == "tokens_per_s":
        yield from _unknown(figure, limit)
    if limit is not None and figure.change is not None and -figure.change > limit and not _is_noise(figure):
        yield f"{figure.metric.name} fell by {_told(figure, -figure.change)}, and may by {limit:.1%}"


def _unknown(figure: Figure, limit: float | None) -> Iterator[str]:
    if limit is not None and figure.change is None:
        yield f"{figure.metric.name} cannot be compared: it is not known of both"


def _is_noise(figure: Figure) -> bool:
    """With too few runs for an interval nothing is known of the noise, and the figure itself counts."""
    found = figure.contrast
    return found is not None and found.ratio is not None and found.ratio.interval is not None and not found.is_shown


def _told(figure: Figure, change: float) -> str:
    ratio = figure.contrast.ratio if figure.contrast else None
    if ratio is None or ratio.interval is None or figure.before is None or figure.after is None:
        return f"{change:.1%}"
    low, high = sorted(abs(end - 1) for end in ratio.interval)
    other = contrary(ratio.value, figure.before.value, figure.after.value)
    return f"{change:.1%} (95 %: {low * 100:.1f} to {high * 100:.1f} %){other}"
