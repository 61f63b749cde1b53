"""Keys out of what is shown, copied or saved: by the names of headers, and by the key's own text in any usual dress."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

KEY = "[key]"
"""Stands where the key stood."""
WITHHELD = "[withheld]"
"""Stands for the whole value of a header that carries a secret of somebody's."""
CARRIERS = re.compile(
    r"authorization|api[-_]?key|virtual-key|portkey-config|cookie|secret|credential|(auth|token)$", re.I
)
"""A header with such a name is taken to carry a secret."""
LEAST = 6
"""A shorter key is a word like `none` that servers without keys are given; it may stand anywhere by chance."""


class Redaction:
    """Of one key, or of none but by the names of headers."""

    def __init__(self, key: str | None) -> None:
        self._key = key or ""
        self._forms = _forms(self._key) if len(self._key) >= LEAST else ()

    def headers(self, pairs: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
        """In the order in which they went over the wire."""
        return tuple(self._header(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in pairs)

    def _header(self, name: str, value: str) -> tuple[str, str]:
        if CARRIERS.search(name) is None:
            return name, self.text(value)
        return name, value.replace(self._key, KEY) if self._key and self._key in value else WITHHELD

    def text(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form.decode(), KEY)
        return text

    def body(self, body: bytes) -> bytes:
        """Masked with as many asterisks, so that every byte keeps its place."""
        for form in self._forms:
            body = body.replace(form, b"*" * len(form))
        return body

    def pieces(self, pieces: list[tuple[int, bytes]]) -> tuple[tuple[int, bytes], ...]:
        """As `body`, also where a key was cut in two."""
        whole = b"".join(piece for _, piece in pieces)
        masked = self.body(whole)
        if masked == whole:
            return tuple(pieces)
        ends, at = [], 0
        for at_ns, piece in pieces:
            ends.append((at_ns, masked[at : at + len(piece)]))
            at += len(piece)
        return tuple(ends)


def _forms(key: str) -> tuple[bytes, ...]:
    """The key as it is, as JSON and URLs write it, and what base64 makes of it wherever it stands; longest first."""
    plain = key.encode()
    forms = {plain, json.dumps(key)[1:-1].encode(), quote(key, safe="").encode()}
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(_inner(encode(b"\0" * shift + plain), shift, len(plain)))
    return tuple(sorted(forms, key=len, reverse=True))


def _inner(coded: bytes, shift: int, length: int) -> bytes:
    """The characters of base64 that hang on the key alone, not on its neighbours."""
    first = -(-shift * 8 // 6)
    return coded[first : (shift + length) * 8 // 6]
