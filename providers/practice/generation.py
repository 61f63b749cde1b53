"""A whole answer, piece by piece: thought, answer, stop sequences, the limit of tokens."""

import codecs
import math
from collections.abc import Iterator
from itertools import islice
from typing import Literal

import msgspec

from providers.practice.distribution import Distribution
from providers.practice.model import Model, Prompt
from providers.practice.sampling import Sampler, Sampling
from providers.practice.tokenizer import ANSWER, END, THINK

Why = Literal["end", "length", "stop_sequence"]


class Token(msgspec.Struct, frozen=True):
    """One token with its natural log-probability under the model (before temperature), and the likeliest others."""

    raw: bytes
    logprob: float
    top: tuple[tuple[bytes, float], ...]

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")


class Piece(msgspec.Struct, frozen=True):
    """Text to show, and the tokens it took: one, save where a character or a stop sequence was waited for."""

    text: str
    thought: bool
    tokens: tuple[Token, ...]


class End(msgspec.Struct, frozen=True):
    """The last word: why it ended, and tokens that bore no text."""

    why: Why
    stop_sequence: str | None
    tokens: tuple[Token, ...]


class Stops:
    """Lets text through up to the first stop sequence, holding back what may yet become one."""

    def __init__(self, sequences: tuple[str, ...]) -> None:
        self._sequences = sequences
        self._held = ""

    def feed(self, text: str) -> tuple[str, str | None]:
        """The text that is free to go, and the sequence that was hit."""
        self._held += text
        hits = [(self._held.find(stop), stop) for stop in self._sequences if stop in self._held]
        if hits:
            at, stop = min(hits)
            return self._held[:at], stop
        keep = self._endangered()
        free, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return free, None

    def rest(self) -> str:
        return self._held

    def _endangered(self) -> int:
        longest = max((len(stop) for stop in self._sequences), default=0)
        for size in range(min(longest, len(self._held)), 0, -1):
            if any(stop.startswith(self._held[-size:]) for stop in self._sequences):
                return size
        return 0


def generate(model: Model, prompt: Prompt, sampling: Sampling) -> Iterator[Piece | End]:
    """Pieces until one `End`, which is last. The thought comes first, if the model has one and may."""
    return _Answer(model, prompt, sampling).pieces()


class _Answer:
    def __init__(self, model: Model, prompt: Prompt, sampling: Sampling) -> None:
        self._model = model
        self._sampling = sampling
        self._thinking = model.entry.reasons and sampling.max_thought != 0
        self._context = model.open(prompt, thinking=self._thinking)
        self._sampler = Sampler(sampling)
        self._stops = Stops(sampling.stop)
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._made = 0
        self._pending: tuple[Token, ...] = ()

    def pieces(self) -> Iterator[Piece | End]:
        while self._made < self._sampling.max_tokens:
            token, told = self._next()
            if token == END:
                yield from self._finish("end")
                return
            if token == ANSWER:
                self._thinking = False
                continue
            self._made += 1
            self._pending += (told,)
            free, stop = self._let_through(self._utf8.decode(told.raw))
            if free:
                yield self._piece(free)
            if stop is not None:
                yield End("stop_sequence", stop, self._pending)
                return
        yield from self._finish("length")

    def _next(self) -> tuple[int, Token]:
        distribution = self._fitting(self._context.distribution())
        spent = self._thinking and self._thought_is_spent()
        token = ANSWER if spent else self._sampler.choose(distribution)
        told = self._told(token, distribution)
        self._context.take(token)
        return token, told

    def _fitting(self, distribution: Distribution) -> Distribution:
        """Marks out of place are impossible: there is no end within a thought, and no thought after it."""
        unfit = (END, THINK) if self._thinking else (ANSWER, THINK)
        return distribution.scaled(dict.fromkeys(unfit, 0.0))

    def _thought_is_spent(self) -> bool:
        limit = self._sampling.max_thought
        return limit is not None and self._made >= limit

    def _told(self, token: int, distribution: Distribution) -> Token:
        bytes_of = self._model.reading.tokenizer.bytes_of
        if not self._sampling.logprobs:
            return Token(bytes_of(token), 0.0, ())
        likeliest = islice(distribution.ranked(), self._sampling.top)
        top = tuple((bytes_of(each), math.log(p)) for each, p in likeliest if p > 0.0)
        return Token(bytes_of(token), math.log(distribution[token]), top)

    def _let_through(self, text: str) -> tuple[str, str | None]:
        return (text, None) if self._thinking else self._stops.feed(text)

    def _piece(self, text: str) -> Piece:
        piece = Piece(text, self._thinking, self._pending)
        self._pending = ()
        return piece

    def _finish(self, why: Why) -> Iterator[Piece | End]:
        rest = self._stops.rest() + self._utf8.decode(b"", final=True)
        if rest:
            yield self._piece(rest)
        yield End(why, None, self._pending)
