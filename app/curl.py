"""An exchange's request as a command that sends it again, with the key from an environment variable."""

import shlex

from app.exchange import Asked, Exchange
from app.redaction import KEY, WITHHELD
from providers.vendors import vendor

OWN = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})
"""What curl says by itself."""
LONGEST_WORD = 100_000
"""Linux allows no word of a command that is longer than 128 KiB: then the body goes in as a document."""


def curl(exchange: Exchange) -> str:
    """For a POSIX shell. Raises `ValueError` for a request that was never sent."""
    if exchange.asked is None:
        raise ValueError("no request was sent")
    asked = exchange.asked
    lines = [f"curl --no-buffer -X {asked.method} {shlex.quote(asked.url)}"]
    name = _key_name(exchange.vendor)
    lines += [f"-H {_header(*pair, key_name=name)}" for pair in asked.headers if pair[0].lower() not in OWN]
    return " \\\n  ".join(lines) + _body(asked)


def _header(name: str, value: str, *, key_name: str) -> str:
    """Single quotes around all but the key, which the shell puts in."""
    if value == WITHHELD:
        return f'{shlex.quote(f"{name}: ")}"${key_name}"'
    before, found, after = value.partition(KEY)
    if not found:
        return shlex.quote(f"{name}: {value}")
    return f'{shlex.quote(f"{name}: {before}")}"${key_name}"{shlex.quote(after) if after else ""}'


def _body(asked: Asked) -> str:
    if not asked.body:
        return ""
    text = asked.body.decode("utf-8", "replace")
    if len(asked.body) <= LONGEST_WORD:
        return f" \\\n  --data-raw {shlex.quote(text)}\n"
    mark = "END"
    while mark in text:
        mark += "_"
    return f" \\\n  --data-binary @- <<'{mark}'\n{text}\n{mark}\n"


def _key_name(id_: str) -> str:
    """The variable that usually holds this vendor's key."""
    try:
        names = vendor(id_).key_env
    except KeyError:
        names = ()
    return names[0] if names else "API_KEY"
