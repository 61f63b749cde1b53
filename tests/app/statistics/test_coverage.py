"""Intervals cover the truth in 93 to 97 % of 1,000 simulated experiments, on skewed samples, as latencies are."""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest

from app.statistics.bootstrap import mean
from app.statistics.compare import contrast
from app.statistics.estimate import Estimate
from app.statistics.quantiles import least, quantile

EXPERIMENTS = 1000
Draw = Callable[[int], np.ndarray]


def _covered(make: Callable[[], Estimate | None], truth: float, experiments: int = EXPERIMENTS) -> float:
    hits = 0
    for _ in range(experiments):
        found = make()
        assert found is not None
        assert found.interval is not None
        hits += found.interval[0] <= truth <= found.interval[1]
    return hits / experiments


def _lognormal(sigma: float, seed: int) -> tuple[Draw, Callable[[float], float]]:
    chance = np.random.default_rng(seed)
    return lambda n: chance.lognormal(0, sigma, n), lambda share: math.exp(sigma * NormalDist().inv_cdf(share))


def _waiting(seed: int) -> tuple[Draw, Callable[[float], float]]:
    """A floor, and an exponential queue on top of it."""
    chance = np.random.default_rng(seed)
    return lambda n: 0.3 + chance.exponential(1, n), lambda share: 0.3 - math.log(1 - share)


def _within(share: float) -> bool:
    return 0.93 <= share <= 0.97


@pytest.mark.parametrize(("share", "n"), [(0.5, 10), (0.5, 20), (0.95, 100)])
def test_quantiles(share: float, n: int) -> None:
    draw, truth = _lognormal(0.8, n)
    assert _within(_covered(lambda: quantile(draw(n).tolist(), share), truth(share)))


@pytest.mark.parametrize("paired", [False, True])
def test_ratios(paired: bool) -> None:
    draw, _ = _lognormal(0.6, 7)
    assert _within(_covered(lambda: contrast(draw(10) * 1.2, draw(10), paired=paired).ratio, 1.2))


def test_means() -> None:
    draw, _ = _lognormal(0.4, 11)
    assert _within(_covered(lambda: mean(draw(40).tolist()), math.exp(0.08), 1000))


@pytest.mark.long
@pytest.mark.parametrize("n", [6, 7, 8, 10, 15, 20, 40, 100])
@pytest.mark.parametrize("family", ["tight", "wide", "waiting"])
def test_medians_in_full(family: str, n: int) -> None:
    draw, truth = {"tight": _lognormal(0.3, n), "wide": _lognormal(1.0, n), "waiting": _waiting(n)}[family]
    assert _within(_covered(lambda: quantile(draw(n).tolist(), 0.5), truth(0.5), 4000))


@pytest.mark.long
@pytest.mark.parametrize("n", [72, 80, 100, 150, 200, 400])
@pytest.mark.parametrize("family", ["tight", "wide", "waiting"])
def test_p95_in_full(family: str, n: int) -> None:
    draw, truth = {"tight": _lognormal(0.3, n), "wide": _lognormal(1.0, n), "waiting": _waiting(n)}[family]
    assert _within(_covered(lambda: quantile(draw(n).tolist(), 0.95), truth(0.95), 4000))


@pytest.mark.long
@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("n", [6, 8, 10, 20, 40, 60])
@pytest.mark.parametrize("family", ["tight", "wide", "waiting"])
def test_ratios_in_full(family: str, n: int, paired: bool) -> None:
    draw, _ = {"tight": _lognormal(0.3, n), "wide": _lognormal(1.0, n), "waiting": _waiting(n)}[family]
    assert _within(_covered(lambda: contrast(draw(n) * 0.8, draw(n), paired=paired).ratio, 0.8, 2000))


def test_how_many_runs_an_interval_needs() -> None:
    assert (least(0.5), least(0.95)) == (6, 72)
    for share in (0.5, 0.95):
        n = least(share)
        assert quantile([float(k) for k in range(n)], share).interval is not None
        assert quantile([float(k) for k in range(n - 1)], share).interval is None
