"""The lanes beside each other."""

from app.bench import MAX_PLACES, Bench, split
from app.limits import Limits


def texts(bench: Bench) -> list[str]:
    return [place.text for place in bench.places]


def test_the_same_model_may_stand_twice_in_another_colour() -> None:
    bench = Bench.of(("a/b", "a/b"))
    assert [place.number for place in bench.places] == [1, 2]
    assert [place.color for place in bench.places] == [0, 1]


def test_a_duplicate_stands_beside_its_original_with_its_parameters() -> None:
    bench = Bench.of(("a/1", "a/2")).changed(1, "a/1", {"seed": 7}, Limits(retries=0)).duplicated(1)
    assert texts(bench) == ["a/1", "a/1", "a/2"]
    assert bench.places[1].params == {"seed": 7}
    assert bench.places[1].limits == Limits(retries=0)
    assert len({place.color for place in bench.places}) == 3


def test_a_colour_that_was_freed_is_used_again_and_a_number_never() -> None:
    bench = Bench.of(("a/1", "a/2", "a/3")).removed(2).added("a/4")
    assert [(place.number, place.color) for place in bench.places] == [(1, 0), (3, 2), (4, 1)]


def test_moving_keeps_within_the_row() -> None:
    bench = Bench.of(("a/1", "a/2", "a/3"))
    assert texts(bench.moved(1, 1)) == ["a/2", "a/1", "a/3"]
    assert texts(bench.moved(1, 99)) == ["a/2", "a/3", "a/1"]
    assert texts(bench.moved(3, -1)) == ["a/3", "a/1", "a/2"]


def test_sixteen_are_the_most() -> None:
    bench = Bench.of(tuple(f"a/{n}" for n in range(20)))
    assert len(bench) == MAX_PLACES
    assert bench.is_full
    assert bench.duplicated(1) == bench


def test_what_the_eye_sees_of_a_lane() -> None:
    assert split("openrouter/anthropic/claude-x:free") == ("anthropic/claude-x:free", "openrouter")
    assert split("openai_chat:my@model@http://127.0.0.1:8000/v1") == ("my@model", "127.0.0.1:8000")
    assert split("openai_chat:m@https://h.example#") == ("m", "h.example")
    assert split("openai_chat:m@https://h.example?api-version=1") == ("m", "h.example")
    assert split("nonsense") == ("nonsense", "")
