"""Figures from stamps and counts: pure arithmetic, with the field's definitions.

TTFT and TTFO as AIPerf and GuideLLM have them; ITL is GuideLLM's (the first token excluded); ICL, the gaps between
chunks, is AIPerf's. Chunks are not tokens, so the two are kept apart.
"""

from collections.abc import Sequence
from itertools import pairwise

from app.records import Percentiles

MIN_SPAN_MS = 200.0
MIN_TOKENS = 40
"""Below either, tokens per second say more about the clock than about the model."""


def ms(start_ns: int | None, end_ns: int | None) -> float | None:
    """Milliseconds from one stamp to another, to the microsecond."""
    if start_ns is None or end_ns is None:
        return None
    return round((end_ns - start_ns) / 1e6, 3)


def gaps_ms(stamps_ns: Sequence[int]) -> list[float]:
    """The gaps between neighbouring chunks."""
    return [(b - a) / 1e6 for a, b in pairwise(stamps_ns)]


def percentile(ordered: Sequence[float], share: float) -> float:
    """The `share` quantile of values in ascending order, linear between ranks (numpy's default)."""
    rank = share * (len(ordered) - 1)
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def inter_chunk(stamps_ns: Sequence[int]) -> Percentiles | None:
    """ICL: the median and the 99th percentile of the gaps, None with fewer than two chunks."""
    gaps = sorted(gaps_ms(stamps_ns))
    if not gaps:
        return None
    return Percentiles(round(percentile(gaps, 0.5), 3), round(percentile(gaps, 0.99), 3))


def inter_token(first_ns: int | None, last_ns: int | None, output: int | None, *, hidden: bool) -> float | None:
    """ITL in milliseconds: from the first delta to the last over the tokens after the first.

    `hidden` says that output tokens were generated that were never streamed, so that they cannot be divided by time.
    """
    span = ms(first_ns, last_ns)
    if span is None or output is None or output < 2 or hidden:
        return None
    return round(span / (output - 1), 4)


def tokens_per_s(first_ns: int | None, last_ns: int | None, output: int | None, *, hidden: bool) -> float | None:
    """Tokens after the first over the time from the first delta to the last; None where it would mislead."""
    span = ms(first_ns, last_ns)
    if span is None or output is None or hidden or span < MIN_SPAN_MS or output < MIN_TOKENS:
        return None
    return round((output - 1) / (span / 1e3), 2)
