import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.practice.catalog import ENTRIES, Entry
from providers.practice.distribution import Distribution, Ground
from providers.practice.model import Prompt
from providers.practice.sampling import Sampler, Sampling, nucleus
from providers.practice.shelf import Shelf

SIZE = 40


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    ground = Ground(draw(st.dictionaries(st.integers(0, SIZE - 1), st.integers(1, 9))), size=SIZE, rest=0.01)
    counts = draw(st.dictionaries(st.integers(0, SIZE - 1), st.floats(0.01, 5.0)))
    wander = draw(st.floats(0.01, 2.0))
    total = sum(counts.values()) + wander
    share = wander / total
    evidence = {token: count / total + share * ground.of(token) for token, count in counts.items()}
    return Distribution(evidence, share=share, ground=ground)


@given(distributions())
def test_it_sums_to_one_and_is_ranked(distribution: Distribution) -> None:
    ranked = list(distribution.ranked())
    assert sorted(token for token, _ in ranked) == list(range(SIZE))
    assert math.isclose(sum(p for _, p in ranked), 1.0, rel_tol=1e-9)
    assert [p for _, p in ranked] == sorted((p for _, p in ranked), reverse=True)
    assert all(distribution[token] == pytest.approx(p) for token, p in ranked)


@given(distributions(), st.sampled_from([0.5, 1.0, 2.0, 3.7]))
def test_the_sum_of_powers_is_exact(distribution: Distribution, exponent: float) -> None:
    expected = sum(p**exponent for _, p in distribution.ranked())
    assert math.isclose(distribution.power(exponent), expected, rel_tol=1e-6)


@given(distributions(), st.dictionaries(st.integers(0, SIZE - 1), st.floats(0.0, 3.0), max_size=5))
def test_scaling_keeps_the_sum_and_the_ratios(distribution: Distribution, factors: dict[int, float]) -> None:
    scaled = distribution.scaled(factors)
    assert math.isclose(sum(p for _, p in scaled.ranked()), 1.0, rel_tol=1e-9)
    mass = sum(distribution[token] * factors.get(token, 1.0) for token in range(SIZE))
    for token in range(SIZE):
        assert scaled[token] == pytest.approx(distribution[token] * factors.get(token, 1.0) / mass)


@given(distributions(), st.floats(0.01, 1.0))
def test_top_p_keeps_the_fewest_that_reach_it(distribution: Distribution, top_p: float) -> None:
    kept = list(nucleus(distribution.ranked(), top_p))
    assert kept
    assert sum(p for _, p in kept[:-1]) < top_p
    assert sum(p for _, p in kept) >= top_p or len(kept) == SIZE


@given(distributions(), st.integers(1, 5))
def test_top_k_draws_from_the_first_k(distribution: Distribution, top_k: int) -> None:
    first = [token for token, _ in distribution.ranked()][:top_k]
    sampler = Sampler(Sampling(top_k=top_k, seed=1, temperature=1.5))
    assert {sampler.choose(distribution) for _ in range(20)} <= set(first)


def test_draws_are_as_often_as_they_are_likely() -> None:
    ground = Ground({0: 1, 1: 1}, size=4, rest=0.1)
    distribution = Distribution({2: 0.5}, share=0.5 / (1 - ground.of(2)), ground=ground)
    sampler = Sampler(Sampling(seed=3))
    drawn = [sampler.choose(distribution) for _ in range(4000)]
    for token in range(4):
        assert drawn.count(token) / 4000 == pytest.approx(distribution[token], abs=0.03)


def test_a_penalty_makes_what_was_said_less_likely() -> None:
    distribution = Distribution({}, share=1.0, ground=Ground({0: 50, 1: 50}, size=2, rest=0.0))
    free = Sampler(Sampling(seed=5))
    penalised = Sampler(Sampling(seed=5, frequency_penalty=2.0))
    runs = [[sampler.choose(distribution) for _ in range(200)] for sampler in (free, penalised)]
    imbalance = [abs(run.count(0) - run.count(1)) for run in runs]
    assert imbalance[1] <= 3 <= imbalance[0]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_models_distributions_sum_to_one(shelf: Shelf, entry: Entry) -> None:
    model = shelf.model(entry)
    context = model.open(Prompt((("user", "What is a token?"),)), thinking=model.entry.reasons)
    for _ in range(30):
        distribution = context.distribution()
        assert math.isclose(sum(p for _, p in distribution.ranked()), 1.0, rel_tol=1e-9)
        context.take(next(distribution.ranked())[0])
