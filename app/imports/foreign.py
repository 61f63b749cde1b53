"""Any file that somebody drops: what it is, and the sessions in it."""

from typing import Any

from app.imports import chatgpt, messages, open_webui
from app.imports.curl import from_curl
from app.imports.errors import ForeignError
from app.imports.json_lines import from_json_lines
from app.imports.parsing import parsed, text_of
from app.session import codec
from app.session.document import Session


def foreign(data: bytes, name: str) -> tuple[Session, ...]:
    """The sessions of a file called `name`. Raises `ForeignError` with a whole sentence, and nothing else."""
    try:
        return _read(data)
    except (ForeignError, codec.SessionError) as error:
        raise ForeignError(f"{_shown(name)} {error}.") from None
    except RecursionError:
        raise ForeignError(f"{_shown(name)} is nested too deeply.") from None


def _shown(name: str) -> str:
    """A file's name as a sentence can hold it: one line, printable, not too long."""
    flat = "".join(each if each.isprintable() else "\ufffd" for each in name)
    return flat[:80] or "The file"


def _read(data: bytes) -> tuple[Session, ...]:
    if not data.strip():
        raise ForeignError("is empty")
    if data.startswith(b"PK\x03\x04"):
        raise ForeignError("is a ZIP archive: unpack it, and open the conversations.json in it")
    said = text_of(data)
    if said.lstrip().startswith("curl"):
        return (from_curl(said),)
    if _is_lines(said):
        return from_json_lines(said)
    return _of_tree(parsed(said), data)


def _is_lines(text: str) -> bool:
    """Whether its first line is a whole object and not the only one, or one of ours, or a prompt by itself."""
    first, _, rest = text.strip().partition("\n")
    try:
        tree = parsed(first)
    except ForeignError:
        return False
    return isinstance(tree, dict) and (bool(rest.strip()) or "prompt" in tree or "body" in tree or _is_own_line(tree))


def _is_own_line(tree: dict[str, Any]) -> bool:
    return tree.get("format") == "abreast-run"


def _of_tree(tree: Any, data: bytes) -> tuple[Session, ...]:
    if isinstance(tree, dict) and tree.get("format") == codec.FORMAT:
        return (codec.from_bytes(data),)
    first = tree[0] if isinstance(tree, list) and tree else tree
    if not isinstance(first, dict):
        raise ForeignError("is JSON, but nothing that is known here")
    if "mapping" in first:
        return chatgpt.of_tree(tree)
    if "chat" in first:
        return open_webui.of_tree(tree)
    if "role" in first or any(each in first for each in ("messages", "input", "contents")):
        return (messages.of_tree(tree),)
    raise ForeignError(
        "is JSON, but none of what is known here: a session, a list of messages, a request's body, "
        "or an export of ChatGPT or Open WebUI"
    )
