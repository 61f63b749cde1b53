"""Named prompts as bytes, and back: one JSON file a prompt, or many in one, laid out for people and their diffs."""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any

import msgspec
from msgspec.structs import replace

from app.imports.errors import ForeignError
from app.imports.parsing import parsed, text_of
from app.library.document import MOST_NAME, VERSION, NamedPrompt, Version
from app.session.layout import laid_out
from app.session.making import new_id, now
from app.session.unknown import restored, unknown

FORMAT, MANY = "abreast-prompt", "abreast-prompts"
SUFFIX = ".json"
TEXTS = (".txt", ".md", ".prompt", ".markdown")
"""Files whose whole text is one prompt."""
MOST_BYTES = 32 * 1024 * 1024
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class PromptError(ValueError):
    """Bytes that are no prompt. The message is the end of a sentence that begins with the file's name."""


def to_bytes(prompt: NamedPrompt) -> bytes:
    return laid_out({"format": FORMAT, "version": VERSION, **_tree(prompt)})


def many_to_bytes(prompts: Iterable[NamedPrompt]) -> bytes:
    return laid_out({"format": MANY, "version": VERSION, "prompts": [_tree(each) for each in prompts]})


def from_bytes(data: bytes) -> NamedPrompt:
    """Raises `PromptError`."""
    tree = _opened(data)
    if tree["format"] != FORMAT:
        raise PromptError("holds several prompts: import it")
    return _prompt(tree)


def imported(data: bytes, name: str) -> tuple[NamedPrompt, ...]:
    """The prompts of a file with that name: ours, or a text that is one prompt. Raises `PromptError`."""
    if PurePath(name).suffix.lower() in TEXTS:
        return (_of_text(data, PurePath(name).stem),)
    tree = _opened(data)
    if tree["format"] == FORMAT:
        return (_prompt(tree),)
    inner = tree.get("prompts")
    if not isinstance(inner, list) or not inner:
        raise PromptError("holds no prompts")
    return tuple(_prompt(each) for each in inner)


def _of_text(data: bytes, name: str) -> NamedPrompt:
    try:
        text = text_of(data)
    except ForeignError as error:
        raise PromptError(str(error)) from None
    if not text.strip():
        raise PromptError("is empty")
    return NamedPrompt(new_id(), name[:MOST_NAME] or "Untitled", versions=(Version(new_id(), now(), text),))


def _opened(data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise PromptError("is empty")
    try:
        tree = parsed(data)
    except ForeignError as error:
        raise PromptError(str(error)) from None
    if not isinstance(tree, dict) or tree.get("format") not in (FORMAT, MANY):
        raise PromptError(f'is JSON, but no prompt: "format" is not "{FORMAT}"')
    version = tree.get("version")
    if type(version) is not int or version < 1:
        raise PromptError('is no prompt: its "version" is no number from 1')
    if version > VERSION:
        raise PromptError(f"was written by a newer Abreast (format {version}). It is left as it is")
    return tree


def _prompt(tree: Any) -> NamedPrompt:
    if not isinstance(tree, dict):
        raise PromptError("holds something among its prompts that is none")
    body = {name: each for name, each in tree.items() if name not in ("format", "version", "unknown")}
    _each_text(body, _joined)
    try:
        prompt = msgspec.convert(body, NamedPrompt)
    except (msgspec.ValidationError, RecursionError) as error:
        raise PromptError(f"does not hold what a prompt holds: {error}") from None
    _judge(prompt)
    return replace(prompt, unknown=unknown(body, _known(prompt)))


def _judge(prompt: NamedPrompt) -> None:
    """Raises `PromptError`. An id names a file, so it is letters, digits, `_` and `-`."""
    if not _ID.fullmatch(prompt.id):
        raise PromptError("has an id that is none")
    if not prompt.name.strip() or len(prompt.name) > MOST_NAME:
        raise PromptError(f"has a name that is empty or longer than {MOST_NAME} characters")
    if not prompt.versions:
        raise PromptError("holds no version of its prompt")
    if len({each.id for each in prompt.versions}) != len(prompt.versions):
        raise PromptError("holds two versions with one id")


# The form of the file: texts of several lines are lists of lines, so that a diff shows the line that changed


def _tree(prompt: NamedPrompt) -> dict[str, Any]:
    tree: dict[str, Any] = restored(_known(prompt), prompt.unknown)
    _each_text(tree, _lines)
    return tree


def _known(prompt: NamedPrompt) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(prompt))
    tree.pop("unknown", None)
    return tree


def _each_text(tree: dict[str, Any], change: Callable[[Any], Any]) -> None:
    versions = tree.get("versions")
    for version in versions if isinstance(versions, list) else ():
        if isinstance(version, dict):
            version |= {name: change(version[name]) for name in ("text", "system") if name in version}


def _lines(text: Any) -> Any:
    if not isinstance(text, str) or "\n" not in text:
        return text
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _joined(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) and all(isinstance(line, str) for line in text) else text
