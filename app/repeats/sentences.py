"""What an experiment has shown, in plain sentences."""

from app.repeats.sample import Metric
from app.statistics.compare import LEAST_EACH, LEAST_PAIRS, Contrast
from app.statistics.determinism import Determinism
from app.statistics.estimate import Estimate
from app.statistics.noise import Floor

TIMES = 2.0
"""From here on it is told how many times, not how many percent."""


def compared(a: str, b: str, metric: Metric, found: Contrast | None) -> str:
    """`swift is 18 % faster than echo in TTFT (95 %: 9 to 26 %), 20 runs each`. None: they have no values in common."""
    if found is None:
        return f"{metric.name}: not known of both {a} and {b}"
    if found.ratio is None:
        return f"{metric.name}: {a} and {b} have values of zero, so no ratio can be told"
    inside, runs = found.ratio.interval, _runs(found)
    if inside is None:
        needed = LEAST_PAIRS if found.paired else LEAST_EACH
        verb = "is" if runs == "1 round" else "are"
        return f"{metric.name}: {runs} {verb} too few to compare {a} and {b}; {needed} are needed"
    if not found.is_shown:
        if inside == (1.0, 1.0):
            return f"{metric.name}: {a} and {b} are the same, {runs}"
        most = max(inside[1], 1 / inside[0]) - 1
        return f"{metric.name}: no difference between {a} and {b} that {runs} can show (less than {_share(most)})"
    return f"{a} {_is(found.ratio, inside, b, metric)}, {runs}"


def changed(found: Contrast, before: float, after: float) -> str:
    """How A differs from B, where both are named already: `+51 % (95 %: +39 to +60 %)`. `before` and `after` are the
    medians of B and A: without an interval the change is theirs, with one they may contradict it, which is said."""
    if found.ratio is None:
        return "values of zero have no ratio"
    inside = found.ratio.interval
    if inside is None:
        needed = LEAST_PAIRS if found.paired else LEAST_EACH
        return f"{_signed(after / before)}; {needed} runs of each are needed for an interval"
    if found.is_shown:
        told = f"{_signed(found.ratio.value)} (95 %: {_signed(inside[0])} to {_signed(inside[1])})"
        return told + contrary(found.ratio.value, before, after)
    if inside == (1.0, 1.0):
        return "the same"
    return f"no difference that {_runs(found)} can show ({_signed(inside[0])} to {_signed(inside[1])})"


def contrary(ratio: float, before: float, after: float) -> str:
    """What to say of a change over all pairs of runs that the medians do not show; empty where they do."""
    if ratio > 1 and after <= before:
        return " over all pairs of runs, though the median has not risen"
    if ratio < 1 and after >= before:
        return " over all pairs of runs, though the median has not fallen"
    return ""


def _signed(ratio: float) -> str:
    percent = (ratio - 1) * 100
    return f"{percent:+.1f} %" if abs(percent) < 9.95 else f"{percent:+,.0f} %"


def _is(ratio: Estimate, inside: tuple[float, float], b: str, metric: Metric) -> str:
    """From twice on it is told as times, below that as a share; a time that is 18 % shorter is 18 % faster."""
    value, (low, high) = ratio.value, inside
    is_more, name = value > 1, _inner(metric.name)
    word = "more" if is_more else "less"
    if metric.better is not None:
        word = "faster" if is_more == (metric.better == "more") else "slower"
    times, near, far = (value, low, high) if is_more else (1 / value, 1 / high, 1 / low)
    if times >= TIMES and (is_more or metric.better is not None):
        how = {"faster": "is {} times as fast as", "slower": "is {} times as slow as", "more": "has {} times that of"}
        return f"{how[word].format(f'{times:.1f}')} {b} in {name} (95 %: {near:.1f} to {far:.1f})"
    share, span = (value - 1, _span(low - 1, high - 1)) if is_more else (1 - value, _span(1 - high, 1 - low))
    if metric.better is None:
        return f"has {_share(share)} {word} than {b} in {name} (95 %: {span})"
    return f"is {_share(share)} {word} than {b} in {name} (95 %: {span})"


def _inner(name: str) -> str:
    """As it is written inside of a sentence."""
    return name if name.isupper() else name[0].lower() + name[1:]


def alike_told(found: Determinism) -> str:
    if found.distinct == 1:
        return f"all {found.n} answers are the same to the letter"
    if found.distinct == found.n:
        same = f"no two of {found.n} answers are the same to the letter"
    else:
        same = f"{found.identical:.0%} of {found.n} answers are the same to the letter, {found.distinct} are different"
    return f"{same}; two of them differ in {found.distance:.0%} of their length"


def floor_told(metric: Metric, floor: Floor) -> str:
    if floor.share is None:
        verb = "is" if floor.n == 1 else "are"
        return f"{metric.name}: {_count(floor.n)} each {verb} too few for a noise floor; {LEAST_EACH} are needed"
    said = f"{metric.name}: with {_count(floor.n)} each, a difference under {_share(floor.share)} is noise"
    if floor.seen.is_shown and floor.seen.ratio is not None:
        differ = abs(floor.seen.ratio.value - 1)
        said += f"; yet the two halves differ by {_share(differ)}: something changed between them"
    return said


def _runs(found: Contrast) -> str:
    a, b = found.n
    if a != b:
        return f"{a} and {b} runs"
    if found.paired:
        return "1 round" if a == 1 else f"{a} rounds"
    return f"{_count(a)} each"


def _count(n: int) -> str:
    return "1 run" if n == 1 else f"{n} runs"


def _share(share: float) -> str:
    percent = share * 100
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:,.0f} %"


def _span(low: float, high: float) -> str:
    if high * 100 < 9.95:
        return f"{low * 100:.1f} to {high * 100:.1f} %"
    return f"{low * 100:.0f} to {high * 100:,.0f} %"
