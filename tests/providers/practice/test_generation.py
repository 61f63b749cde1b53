import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.practice.catalog import DEEP, ENTRIES, STEADY, SWIFT, Entry
from providers.practice.generation import End, Piece, Stops, generate
from providers.practice.model import Prompt
from providers.practice.sampling import Sampling
from providers.practice.shelf import Shelf

each_model = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def ask(shelf: Shelf, entry: Entry, question: str, *, system: str = "", **sampling: object) -> tuple[list[Piece], End]:
    turns = (("system", system), ("user", question)) if system else (("user", question),)
    wish = Sampling(**sampling)  # type: ignore[arg-type]
    *pieces, end = generate(shelf.model(entry), Prompt(turns), wish)
    assert isinstance(end, End)
    assert all(isinstance(piece, Piece) for piece in pieces)
    return pieces, end  # type: ignore[return-value]


def text(pieces: list[Piece], *, thought: bool = False) -> str:
    return "".join(piece.text for piece in pieces if piece.thought is thought)


@each_model
def test_greedy_is_deterministic(shelf: Shelf, entry: Entry) -> None:
    answers = {text(ask(shelf, entry, "What is batching?", temperature=0.0)[0]) for _ in range(2)}
    assert len(answers) == 1


@each_model
def test_a_seed_gives_the_same_text_and_another_another(shelf: Shelf, entry: Entry) -> None:
    said = [text(ask(shelf, entry, "What is the moon?", seed=seed)[0]) for seed in (0, 0, *range(1, 9))]
    assert said[0] == said[1]
    assert len(set(said)) > 2


@each_model
def test_the_prompt_changes_the_answer(shelf: Shelf, entry: Entry) -> None:
    tea, cache = (text(ask(shelf, entry, q, temperature=0.0)[0]) for q in ("How do I brew tea?", "What is a KV cache?"))
    assert "leaf" in tea
    assert "cache" in cache
    assert tea != cache


def test_the_system_prompt_counts_too(shelf: Shelf) -> None:
    plain, told = (
        text(ask(shelf, STEADY, "Write something.", system=system, temperature=0.0)[0])
        for system in ("", "You answer with a recipe for soup.")
    )
    assert plain != told
    assert "soup" in told


def test_a_question_that_nothing_fits_is_owned_up_to(shelf: Shelf) -> None:
    assert text(ask(shelf, DEEP, "Xqzzt vbnrk?", temperature=0.0)[0]).startswith("I have read nothing about that.")


def test_temperature_changes_how_sure_the_model_is(shelf: Shelf) -> None:
    def surprise(temperature: float) -> float:
        pieces, _ = ask(shelf, SWIFT, "What is streaming?", temperature=temperature, seed=2, logprobs=True)
        logprobs = [token.logprob for piece in pieces for token in piece.tokens]
        return -sum(logprobs) / len(logprobs)

    assert surprise(0.0) < surprise(1.0) < surprise(2.0)


@each_model
@pytest.mark.parametrize("limit", [1, 2, 17])
def test_the_limit_of_tokens_is_exact(shelf: Shelf, entry: Entry, limit: int) -> None:
    pieces, end = ask(shelf, entry, "What is a token?", max_tokens=limit, temperature=0.0)
    assert sum(len(piece.tokens) for piece in pieces) + len(end.tokens) == limit
    assert end.why == "length"


@each_model
def test_a_stop_sequence_is_exact(shelf: Shelf, entry: Entry) -> None:
    whole = text(ask(shelf, entry, "What is a token?", temperature=0.0)[0])
    stop = whole[40:52]  # crosses the borders of tokens
    pieces, end = ask(shelf, entry, "What is a token?", temperature=0.0, stop=("no such words", stop))
    assert text(pieces) == whole[: whole.index(stop)]
    assert (end.why, end.stop_sequence) == ("stop_sequence", stop)


@given(st.lists(st.text("abc", max_size=3), max_size=12), st.lists(st.text("abc", min_size=1, max_size=4), max_size=3))
def test_stops_are_those_of_the_whole_text(parts: list[str], sequences: list[str]) -> None:
    """Whatever the cuts, what is let through is the text up to where a stop first becomes whole."""
    stops, free, hit = Stops(tuple(sequences)), "", None
    for part in parts:
        passed, hit = stops.feed(part)
        free += passed
        if hit:
            break
    else:
        free += stops.rest()
    whole = "".join(parts)
    if hit is None:
        assert free == whole
        assert not any(sequence in whole for sequence in sequences)
    else:
        assert whole.startswith(free + hit)
        assert not any(sequence in free for sequence in sequences)


@each_model
def test_log_probabilities_are_the_distributions(shelf: Shelf, entry: Entry) -> None:
    pieces, _ = ask(shelf, entry, "What is a seed for?", temperature=0.0, logprobs=True, top=5, max_tokens=60)
    for token in (token for piece in pieces for token in piece.tokens):
        assert token.logprob <= 0.0
        assert token.top[0] == (token.raw, token.logprob)  # greedy takes the first
        assert sum(math.exp(p) for _, p in token.top) <= 1.0 + 1e-9
        assert [p for _, p in token.top] == sorted((p for _, p in token.top), reverse=True)


def test_only_deep_thinks_and_only_if_it_may(shelf: Shelf) -> None:
    assert text(ask(shelf, SWIFT, "What is the moon?", temperature=0.0)[0], thought=True) == ""
    pieces, _ = ask(shelf, DEEP, "What is the moon?", temperature=0.0)
    assert text(pieces, thought=True).startswith('The question is "What is the moon?".')
    assert "ball of rock" in text(pieces)
    assert [piece.thought for piece in pieces] == sorted((piece.thought for piece in pieces), reverse=True)
    assert text(ask(shelf, DEEP, "What is the moon?", max_thought=0)[0], thought=True) == ""


def test_a_budget_cuts_the_thought_and_not_the_answer(shelf: Shelf) -> None:
    pieces, end = ask(shelf, DEEP, "What is the moon?", max_thought=5, temperature=0.0)
    assert sum(len(piece.tokens) for piece in pieces if piece.thought) == 5
    assert "ball of rock" in text(pieces)
    assert end.why == "end"


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_deep_closes_its_fences_and_its_rows(seed: int) -> None:
    question = "Explain time to first token to a new colleague, with a small table and a Python example."
    pieces, end = ask(SHELF, DEEP, question, seed=seed)
    answer = text(pieces)
    assert end.why == "end"
    assert answer.count("```") % 2 == 0
    tables = [block for block in answer.split("\n\n") if block.startswith("|")]
    assert all(len({row.count("|") for row in table.splitlines()}) == 1 for table in tables)


SHELF = Shelf()
