"""What `abreast run` was asked for: the words of the command line, checked and made values before anything is sent."""

import json
import math
import random
import re
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Never, TypeVar
from urllib.parse import urlsplit

import msgspec

from app import shapes
from app.attachments import AttachmentError, attachment
from app.compose import check
from app.contacts import ContactError, check_header
from app.directory import Directory
from app.home import folder
from app.keys import is_bare
from app.lanes import Lane, LaneError, Target, UrlTarget, VendorTarget
from app.limits import Limits
from app.messages import RunOrder
from app.records import RunRecord
from app.repeats.plan import MOST_AT_ONCE, Plan
from app.routes.shelf import RouteShelf, with_route
from app.run import RunFold
from providers.extra_headers import NAME as EXTRA_HEADERS
from providers.types import Message, Request
from providers.vendors import origin

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""What an environment variable may be called."""
NO_ORIGIN = "--key-env ORIGIN=NAME: an origin looks like https://host or http://host:8000, without a path"
"""What was given in its place is not repeated, since it may be a key."""
ONCE = Plan(1, shuffled=False)


class UsageError(ValueError):
    """The command line cannot be carried out as it stands; the message says what would be right."""


class Ask(msgspec.Struct, frozen=True):
    """One call of `abreast run`. `key_env` names a variable for each origin."""

    request: Request
    lanes: tuple[Lane, ...]
    targets: tuple[Target, ...]
    key_env: dict[str, str] = {}
    plan: Plan = ONCE

    def ended(self, order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        """Nothing of it is kept."""

    def rounds(self) -> Iterator[tuple[RunOrder, ...]]:
        """The runs to be made: those of a round start together, and a round starts when the one before is over."""
        for repeat in range(self.plan.rounds):
            yield tuple(
                RunOrder(
                    repeat * len(self.lanes) + index,
                    *(index, repeat, lane, self.request),
                    warmup=repeat < self.plan.warmup,
                )
                for index, lane in enumerate(self.lanes)
            )


def asked(options: Namespace, directory: Directory, *, stdin: Callable[[], bytes], environ: Mapping[str, str]) -> Ask:
    """The options as values; `stdin` reads all of standard input, and may raise `OSError`. Raises `UsageError`."""
    if options.prompt is None or not options.lane:
        raise UsageError("these are required: --prompt, --lane; or else the file of a session")
    if options.set or options.save or options.onward:
        raise UsageError("--set, --save and --onward go with the file of a session")
    limits = Limits(options.timeout, options.idle_timeout, options.retries, options.warm)
    lanes = tuple(routed(Lane(plain(text, "--lane"), limits=limits)) for text in options.lane)
    lanes = with_faults(lanes, plain(options.fault or "", "--fault"), options.fault_at or "")
    targets = tuple(each for lane in lanes for each in reached(lane, directory))
    system = None if options.system is None else plain(options.system, "--system")
    return Ask(
        request=request(options, prompt(options.prompt, stdin), system),
        lanes=lanes,
        targets=targets,
        key_env=key_env(options.key_env, targets, environ, directory),
        plan=plan(options),
    )


def plan(options: Namespace) -> Plan:
    """How the runs follow each other. Raises `UsageError`."""
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    if options.seed is not None and options.order != "random":
        raise UsageError("--seed draws the order of --order random")
    if (options.concurrency or 0) > MOST_AT_ONCE:
        raise UsageError(f"--concurrency is at most {MOST_AT_ONCE}")
    is_random = options.order == "random"
    at_once = options.concurrency or 0
    return Plan(options.repeat, options.warmup, is_random, at_once, seed if is_random else 0, options.warm)


def request(options: Namespace, said: str, system: str | None) -> Request:
    """What is asked, with what is attached to it and the tools and the form of answer that go with it."""
    known = _from_file("--tools", options.tools, shapes.tools) if options.tools is not None else ()
    if options.tool_choice is not None and not known:
        raise UsageError("--tool-choice chooses among --tools, and there are none")
    try:
        attached = tuple(attachment(plain(where, "--attach")) for where in options.attach)
        choice = None if options.tool_choice is None else shapes.choice(options.tool_choice, known)
    except AttachmentError as error:
        raise UsageError(f"--attach: {error}") from None
    except shapes.ShapeError as error:
        raise UsageError(f"--tool-choice: {error}") from None
    output = None if options.schema is None else _from_file("--schema", options.schema, shapes.schema)
    message = Message("user", said, attached)
    return Request((message,), system, params(options.param), known, choice, output)


def _from_file(option: str, path: str, read: Callable[[str], T]) -> T:
    try:
        return read(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{option} {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{option} {path}: it is not UTF-8") from None
    except shapes.ShapeError as error:
        raise UsageError(f"{option} {path}: {error}") from None


def routed(lane: Lane, own: Mapping[str, Any] = MappingProxyType({})) -> Lane:
    """With its route, where it means one: one of a session's `own`, or one of the user's. Raises `UsageError`."""
    try:
        return with_route(lane, own, RouteShelf(folder()))
    except LaneError as error:
        raise UsageError(str(error)) from None


def with_faults(lanes: tuple[Lane, ...], spec: str, at: str) -> tuple[Lane, ...]:
    """With that fault in all of them, or in those that ask the model `at`. Raises `UsageError`."""
    if at and not spec:
        raise UsageError("--fault-at says where a fault strikes: --fault is needed as well")
    if not spec:
        return lanes
    if at and not any(at in lane.asked for lane in lanes):
        raise UsageError(f"--fault-at {at!r}: no lane asks it")
    return tuple(
        msgspec.structs.replace(lane, fault=spec, fault_at=at) if not at or at in lane.asked else lane for lane in lanes
    )


def reached(lane: Lane, directory: Directory) -> tuple[Target, ...]:
    """What the lane may ask. Raises `UsageError`."""
    try:
        return check(lane, directory)
    except LaneError as error:
        raise UsageError(str(error)) from None


def plain(text: str, what: str) -> str:
    """`text`, which is whole Unicode. Bytes of the command line that are not UTF-8 arrive as lone surrogates."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{what} is not valid UTF-8, or holds a lone surrogate")
    return text


