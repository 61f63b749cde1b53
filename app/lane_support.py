"""What becomes of a lane's parameters, told by the encoder that would send them: no table beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.directory import Directory
from app.lanes import LaneError, UrlTarget, VendorTarget, parse
from providers.dialects import DIALECTS
from providers.dialects.base import DialectName, Quirks
from providers.errors import ProviderError
from providers.types import Message, Request
from providers.vendors import quirks_of_url

SAMPLES: Mapping[str, Any] = {
    "temperature": 0.5,
    "top_p": 0.5,
    "top_k": 5,
    "max_tokens": 4096,
    "seed": 1,
    "reasoning_effort": "low",
}
QUESTION = (Message("user", "?"),)


@dataclass(frozen=True)
class Support:
    """`refused` is not sent, `ignored` is sent in vain, `default` is sent although it is unset."""

    state: Literal["open", "refused", "ignored", "default"] = "open"
    note: str = ""
    """In whose words it is so; for `default`, the value that is sent."""


OPEN = Support()


def support(text: str, params: Mapping[str, Any], directory: Directory) -> dict[str, Support]:
    """Of each named parameter, in a lane with those that are set. Where nothing is known, all are open."""
    try:
        encode = _Encoder(*_spoken(text, directory))
    except (LaneError, KeyError):
        return dict.fromkeys(SAMPLES, OPEN)
    return {name: _support(encode, name, params) for name in SAMPLES}


class _Encoder:
    def __init__(self, dialect: DialectName, model: str, base_url: str, quirks: Quirks) -> None:
        self._dialect, self._model, self._base_url, self._quirks = DIALECTS[dialect], model, base_url, quirks

    def notes(self, params: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
        """What is said of that parameter: the kind of each notice and its text."""
        request = Request(QUESTION, None, dict(params))
        try:
            encoded = self._dialect.encode(request, model=self._model, base_url=self._base_url, quirks=self._quirks)
        except ProviderError as error:
            return [("dropped_param", error.failure.message)] if name in error.failure.message else []
        return [(each.kind, each.text) for each in encoded.notices if f"`{name}`" in each.text]


def _support(encode: _Encoder, name: str, params: Mapping[str, Any]) -> Support:
    if name not in params:
        changed = [text for kind, text in encode.notes(params, name) if kind == "changed_param"]
        if changed:
            return Support("default", _before(changed[0]))
    for kind, text in encode.notes({**params, name: params.get(name, SAMPLES[name])}, name):
        if kind in ("dropped_param", "ignored_param"):
            return Support("refused" if kind == "dropped_param" else "ignored", _before(text))
    return OPEN


def _before(note: str) -> str:
    """As it is said before anything was sent."""
    return note.replace(" was not sent", " is not sent").replace(" was sent", " is sent")


def _spoken(text: str, directory: Directory) -> tuple[DialectName, str, str, Quirks]:
    target = parse(text)
    match target:
        case VendorTarget(vendor=id_, model=model):
            row = directory.vendor(id_)
            return row.dialect, model, row.base_url or "http://127.0.0.1", row.quirks
        case UrlTarget(dialect=dialect, model=model, base_url=url):
            owner = directory.at(url, dialect)
            known = owner is not None and owner.dialect == dialect
            return dialect, model, url, owner.quirks if known and owner is not None else quirks_of_url(url, dialect)
