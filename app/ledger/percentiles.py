"""Percentiles of many groups at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.ledger import histogram
from app.ledger.questions import Percentiles
from app.metrics import percentile

SHARES = (0.5, 0.9, 0.95, 0.99)
_PAIRS = np.dtype([("bucket", "<u2"), ("count", "<u4")])
_VALUES = np.array([histogram.value(number) for number in range(histogram.BUCKETS)])
Key = tuple[str, ...]


def of_histograms(kept: Sequence[tuple[Key, bytes]]) -> tuple[Percentiles, ...]:
    """Off by `histogram.ERROR` at most. Histograms of one key are added up."""
    if not kept:
        return ()
    keys = sorted({key for key, _ in kept})
    place = {key: number for number, key in enumerate(keys)}
    pairs = np.frombuffer(b"".join(data for _, data in kept), _PAIRS)
    sizes = [len(data) // _PAIRS.itemsize for _, data in kept]
    groups = np.repeat([place[key] for key, _ in kept], sizes)
    low = int(pairs["bucket"].min())
    width = int(pairs["bucket"].max()) - low + 1
    flat = groups * width + (pairs["bucket"].astype(np.int64) - low)
    counts = np.bincount(flat, pairs["count"], len(keys) * width).reshape(len(keys), width).astype(np.int64)
    return _read_off(keys, counts, low)


def _read_off(keys: list[Key], counts: npt.NDArray[np.int64], low: int) -> tuple[Percentiles, ...]:
    cumulated = counts.cumsum(axis=1)
    sizes = cumulated[:, -1]
    read = [(cumulated >= 1).argmax(axis=1)]
    read += [(cumulated > (share * (sizes - 1))[:, None]).argmax(axis=1) for share in SHARES]
    read.append((cumulated >= sizes[:, None]).argmax(axis=1))
    values = np.stack([_VALUES[each + low] for each in read], axis=1).round(4).tolist()
    return tuple(Percentiles(key, size, *line) for key, size, line in zip(keys, sizes.tolist(), values, strict=True))


def of_values(values: Sequence[tuple[Key, float]]) -> tuple[Percentiles, ...]:
    """Exact: linear between ranks, as everywhere else."""
    by_key: dict[Key, list[float]] = {}
    for key, value in values:
        by_key.setdefault(key, []).append(value)
    return tuple(_exact(key, sorted(by_key[key])) for key in sorted(by_key))


def _exact(key: Key, ordered: list[float]) -> Percentiles:
    p50, p90, p95, p99 = (round(percentile(ordered, share), 4) for share in SHARES)
    return Percentiles(key, len(ordered), ordered[0], p50, p90, p95, p99, ordered[-1])
