"""The language models: interpolated back-off n-grams whose counts lean towards what the prompt is about.

The probability of a token given the last k is `(C(k) + wander · P(k-1)) / (N(k) + wander)`: C counts how often it
followed those k tokens in the same place of a Markdown text, N is the sum of all C, and P(0) is what is common in that
place. Each count is weighted: articles and blocks that speak of the prompt weigh more, the prompt's own words weigh
more, and what was just said weighs less, so that the model goes on instead of round and round.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from providers.practice.catalog import Entry
from providers.practice.distribution import Distribution
from providers.practice.reading import Reading
from providers.practice.retrieval import terms
from providers.practice.structure import Structure
from providers.practice.tokenizer import ANSWER, END, THINK

OWN_WORDS = 0.6
"""How much likelier a word of the prompt is than its counts say."""
GROUND = 0.001
"""The `wander` of the lowest level, as a part of N: below it there is only what is common anywhere."""
FAINT_END = 0.1
"""How much less an end counts where only the last word or two agree, as long as the answer is `BRIEF`."""
BRIEF = 40
"""Tokens. Later what there was to say fades, and the end is welcome."""
QUOTE = 2.0
"""What a quotation of the prompt weighs in a thought, against 1 for the best article's."""
UNHEEDED = 0.1
"""How much less the articles count that a thought was not about, once the answer begins."""
QUOTED = 60
"""At most so many tokens of the prompt are quoted in a thought."""


class Temper(msgspec.Struct, frozen=True):
    """A model's character: how readily it leaves what it reads within a sentence, after one, and after a block; how
    strictly it keeps to the articles that fit best (`focus`, and `stray` for all others); how much a use fades."""

    within: float
    sentence: float
    block: float
    focus: float
    stray: float
    fade: float


TEMPERS = {
    "swift": Temper(within=0.02, sentence=0.35, block=1.0, focus=4.0, stray=0.0005, fade=0.05),
    "steady": Temper(within=0.005, sentence=0.2, block=0.6, focus=5.0, stray=0.0003, fade=0.05),
    "deep": Temper(within=0.003, sentence=0.12, block=0.6, focus=5.0, stray=0.0001, fade=0.05),
}


class Prompt(msgspec.Struct, frozen=True):
    """What was said so far, oldest first: (role, text), role being `system`, `user` or `assistant`."""

    turns: tuple[tuple[str, str], ...]

    @property
    def question(self) -> str:
        return next((text for role, text in reversed(self.turns) if role == "user"), "")

    def query(self) -> dict[str, float]:
        """The terms it is about: those of the question in full, of all else by a third."""
        weights: dict[str, float] = {}
        for at, (_, text) in enumerate(self.turns):
            weight = 1.0 if at == len(self.turns) - 1 else 0.3
            for term in set(terms(text)):
                weights[term] = max(weights.get(term, 0.0), weight)
        return weights


class Model:
    def __init__(self, entry: Entry, reading: Reading) -> None:
        self.entry = entry
        self.reading = reading
        self._temper = TEMPERS[entry.name]

    def open(self, prompt: Prompt, *, thinking: bool) -> "Context":
        """The place where an answer to `prompt` begins, or the thought before it."""
        query = prompt.query()
        return Context(
            self.reading,
            order=self.entry.order,
            temper=self._temper,
            weights=self._weights(query),
            own=self._own_words(prompt.question),
            quoted=self._quoted(prompt.question) if thinking else [],
            thinking=thinking,
        )

    def _weights(self, query: dict[str, float]) -> list[float]:
        """For each position how much it counts that it is followed by what follows it there."""
        reading, temper = self.reading, self._temper
        scores = [temper.stray + score**temper.focus for score in reading.retrieval.scores(query)]
        blocks = [
            scores[article] * (1.0 + reading.retrieval.overlap(query, held))
            for article, held in zip(reading.block_articles, reading.block_terms, strict=True)
        ]
        return [blocks[block] for block in reading.blocks[1:]] + [0.0]

    def _own_words(self, question: str) -> frozenset[int]:
        tokens = (self.reading.tokenizer.encode(f" {word}") for word in question.split() if terms(word))
        return frozenset(spelt[0] for spelt in tokens if len(spelt) == 1)

    def _quoted(self, question: str) -> list[int]:
        quoted = " ".join(question.split()).replace("`", "").replace("*", "").replace('"', "'")
        tokens = self.reading.tokenizer.encode(f'The question is "{quoted}')
        end = self.reading.tokenizer.encode('".' if len(tokens) <= QUOTED else ' …".')
        return [THINK, *tokens[:QUOTED], *end, *self.reading.tokenizer.encode(" ")]


