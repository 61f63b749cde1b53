"""Faults that are switched on for a lane: what may be written, and where it strikes."""

from typing import NamedTuple

from providers.practice.faults import PLAYED, SERVERS, FaultError, parse


class Preset(NamedTuple):
    """A fault at one click."""

    name: str
    spec: str
    note: str


PRESETS = (
    Preset("429", "429:retry_after=2", "Too many requests: ask again in 2 s"),
    Preset("429 once", "429:retry_after=1,times=1", "Only the run's first request is refused"),
    Preset("500", "500", "The server had an error"),
    Preset("529", "529", "Overloaded, told inside a stream that had begun well"),
    Preset("Slow first byte", "slow_first:s=5", "The head comes at once, the first event 5 s late"),
    Preset("Stall", "stall:after=8", "Nothing more comes after 8 events, and the connection stays open"),
    Preset("Cut stream", "cut:after=8", "The answer ends after 8 events, without its end marker"),
    Preset("Reset", "reset:after=8", "The connection is reset after 8 events"),
    Preset("Junk", "junk:after=8", "Bytes that are no event, then on as if nothing were"),
    Preset("DNS", "dns", "The host's name cannot be resolved"),
    Preset("TLS", "tls", "The server's certificate is refused"),
)


def wrong(spec: str, *, is_practice: bool) -> str:
    """Why this SPEC cannot be played there, as a sentence; "" if it can."""
    names = (*PLAYED, "json") if is_practice else PLAYED
    try:
        parse(spec, names)
    except FaultError as error:
        said = str(error)
        return f"{said[:1].upper()}{said[1:]}."
    return ""


def server_plays(spec: str) -> bool:
    """Whether the practice server can play all of it by itself."""
    try:
        return bool(parse(spec, SERVERS))
    except FaultError:
        return False


def of_leaf(spec: str, at: str, leaf: str) -> str:
    """The fault that strikes that model, if it is switched on `at` one of them, or at all."""
    return spec if at in ("", leaf) else ""
