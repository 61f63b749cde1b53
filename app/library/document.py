"""A prompt under a name, as one immutable value: what it said over time, its tags, and rows of values for a batch."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from app.session.document import Variable
from app.session.unknown import NOTHING, Unknown
from app.session.variables import names

VERSION = 1
"""Of the file's format."""
MOST_NAME = 200


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a prompt said from then on. `at` is ISO 8601 in UTC."""

    id: str
    at: str
    text: str = ""
    system: str = ""
    variables: dict[str, Variable] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return names(self.text, self.system)

    def says_the_same(self, other: "Version") -> bool:
        return (self.text, self.system, self.variables) == (other.text, other.system, other.variables)


class NamedPrompt(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    name: str
    tags: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    """The oldest first; there is always one."""
    rows: tuple[dict[str, str], ...] = ()
    """Each a value for each variable."""
    unknown: Unknown = NOTHING
    """What a file held that this version does not know: it goes back as it came. Not part of the format."""

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def key(self) -> str:
        """What typed words are looked for in."""
        return "\n".join((self.name, *self.tags, self.newest.text, self.newest.system)).casefold()


def said(prompt: NamedPrompt, version: Version) -> NamedPrompt:
    """With that as its newest version; the same prompt, if it says so already."""
    if prompt.versions and prompt.newest.says_the_same(version):
        return prompt
    return replace(prompt, versions=(*prompt.versions, version))


def merged(before: NamedPrompt, after: NamedPrompt) -> NamedPrompt:
    """`after`, with the versions that `before` alone has: whoever wrote them meanwhile loses nothing."""
    have = {each.id for each in after.versions}
    lost = [each for each in before.versions if each.id not in have]
    if not lost:
        return after
    return replace(after, versions=tuple(sorted((*after.versions, *lost), key=_age)))


def _age(version: Version) -> str:
    return version.at


def tags_of(text: str) -> tuple[str, ...]:
    """`review, code` as tags: each once, none empty."""
    return tuple(dict.fromkeys(filter(None, (each.strip() for each in text.split(",")))))


def found(prompts: Iterable[NamedPrompt], text: str) -> tuple[NamedPrompt, ...]:
    """Those that hold all words of `text` in name, tags or texts, by their names; `#word` means a tag."""
    words = text.casefold().split()
    fitting = (each for each in prompts if all(_holds(each, word) for word in words))
    return tuple(sorted(fitting, key=_by_name))


def _holds(prompt: NamedPrompt, word: str) -> bool:
    if word.startswith("#") and len(word) > 1:
        return any(tag.casefold().startswith(word[1:]) for tag in prompt.tags)
    return word in prompt.key


def _by_name(prompt: NamedPrompt) -> tuple[str, str]:
    return prompt.name.casefold(), prompt.id
