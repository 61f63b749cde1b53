"""A session as bytes, and back: one JSON file that people can read, compare and keep for years.

Long texts are lists of lines. Every lane tells also what is not set. What this version does not know stays as it came;
what a newer version has written is not touched at all. `resources/session.schema.json` tells the whole format.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from app.session.document import VERSION, Chunks, Session
from app.session.layout import laid_out
from app.session.migrations import migrated
from app.session.unknown import restored, unknown
from providers.types import KNOWN_PARAMS

FORMAT = "abreast-session"
SUFFIX = ".abreast"
MOST_BYTES = 512 * 1024 * 1024
SEARCHED_BYTES = 48 * 1024 * 1024
"""Up to here a file is searched for keys that come twice, which takes several times as long as reading it."""
MOST_LANES = 16
MOST_DEEP = 100
"""What is nested more deeply is made to do harm: whoever reads it, down to the window, comes to the end of a stack."""


class SessionError(ValueError):
    """Bytes that are no session of ours. The message says what is wrong with them, as the end of a sentence that
    begins with the file's name."""


class TooNewError(SessionError):
    """A newer version has written it."""


def to_bytes(session: Session) -> bytes:
    return laid_out(to_tree(session))


def to_tree(session: Session) -> dict[str, Any]:
    """The file's JSON, as Python has it."""
    tree: dict[str, Any] = restored(_known(session), session.unknown)
    return {"format": FORMAT, "version": VERSION, **tree}


def from_bytes(data: bytes) -> Session:
    """Raises `SessionError`, and nothing else."""
    if len(data) > MOST_BYTES:
        raise SessionError(f"is larger than {MOST_BYTES >> 20} MiB, and no session is")
    tree = _parsed(data)
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise SessionError(f'is JSON, but no session: "format" is not "{FORMAT}"')
    return from_tree(tree)


def from_tree(tree: dict[str, Any]) -> Session:
    """Raises `SessionError`."""
    version = tree.get("version")
    if type(version) is not int or version < 1:
        raise SessionError(f'is no session: "version" is {_told(version)}')
    if version > VERSION:
        raise TooNewError(
            f"was written by a newer Abreast (format {version}; this one reads up to {VERSION}). It is left as it is"
        )
    try:
        tree = migrated(tree, version, VERSION)
        body = {name: each for name, each in tree.items() if name not in ("format", "version", "unknown")}
        _each_text(body, _joined)
        if _is_too_deep(body):
            raise SessionError("is nested too deeply")
        session = msgspec.convert(body, Session)
        session = msgspec.structs.replace(session, unknown=unknown(body, _known(session, in_lines=False)))
    except SessionError:
        raise
    except msgspec.ValidationError as error:
        raise SessionError(f"does not hold what a session holds: {error}") from None
    except RecursionError:
        raise SessionError("is nested too deeply") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SessionError(f"cannot be read as a session: {type(error).__name__} {_told(str(error))}") from None
    _judge(session)
    return session


def _parsed(data: bytes) -> Any:
    if not data.strip():
        raise SessionError("is empty")
    try:
        tree = msgspec.json.decode(data)
        if len(data) <= SEARCHED_BYTES:
            json.loads(data, object_pairs_hook=_once)
    except SessionError:
        raise
    except RecursionError:
        raise SessionError("is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise SessionError(f"is not UTF-8 at byte {error.start:,}") from None
    except ValueError as error:
        raise SessionError(f"is no JSON: {_reason(error)}") from None
    return tree


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(names := [name for name, _ in pairs]) != len(set(names)):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise SessionError(f"holds the key {_told(twice)} twice in one object, so one of its values would be lost")


def _reason(error: ValueError) -> str:
    """msgspec's words, without what they all begin with."""
    said = str(error).removeprefix("JSON is malformed: ")
    return "it ends in the middle" if said == "Input data was truncated" else said


# The form of the file


def _known(session: Session, *, in_lines: bool = True) -> dict[str, Any]:
    """What this version knows of a session, in the file's form; without `in_lines`, texts are whole."""
    tree: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(session)) if in_lines else _quickly(session)
    del tree["unknown"]
    tree["attachments"] = dict(sorted(tree["attachments"].items()))
    for spec in (each["spec"] for name in ("lanes", "runs") for each in tree[name]):
        spec["unset"] = sorted(KNOWN_PARAMS - spec["params"].keys())
    if in_lines:
        _each_text(tree, _lines)
    return tree


