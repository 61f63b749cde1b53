"""The articles as the models have read them: one row of tokens, where each stands, and where to find it again."""

import re
from collections.abc import Iterator
from functools import cache, cached_property

from providers.practice.corpus import Article
from providers.practice.distribution import Ground
from providers.practice.retrieval import Retrieval, terms
from providers.practice.structure import Structure
from providers.practice.tokenizer import ANSWER, END, THINK, Tokenizer

KINDS = (("```", "code example"), ("|", "table"), ("- ", "list bullets"), ("1. ", "list steps numbered"))
"""What a block is called, by how it begins, so that a prompt can ask for one."""


class Reading:
    """`tokens[p + 1]` follows `tokens[p]`, in the place `modes[p]`; it belongs to the block `blocks[p]`."""

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self.articles = articles
        self.tokenizer = Tokenizer(text for each in articles for text in (each.question, each.thought, each.answer))
        self.retrieval = Retrieval(articles)
        self.tokens: list[int] = []
        self.modes: list[str] = []
        self.blocks: list[int] = []
        self.block_terms: list[frozenset[str]] = []
        self.block_articles: list[int] = []
        for at, article in enumerate(articles):
            self._read(at, article)

    @cached_property
    def places(self) -> dict[tuple[str, int], list[int]]:
        """Positions by their mode and token."""
        found: dict[tuple[str, int], list[int]] = {}
        for at, key in enumerate(zip(self.modes, self.tokens, strict=True)):
            found.setdefault(key, []).append(at)
        return found

    @cache  # noqa: B019  # there is one reading a process, and it lives as long
    def ground(self, mode: str) -> Ground:
        """What follows anywhere in this mode, as often as it does."""
        counts: dict[int, int] = {}
        for at, here in enumerate(self.modes[:-1]):
            if here == mode:
                counts[self.tokens[at + 1]] = counts.get(self.tokens[at + 1], 0) + 1
        return Ground(counts, size=len(self.tokenizer), rest=1e-4)

    def modes_of(self, tokens: list[int], structure: Structure) -> Iterator[str]:
        for token in tokens:
            structure.feed(self.tokenizer.bytes_of(token).decode("utf-8", "replace"))
            yield structure.mode

    def _read(self, at: int, article: Article) -> None:
        if article.thought:
            self._open_block(at, article.thought)
            self._append(THINK, article.thought, Structure(thinking=True))
        blocks = _blocks(article.answer)
        structure = Structure()
        self._open_block(at, blocks[0])
        self._mark(ANSWER, structure)
        for block in blocks:
            self._open_block(at, block)
            self._text(block, structure)
        self._mark(END, structure)

    def _append(self, mark: int, text: str, structure: Structure) -> None:
        self._mark(mark, structure)
        self._text(text, structure)

    def _mark(self, mark: int, structure: Structure) -> None:
        self._place([mark], [structure.mode])

    def _text(self, text: str, structure: Structure) -> None:
        tokens = self.tokenizer.encode(text)
        self._place(tokens, list(self.modes_of(tokens, structure)))

    def _place(self, tokens: list[int], modes: list[str]) -> None:
        self.tokens += tokens
        self.modes += modes
        self.blocks += [len(self.block_terms) - 1] * len(tokens)

    def _open_block(self, article: int, text: str) -> None:
        kinds = " ".join(names for start, names in KINDS if text.startswith(start))
        self.block_terms.append(frozenset(terms(f"{text} {kinds}")))
        self.block_articles.append(article)


def _blocks(answer: str) -> list[str]:
    """Paragraphs, tables, lists and fences, each with the blank lines after it; a fence may hold blank lines."""
    parts = re.split(r"(\n\n+)", answer)
    pieces = [text + gap for text, gap in zip(parts[::2], [*parts[1::2], ""], strict=True)]
    blocks: list[str] = []
    for piece in pieces:
        if blocks and blocks[-1].count("```") % 2:
            blocks[-1] += piece
        else:
            blocks.append(piece)
    return blocks