class Context:
    """One answer in the making. `distribution` tells what may come next, `take` goes on."""

    def __init__(
        self,
        reading: Reading,
        *,
        order: int,
        temper: Temper,
        weights: list[float],
        own: frozenset[int],
        quoted: list[int],
        thinking: bool,
    ) -> None:
        self._reading = reading
        self._longest = order - 1
        self._temper = temper
        self._own = own
        self._tokens = reading.tokens + quoted
        self._weights = weights + [QUOTE] * len(quoted)
        self._places = self._quoted_places(quoted)
        self._quoted_to = len(self._tokens) - 1 if quoted else -1
        self._structure = Structure(thinking=thinking)
        self._last = self._last_but_one = b""
        self._said = 0
        self._matches: dict[int, int] = {}
        self._recited: dict[int, None] = {}
        self._enter(THINK if thinking else ANSWER)

    def distribution(self) -> Distribution:
        followers = [(length, self._tokens[at + 1], self._weight(at, length)) for at, length in self._matches.items()]
        evidence: dict[int, float] = {}
        share = 1.0
        for level, wander in self._levels():
            followers = [follower for follower in followers if follower[0] >= level]
            if not followers:
                break
            heard = sum(weight for _, _, weight in followers)
            wander = wander if level > 1 else GROUND * heard
            total = heard + wander
            scale = wander / total
            evidence = {token: p * scale for token, p in evidence.items()}
            for _, token, weight in followers:
                evidence[token] = evidence.get(token, 0.0) + weight / total
            share *= scale
        ground = self._reading.ground(self._structure.mode)
        return Distribution(
            {token: p + share * ground.of(token) for token, p in evidence.items()}, share=share, ground=ground
        )

    def take(self, token: int) -> None:
        """Goes on with `token`. The mark ANSWER ends the thought and begins the answer."""
        if token == ANSWER:
            self._heed_thought()
            self._structure = Structure()
            self._said = 0
            self._enter(token)
            return
        self._said += 1
        self._last_but_one, self._last = self._last, self._reading.tokenizer.bytes_of(token)
        self._structure.feed(self._last.decode("utf-8", "replace"))
        before, fade = self._matches, self._temper.fade
        self._matches = {}
        for at in self._found(token):
            length = before.get(at - 1, 0)
            self._matches[at] = min(length + 1, self._longest)
            if length >= 2:
                self._weights[at - 1] *= fade
            if length == self._longest:
                self._recited[at] = None
        if self._matches.pop(self._quoted_to, 0) == self._longest:
            self._after_quote()

    def _heed_thought(self) -> None:
        """The answer keeps to the article that the thought spoke of most."""
        reading = self._reading
        spoken = Counter(reading.block_articles[reading.blocks[at]] for at in self._recited if at < len(reading.blocks))
        for article, _ in spoken.most_common(1):
            for at, block in enumerate(reading.blocks):
                if reading.block_articles[block] != article:
                    self._weights[at] *= UNHEEDED

    def _after_quote(self) -> None:
        """The prompt was quoted: the thought goes on as thoughts begin."""
        self._places, self._quoted_to = {}, -1
        self._matches = dict.fromkeys(self._found(THINK), self._longest)

    def _enter(self, mark: int) -> None:
        self._last = b"\n\n"
        self._matches = dict.fromkeys(self._found(mark), self._longest)

    def _found(self, token: int) -> Iterable[int]:
        key = (self._structure.mode, token)
        return (*self._reading.places.get(key, ()), *self._places.get(key, ()))

    def _weight(self, at: int, length: int) -> float:
        token = self._tokens[at + 1]
        factor = 1.0 + OWN_WORDS if token in self._own else 1.0
        if token == END and length < self._longest and self._said < BRIEF:
            factor = FAINT_END
        return self._weights[at] * factor + 1e-9

    def _levels(self) -> list[tuple[int, float]]:
        """How many last tokens to look at, from few to all, each with its `wander`.

        Where a sentence or a block ends there is one choice, to go on or to go elsewhere, so the levels between are
        left out: they would all say "go on".
        """
        temper, longest = self._temper, self._longest
        if self._last.startswith(b"\n\n"):
            between, last = [2], temper.block
        elif self._last in (b".", b"!", b"?") and not self._last_but_one.isdigit():
            between, last = [], temper.sentence
        else:
            between, last = list(range(2, longest)), temper.within
        middle = [(level, temper.within) for level in (1, *between) if level < longest]
        return [*middle, (longest, last)]

    def _quoted_places(self, quoted: list[int]) -> dict[tuple[str, int], list[int]]:
        """Where the quoted prompt's tokens are. The first of them is the mark of a thought."""
        start = len(self._reading.tokens)
        structure = Structure(thinking=True)
        modes = [structure.mode, *self._reading.modes_of(quoted[1:], structure)] if quoted else []
        places: dict[tuple[str, int], list[int]] = {}
        for at, key in enumerate(zip(modes, quoted, strict=True)):
            places.setdefault(key, []).append(start + at)
        return places
