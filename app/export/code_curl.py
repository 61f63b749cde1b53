"""A request as a cURL command for a POSIX shell."""

import shlex

from app.curl import LONGEST_WORD
from app.export.sending import KEY, Sending


def written(sent: Sending) -> str:
    lines = [f"curl --no-buffer --silent --show-error -X POST {shlex.quote(sent.url)}"]
    lines += [f"-H {_header(name, value, sent)}" for name, value in sent.headers.items()]
    return " \\\n  ".join(lines) + _body(sent.body.decode())


def _header(name: str, value: str, sent: Sending) -> str:
    """Single quotes around all but the key, which the shell puts in."""
    before, found, after = value.partition(KEY)
    if not found:
        return shlex.quote(f"{name}: {value}")
    key = f'"${{{sent.key_name}:?}}"' if sent.needs_key else f'"${{{sent.key_name}:-none}}"'
    return f"{shlex.quote(f'{name}: {before}')}{key}{shlex.quote(after) if after else ''}"


def _body(text: str) -> str:
    """As a word where the system takes it for one, else as a document."""
    if len(text.encode()) <= LONGEST_WORD:
        return f" \\\n  --data-raw {shlex.quote(text)}\n"
    mark = "END"
    while mark in text:
        mark += "_"
    return f" \\\n  --data-binary @- <<'{mark}'\n{text}\n{mark}\n"
