"""The statistics are what numpy and scipy say of the same samples."""

import math

import numpy as np
import pytest
from scipy import stats

from app.statistics.bootstrap import mean
from app.statistics.compare import cliffs_delta, contrast
from app.statistics.quantiles import _at_least, quantile
from app.statistics.ranks import mann_whitney, signed_rank

SAMPLES = [np.random.default_rng(seed).lognormal(6, 0.7, n) for seed, n in enumerate((6, 11, 30, 40, 97))]


@pytest.mark.parametrize("values", SAMPLES, ids=len)
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_quantiles_are_numpys(values: np.ndarray, share: float) -> None:
    assert quantile(list(values), share).value == pytest.approx(np.quantile(values, share), rel=1e-12)


@pytest.mark.parametrize("values", SAMPLES, ids=len)
def test_a_medians_interval_lies_between_two_exact_ones(values: np.ndarray) -> None:
    """scipy's ends at values of the sample and covers 95 % or more; ours lies in it, and holds the next narrower."""
    found = quantile(list(values), 0.5)
    exact = stats.quantile_test(values, q=np.median(values), p=0.5).confidence_interval(0.95)
    assert found.low is not None
    assert found.high is not None
    ordered = np.sort(values)
    inner = ordered[np.searchsorted(ordered, exact.low) + 1], ordered[np.searchsorted(ordered, exact.high) - 1]
    assert exact.low <= found.low <= inner[0]
    assert inner[1] <= found.high <= exact.high


@pytest.mark.parametrize(("n", "share"), [(6, 0.5), (72, 0.95), (400, 0.95)])
def test_how_many_lie_below_is_binomial(n: int, share: float) -> None:
    assert _at_least(n, share) == pytest.approx(stats.binom(n, share).sf(np.arange(-1, n)), abs=1e-10)


@pytest.mark.parametrize(("m", "n"), [(4, 4), (5, 9), (20, 20), (40, 31), (41, 41), (60, 80)])
def test_chances_of_u(m: int, n: int) -> None:
    ours = mann_whitney(m, n)
    a = np.arange(m) * 1.0
    for cut in (n // 3, n // 2):
        b = np.arange(n) + m - cut - 0.5
        result = stats.mannwhitneyu(a, b, alternative="less", method="exact")
        assert ours[int(result.statistic)] == pytest.approx(result.pvalue, abs=1e-9 if max(m, n) <= 40 else 2e-3)


@pytest.mark.parametrize("n", [6, 13, 40, 45])
def test_chances_of_w(n: int) -> None:
    ours, steps = signed_rank(n), np.arange(1, n + 1) * np.where(np.arange(n) % 3 == 0, 1.0, -1.0)
    result = stats.wilcoxon(steps, alternative="less", method="exact")
    assert ours[int(result.statistic)] == pytest.approx(result.pvalue, abs=1e-9 if n <= 40 else 1e-3)


def test_cliffs_delta_is_mann_and_whitneys_u_rescaled() -> None:
    a, b = SAMPLES[2], np.round(SAMPLES[3], -2)
    a = np.round(a, -2)  # with ties
    u = stats.mannwhitneyu(a, b).statistic
    assert cliffs_delta(list(a), list(b)) == pytest.approx(2 * u / (len(a) * len(b)) - 1)


@pytest.mark.parametrize("n", [12, 40, 200])
def test_a_means_interval_is_scipys_bca(n: int) -> None:
    values = np.random.default_rng(n).exponential(2, n)
    ours, theirs = mean(list(values)), stats.bootstrap((values,), np.mean, n_resamples=20_000, rng=1)
    assert ours.value == pytest.approx(values.mean())
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.06 * width)


def test_the_shift_is_hodges_and_lehmanns() -> None:
    a, b = SAMPLES[1], SAMPLES[2]
    found = contrast(list(a), list(b)).ratio
    assert found is not None
    assert found.value == pytest.approx(np.median(np.divide.outer(a, b)), rel=0.02)
    assert math.log(found.value) == pytest.approx(np.median(np.subtract.outer(np.log(a), np.log(b))))


@pytest.mark.parametrize("paired", [False, True])
def test_the_interval_holds_what_the_test_does_not_reject(paired: bool) -> None:
    """Its ends are where the p-value of scipy's exact test crosses 5 %."""
    a, b = SAMPLES[2], SAMPLES[3][:30]
    found = contrast(list(a), list(b), paired=paired).ratio
    assert found is not None
    assert found.interval is not None

    def p(ratio: float) -> float:
        if paired:
            return float(stats.wilcoxon(np.log(a) - np.log(b) - math.log(ratio), method="exact").pvalue)
        return float(stats.mannwhitneyu(np.log(a) - math.log(ratio), np.log(b), method="exact").pvalue)

    low, high = found.interval
    assert p(low * 0.99) < 0.05 < p(low * 1.01)
    assert p(high * 1.01) < 0.05 < p(high * 0.99)
