"""The models of this process, made when they are first asked for, with what each prompt cache holds."""

from functools import cache, cached_property

from providers.practice.catalog import Entry
from providers.practice.corpus import articles
from providers.practice.model import Model, Prompt
from providers.practice.prefix_cache import PrefixCache
from providers.practice.reading import Reading

ROLE_MARKS = {"system": -1, "user": -2, "assistant": -3}
"""Stand for the template's token before each turn; the answer's own opens with the assistant's."""


class Shelf:
    @cached_property
    def reading(self) -> Reading:
        return Reading(articles())

    def read(self) -> None:
        """Does now what the first request would have to wait for."""
        for place in self.reading.places:
            self.reading.ground(place[0])

    @cache  # noqa: B019  # there is one shelf a process
    def model(self, entry: Entry) -> Model:
        return Model(entry, self.reading)

    @cache  # noqa: B019
    def prefixes(self, entry: Entry) -> PrefixCache:
        return PrefixCache(longest=entry.context_length)

    def tokens(self, prompt: Prompt) -> list[int]:
        """The prompt as the models read it: the turns, each behind a mark of its role."""
        tokens: list[int] = []
        for role, text in prompt.turns:
            tokens.append(ROLE_MARKS[role])
            tokens += self.reading.tokenizer.encode(text)
        return [*tokens, ROLE_MARKS["assistant"]]
