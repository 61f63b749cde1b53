"""What a lane may be: lanes used before, then every model that is known, and which of them a typed text means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.ages import ago
from app.desk_server import DeskServer
from app.list_prices import short
from app.listing import Capability, ListedModel, Listing

SHORT: dict[Capability, str] = {
    "vision": "vision",
    "audio": "audio",
    "files": "files",
    "tools": "tools",
    "reasoning": "reasoning",
    "logprobs": "log-probs",
    "json_schema": "JSON",
}


@dataclass(frozen=True)
class ModelChoice:
    """One line of the picker. `key` is what typed words are looked for in."""

    lane: str
    facts: str
    price: str
    key: str


def of_model(model: ListedModel) -> ModelChoice:
    facts = [model.name, f"{context(model.context)} context" if model.context else None]
    can = [SHORT[each] for each in model.capabilities or ()]
    given, made = short(model.prices)
    told = " · ".join(filter(None, [*facts, *can]))
    key = f"{model.lane} {model.name or ''}".lower()
    return ModelChoice(model.lane, told, f"{given} / {made}" if given else "", key)


def of_server(server: DeskServer) -> tuple[ModelChoice, ...]:
    """The models of a server on this machine."""
    place = server.root.partition("://")[2]
    told = f"{server.name} at {place}"
    return tuple(ModelChoice(lane := server.lane(m), told, "", f"{lane} {told}".lower()) for m in server.models)


def of_lane(lane: str) -> ModelChoice:
    """A lane that was used before and is in no list."""
    return ModelChoice(lane, "used before", "", lane.lower())


def context(tokens: int) -> str:
    """`8k`, `128k`, `1M`: counted in thousands, or in 1,024s where that comes out even."""
    for size, sign in ((1_000_000, "M"), (1_048_576, "M"), (1_000, "k"), (1_024, "k")):
        if tokens >= size and tokens % size == 0 and tokens // size < 1_000:
            return f"{tokens // size}{sign}"
    if tokens >= 1_000_000:
        return f"{tokens / 1_000_000:.1f}M"
    return f"{tokens / 1_000:.0f}k" if tokens >= 10_000 else f"{tokens:,}"


def choices(recent: Iterable[str], models: Iterable[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Those used before come first, each as the list knows it that tells something of it."""
    listed: dict[str, ModelChoice] = {}
    for model in models:
        if model.facts or model.lane not in listed:
            listed[model.lane] = model
    first = {lane: listed.get(lane) or of_lane(lane) for lane in recent}
    return tuple((first | listed).values())


def matching(known: tuple[ModelChoice, ...], text: str) -> tuple[ModelChoice, ...]:
    """Those that hold every word of `text`; of them, first those whose lane begins with it."""
    typed = text.strip().lower()
    words = typed.split()
    found = [each for each in known if all(word in each.key for word in words)]
    if not words:
        return tuple(found)
    return tuple(sorted(found, key=lambda each: not each.key.startswith(typed)))


def state(listings: Mapping[str, Listing], name: Callable[[str], str], text: str, now: float) -> str:
    """How old the lists are, and whose could not be had: of the vendor that is typed, else of all."""
    vendor = text.strip().partition("/")[0]
    listing = listings.get(vendor)
    if listing is not None and "/" in text:
        return _of_one(listing, name(vendor), now)
    count = sum(len(each.models) for each in listings.values())
    vendors = len([each for each in listings.values() if each.models])
    told = f"{count:,} models of {vendors} {'vendor' if vendors == 1 else 'vendors'}"
    failed = dict.fromkeys(name(each.vendor) for each in listings.values() if each.failure)
    return f"{told}; no new list of {', '.join(failed)}" if failed else f"{told}; prices per million tokens in / out"


def troubles(listings: Mapping[str, Listing], name: Callable[[str], str]) -> str:
    """Why which lists could not be had, a line each."""
    failed = ((name(each.vendor), each.failure) for each in listings.values())
    return "\n".join(f"{told}: {failure.message}" for told, failure in failed if failure is not None)


def _of_one(listing: Listing, name: str, now: float) -> str:
    told = f"{name}: {len(listing.models):,} models"
    if listing.fetched_at is not None:
        told += f", read {ago(now - listing.fetched_at)}"
    return f"{told}; {listing.failure.message}" if listing.failure else told