def _quickly(session: Session) -> dict[str, Any]:
    """Good enough to be compared with a file's JSON: lists are tuples."""
    tree: dict[str, Any] = msgspec.to_builtins(session)
    return tree


def _lines(text: str) -> Any:
    """A text of several lines as a list of them, each with its line break; only `\\n` is one."""
    if "\n" not in text:
        return text
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _joined(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) and all(isinstance(line, str) for line in text) else text


def _each_text(tree: dict[str, Any], change: Callable[[Any], Any]) -> None:
    """Changes every text that may have many lines, in place. What is not where it should be is left alone."""
    for holder, name in _texts(tree):
        if isinstance(holder, dict) and name in holder:
            holder[name] = change(holder[name])


def _texts(tree: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    for draft in (tree.get("draft"), *(_of(each, "draft") for each in _list(tree.get("prompts")))):
        yield from ((draft, name) for name in ("text", "system"))
        variables = _of(draft, "variables")
        yield from ((each, "value") for each in (variables.values() if isinstance(variables, dict) else ()))
    for run in _list(tree.get("runs")):
        yield from ((_of(run, "record"), name) for name in ("text", "reasoning", "refusal"))
        yield _of(run, "opinion"), "note"
        asides = _list(_of(_of(run, "course"), "asides"))
        yield from ((aside, name) for aside in asides for name in ("text", "reasoning"))


def _is_too_deep(tree: dict[str, Any]) -> bool:
    """Without the stamps of runs: they are many, and nothing but numbers can be read as such."""
    level: list[Any] = [{**tree, "runs": [_unstamped(run) for run in _list(tree.get("runs"))]}]
    for _ in range(MOST_DEEP):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for several in inner for each in several if type(each) in (dict, list)]
    return bool(level)


def _unstamped(run: Any) -> Any:
    chunks = _of(run, "chunks")
    if not isinstance(chunks, dict):
        return run
    return {**run, "chunks": {name: each for name, each in chunks.items() if name not in Chunks.__struct_fields__}}


def _of(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


# What a session must be, beyond its types


def _judge(session: Session) -> None:
    """Raises `SessionError` where the parts do not belong together."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{0,64}", session.id):
        raise SessionError(f"has an id that is none: {_told(session.id)}")
    for what, ids in (
        ("lane", [each.id for each in session.lanes]),
        ("prompt", [each.id for each in session.prompts]),
        ("run", [each.id for each in session.runs]),
    ):
        if len(ids) != len(set(ids)):
            raise SessionError(f"holds two {what}s with the id {_told(Counter(ids).most_common(1)[0][0])}")
    if len(session.lanes) > MOST_LANES:
        raise SessionError(f"holds {len(session.lanes)} lanes, and a bench has room for {MOST_LANES}")
    prompts = {each.id for each in session.prompts}
    for run in session.runs:
        if run.prompt not in prompts:
            raise SessionError(f"holds the run {_told(run.id)} of a prompt that is not there")
        if run.opinion.rating is not None and not 1 <= run.opinion.rating <= 5:
            raise SessionError(f"rates the run {_told(run.id)} with {run.opinion.rating}, which is not 1 to 5")
        _judge_chunks(run.id, run.chunks)
    for sha256, blob in session.attachments.items():
        if blob.data and hashlib.sha256(blob.data).hexdigest() != sha256:
            raise SessionError(f"holds an attachment that is not what its hash {_told(sha256[:12])} says")


def _judge_chunks(run: str, chunks: Chunks) -> None:
    if len(chunks.at_us) != len(chunks.characters) or sum(count for _, count in chunks.kinds) != len(chunks.at_us):
        raise SessionError(f"holds the run {_told(run)} with pieces that do not fit each other")
    if min(chunks.at_us, default=0) < 0 or min(chunks.characters, default=0) < 0:
        raise SessionError(f"holds the run {_told(run)} with a piece that came before the one before it")


def _told(value: object) -> str:
    """Short enough for a sentence, whatever it is."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
