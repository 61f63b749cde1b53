import numpy as np
import pytest

from app.statistics.compare import contrast
from app.statistics.determinism import determinism, distance, similarity
from app.statistics.noise import noise_floor


def test_a_difference_below_the_floor_is_seen_as_none_and_chance_stays_under_it() -> None:
    """Of 200 experiments in which nothing differs, about 95 % stay under the floor that another of them gave."""
    chance = np.random.default_rng(3)
    floors = [noise_floor(*chance.lognormal(0, 0.3, (2, 15)).tolist()).share for _ in range(12)]
    floor = float(np.median([each for each in floors if each is not None]))
    ratios = []
    for _ in range(400):
        found = contrast(*chance.lognormal(0, 0.3, (2, 15)).tolist()).ratio
        assert found is not None
        ratios.append(max(found.value, 1 / found.value) - 1)
    assert 0.90 <= sum(each <= floor for each in ratios) / len(ratios) <= 0.99


def test_more_runs_make_a_lower_floor() -> None:
    chance = np.random.default_rng(4)
    few = noise_floor(*chance.lognormal(0, 0.3, (2, 6)).tolist()).share
    many = noise_floor(*chance.lognormal(0, 0.3, (2, 40)).tolist()).share
    assert few is not None
    assert many is not None
    assert many < few / 1.5


def test_with_three_runs_there_is_no_floor() -> None:
    assert noise_floor([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).share is None


def test_the_same_experiment_gives_the_same_floor() -> None:
    a, b = [1.0, 1.2, 0.9, 1.1, 1.3], [1.0, 1.1, 1.2, 0.8, 1.0]
    assert noise_floor(a, b) == noise_floor(a, b)


def test_zeros_have_no_ratio_but_a_delta() -> None:
    found = contrast([0.0, 1.0], [2.0, 3.0])
    assert found.ratio is None
    assert found.delta == -1
    assert not found.is_shown


def test_pairs_are_equally_many() -> None:
    with pytest.raises(ValueError, match="equally long"):
        contrast([1.0, 2.0], [1.0], paired=True)


def test_equal_values_have_an_interval_of_no_width() -> None:
    found = contrast([2.0] * 8, [2.0] * 8).ratio
    assert found is not None
    assert found.interval == (1.0, 1.0)
    assert found.value == 1


def test_answers_that_are_all_the_same() -> None:
    assert determinism(["yes"] * 4) is not None
    found = determinism(["yes", "yes", "yes", "no"])
    assert found is not None
    assert (found.n, found.identical, found.distinct) == (4, 0.75, 2)
    assert found.distance == pytest.approx(0.5)  # three of six pairs, and all letters differ


def test_one_answer_tells_nothing() -> None:
    assert determinism(["yes"]) is None
    assert determinism([]) is None


def test_distance_is_levenshteins_over_the_longer_text() -> None:
    assert distance("kitten", "sitting") == pytest.approx(3 / 7)
    assert distance("", "") == 0
    assert distance("", "abc") == 1


def test_similarity_is_to_the_nearest() -> None:
    assert similarity("Ships float.", ["Ships sink.", "Ships float."]) == 1
    assert similarity("x", []) is None


def test_a_thousand_long_answers_take_less_than_a_second() -> None:
    chance = np.random.default_rng(5)
    texts = ["".join(map(chr, chance.integers(97, 123, 2000))) for _ in range(300)]
    found = determinism(texts)
    assert found is not None
    assert found.distinct == 300
    assert 0.7 < found.distance < 1