def prompt(text: str, stdin: Callable[[], bytes]) -> str:
    """The prompt itself, or what `stdin` reads for `-`."""
    found = _read(stdin) if text == "-" else plain(text, "--prompt")
    if not found:
        raise UsageError("the prompt is empty")
    return found


def _read(stdin: Callable[[], bytes]) -> str:
    try:
        return stdin().decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"standard input is not valid UTF-8: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}") from None


def params(pairs: Iterable[str]) -> dict[str, Any]:
    """`name=value` each. A name that comes again overrides what came before."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = plain(pair, "--param").partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--param {pair!r} is not name=value")
        found[name.strip()] = _value(name.strip(), value)
    _check_headers(found.get(EXTRA_HEADERS, {}))
    return found


def _check_headers(said: Any) -> None:
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise UsageError(f"--param {EXTRA_HEADERS} is an object of names and texts")
    try:
        for name, value in said.items():
            check_header(name, value)
    except ContactError as error:
        raise UsageError(f"--param {EXTRA_HEADERS}: {error}") from None


def _value(name: str, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_not_json)
    except ValueError:
        return text
    except RecursionError:
        raise UsageError(f"--param {name}: the value is nested too deeply") from None
    _check_sendable(name, value)
    return value


def _not_json(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


def _check_sendable(name: str, value: Any) -> None:
    match value:
        case float() if not math.isfinite(value):
            raise UsageError(f"--param {name}: the number is too large")
        case str():
            plain(value, f"--param {name}")
        case list():
            for item in value:
                _check_sendable(name, item)
        case dict():
            for key, item in value.items():
                plain(key, f"--param {name}")
                _check_sendable(name, item)


# Which key goes where


def key_env(
    given: Iterable[str], targets: Iterable[Target], environ: Mapping[str, str], directory: Directory
) -> dict[str, str]:
    """The variable's name for each origin, from `NAME` and `ORIGIN=NAME`. Raises `UsageError`."""
    targets = tuple(targets)
    vendors = [directory.vendor(each.vendor) for each in targets if isinstance(each, VendorTarget)]
    of_urls = dict.fromkeys(origin(t.base_url) for t in targets if isinstance(t, UrlTarget))
    reached = of_urls.keys() | {origin(row.base_url) for row in vendors}
    found: dict[str, str] = {}
    for text in given:
        where, equals, name = text.rpartition("=")
        _check_variable(name, environ)
        place = _named_origin(where, reached) if equals else _only_origin(tuple(of_urls), name)
        if found.setdefault(place, name) != name:
            raise UsageError(f"--key-env names two variables for {place}: {found[place]} and {name}")
    return found


def _named_origin(where: str, reached: Iterable[str]) -> str:
    try:
        parts = urlsplit(where)
        place = origin(where)
    except ValueError:
        raise UsageError(NO_ORIGIN) from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise UsageError(NO_ORIGIN)
    if place not in reached:
        raise UsageError(f"--key-env: no lane goes to {place}")
    return place


def _only_origin(origins: tuple[str, ...], name: str) -> str:
    if not origins:
        raise UsageError(
            f"--key-env {name}: there is no URL lane it could be for; a vendor's key is read from the vendor's own "
            f"variable, or from --key-env ORIGIN=NAME"
        )
    if len(origins) > 1:
        raise UsageError(
            f"--key-env {name}: the URL lanes go to several origins ({', '.join(origins)}); "
            f"say which one gets the key, as --key-env {origins[0]}={name}"
        )
    if is_bare(origins[0]):
        raise UsageError(
            f"--key-env {name}: {origins[0]} is not encrypted and not on this machine; "
            f"to send the key there all the same, say --key-env {origins[0]}={name}"
        )
    return origins[0]


def _check_variable(name: str, environ: Mapping[str, str]) -> None:
    if not NAME.fullmatch(name):
        raise UsageError("--key-env takes the name of an environment variable, not a key")
    if not environ.get(name, "").strip():
        raise UsageError(f"--key-env {name}: the environment variable {name} is not set, or empty")
