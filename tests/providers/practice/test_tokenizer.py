import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.practice.shelf import Shelf
from providers.practice.tokenizer import Tokenizer

SMALL = Tokenizer(["The cat sat on the mat.\n\n- one\n- two"], affixes=10)


@given(st.text())
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert SMALL.decode(SMALL.encode(text)) == text


@given(st.text(st.characters(categories=("Cs", "L", "Zs", "Cc", "So"))))
def test_even_lone_surrogates_come_back(text: str) -> None:
    tokens = SMALL.encode(text)
    assert b"".join(SMALL.bytes_of(token) for token in tokens) == text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("The cat sat", [b"The", b" cat", b" sat"], id="words carry the space before them"),
        pytest.param("🙂", [b"\xf0", b"\x9f", b"\x99", b"\x82"], id="bytes for what was never seen"),
        pytest.param("12345", [b"1", b"2", b"3", b"4", b"5"], id="figures that were never seen"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_how_texts_are_cut(text: str, tokens: list[bytes]) -> None:
    assert [SMALL.bytes_of(token) for token in SMALL.encode(text)] == tokens


def test_every_article_comes_back_as_it_was(shelf: Shelf) -> None:
    reading = shelf.reading
    for article in reading.articles:
        assert reading.tokenizer.decode(reading.tokenizer.encode(article.answer)) == article.answer


def test_english_takes_about_four_characters_a_token(shelf: Shelf) -> None:
    text = "Yesterday the gardener carried seven wooden boxes of apples into the cellar before it rained."
    assert 2.5 < len(text) / len(shelf.reading.tokenizer.encode(text)) < 6
