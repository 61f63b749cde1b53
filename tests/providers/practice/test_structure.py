import pytest

from providers.practice.shelf import Shelf
from providers.practice.structure import Structure


def mode_after(shelf: Shelf, text: str) -> str:
    structure = Structure()
    tokenizer = shelf.reading.tokenizer
    for token in tokenizer.encode(text):
        structure.feed(tokenizer.bytes_of(token).decode("utf-8", "replace"))
    return structure.mode


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Plain words", "prose"),
        ("Some **bold", "prose*"),
        ("Some **bold** and `code", "prose`"),
        ("Some **bold\n\nand then", "prose"),
        ("- one\n", "list"),
        ("- one\n\nThen", "prose"),
        ("1. one\n2. two", "item 2"),
        ("```python\nx = 1", "code python"),
        ("```python\nx = 1\n\n\ny = 2", "code python"),
        ("```python\nx = 1\n```", "prose"),
        ("```python", "fence"),
        ("| a | b |", "row head 3/0"),
        ("| a | b |\n|---|---|", "row rule 3/3"),
        ("| a | b |\n|---|---|\n| c |", "row body 2/3"),
        ("| a | b |\n|---|---|\n| c | d |\n\nAnd", "prose"),
        ("## A heading", "heading"),
        ("## A heading\n", "prose"),
    ],
)
def test_where_we_are(shelf: Shelf, text: str, mode: str) -> None:
    assert mode_after(shelf, text) == mode
