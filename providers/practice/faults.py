"""Faults on request: what goes wrong, where, and how often, written as a SPEC."""

from collections.abc import Sequence
from random import Random

import msgspec

GRAMMAR = """\
SPEC is one or several faults joined by `+`; a fault is NAME or NAME:key=value,key=value

  before the answer   401   429 [retry_after=2]   500   503 [retry_after=]   html   empty   close
                      slow_head [s=2]    the status line is late
                      json               one JSON body although a stream was asked for
  in the stream       529                an overload error as the first event after status 200
                      slow_first [s=2]   the head comes at once, the first event late
                      stall [after=8] [s=3600]   nothing more for s seconds after so many tokens
                      error [after=8]    an error event after so many tokens
                      junk [after=8]     bytes that are no event, then on as if nothing were
                      cut [after=8]      a clean end of the body without the end marker
                      drop [after=8]     the connection is closed within the body
                      reset [after=8]    the connection is reset
  before anything is sent, in front of an endpoint only
                      dns                the host's name cannot be resolved
                      tls                its certificate is refused
  for all of them     times=K  only the first K requests of this SPEC      p=0.5  only so often
                      tag=NAME makes a SPEC of its own, so that its requests are counted anew

For example 429:retry_after=2,times=1 or slow_first:s=1+stall:after=12"""

BEFORE = ("401", "429", "500", "503", "html", "empty", "close", "slow_head", "json")
WITHIN = ("529", "slow_first", "stall", "error", "junk", "cut", "drop", "reset")
BELOW = ("dns", "tls")
"""What goes wrong before a server hears anything: no server can play it."""
SERVERS = (*BEFORE, *WITHIN)
PLAYED = tuple(name for name in (*BELOW, *SERVERS) if name != "json")
"""What can be played in front of any endpoint: no other than the practice server gives one body for a stream."""
KEYS: dict[str, dict[str, float]] = {
    "429": {"retry_after": 2.0},
    "503": {"retry_after": -1.0},
    "slow_head": {"s": 2.0},
    "slow_first": {"s": 2.0},
    "stall": {"after": 8.0, "s": 3600.0},
    **{name: {"after": 8.0} for name in ("error", "junk", "cut", "drop", "reset")},
}
"""What each fault may be told, with what is meant otherwise."""
HTML = b"<!doctype html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
JUNK = b"\x00\xff\xfe\x80 not an event {]\n\n"
LONGEST_S = 86_400.0


class FaultError(ValueError):
    """A SPEC that cannot be understood; the message says where and why."""


class Fault(msgspec.Struct, frozen=True):
    name: str
    values: dict[str, float]
    times: int | None = None
    p: float = 1.0

    def __getitem__(self, key: str) -> float:
        return self.values[key]


class Plan(msgspec.Struct, frozen=True):
    """The faults that strike one request."""

    faults: tuple[Fault, ...] = ()

    def find(self, name: str) -> Fault | None:
        return next((fault for fault in self.faults if fault.name == name), None)

    def after(self, tokens: int) -> tuple[Fault, ...]:
        """The faults that strike once `tokens` tokens were sent."""
        return tuple(fault for fault in self.faults if fault.values.get("after") == tokens)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(fault.name for fault in self.faults)


def parse(spec: str, names: Sequence[str] = SERVERS) -> tuple[Fault, ...]:
    """`names` are the faults that can be played there. Raises `FaultError`."""
    return tuple(_fault(part.strip(), names) for part in spec.split("+")) if spec.strip() else ()


class Lab:
    """Deals faults to requests, and remembers how many each SPEC has had."""

    def __init__(self, *, always: str = "", random: Random, names: Sequence[str] = SERVERS) -> None:
        self._always = always
        self._random = random
        self._names = names
        self._requests: dict[str, int] = {}

    def plan(self, spec: str = "") -> Plan:
        """The faults for the next request, of `spec` and of those for all. Raises `FaultError`."""
        return Plan((*self._struck(self._always), *self._struck(spec)))

    def _struck(self, spec: str) -> tuple[Fault, ...]:
        faults = parse(spec, self._names)
        before = self._requests.get(spec, 0)
        if faults:
            self._requests[spec] = before + 1
        return tuple(
            fault
            for fault in faults
            if (fault.times is None or before < fault.times) and (fault.p >= 1.0 or self._random.random() < fault.p)
        )


def _fault(part: str, names: Sequence[str]) -> Fault:
    name, _, rest = part.partition(":")
    if name not in (*SERVERS, *BELOW):
        raise FaultError(f"there is no fault {name!r}")
    if name not in names:
        raise FaultError(f"the fault {name} cannot be played here")
    values, common = dict(KEYS.get(name, {})), {"times": -1.0, "p": 1.0}
    for pair in filter(None, rest.split(",")):
        key, _, text = pair.partition("=")
        if key == "tag" and text:
            continue
        target = values if key in values else common
        if key not in target:
            raise FaultError(f"the fault {name} has no {key!r}")
        target[key] = _number(key, text)
    return Fault(name, values, None if common["times"] < 0 else int(common["times"]), common["p"])


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise FaultError(f"{key}={text!r} is not a number") from None
    highest = 1.0 if key == "p" else LONGEST_S
    if not 0.0 <= value <= highest or (key in ("times", "after") and value != int(value)):
        raise FaultError(f"{key}={text} is out of bounds")
    return value
