"""What a lane may be: lanes used before, then every model that is known, and which of them a typed text means."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from app.ages import ago
from app.desk_server import DeskServer
from app.list_prices import short
from app.listing import Capability, ListedModel, Listing

WORDS: dict[Capability, str] = {
    "vision": "vision",
    "audio": "audio",
    "files": "files",
    "tools": "tools",
    "reasoning": "reasoning",
    "logprobs": "log-probs",
    "json_schema": "JSON schema",
}


@dataclass(frozen=True)
class ModelChoice:
    """One line of the picker. `key` is what typed words are looked for in; `blocked` says why it cannot be run yet."""

    lane: str
    facts: str
    price: str
    key: str
    can: tuple[Capability, ...] = ()
    blocked: str = ""
    favourite: bool = False

    @property
    def abilities(self) -> str:
        return ", ".join(WORDS[each] for each in self.can)


def of_model(model: ListedModel, blocked: str = "") -> ModelChoice:
    facts = [model.name, f"{context(model.context)} context" if model.context else None]
    given, made = short(model.prices)
    price = f"{given} / {made}" if given else ""
    can = model.capabilities or ()
    key = f"{model.lane} {model.name or ''} {' '.join(WORDS[each] for each in can)}".lower()
    return ModelChoice(model.lane, " · ".join(filter(None, facts)), price, key, can, blocked)


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


def choices(
    recent: Iterable[str], models: Iterable[ModelChoice], favourites: Iterable[str] = ()
) -> tuple[ModelChoice, ...]:
    """Favourites come first, then those used before, each as the list knows it that tells something of it; last, those
    that cannot be run."""
    listed: dict[str, ModelChoice] = {}
    for model in models:
        if model.facts or model.lane not in listed:
            listed[model.lane] = model
    loved = {lane: replace(listed.get(lane) or of_lane(lane), favourite=True) for lane in favourites}
    first = loved | {lane: listed.get(lane) or of_lane(lane) for lane in recent if lane not in loved}
    rest = sorted((each for lane, each in listed.items() if lane not in first), key=lambda each: bool(each.blocked))
    return (*first.values(), *rest)


def state(listings: Mapping[str, Listing], name: Callable[[str], str], text: str, now: float) -> str:
    """How old the lists are, and whose could not be had: of the vendor that is typed, else of all."""
    vendor = text.strip().partition("/")[0]
    listing = listings.get(vendor)
    if listing is not None and "/" in text:
        return _of_one(listing, name(vendor), now)
    usable = [each for each in listings.values() if each.models and not each.blocked]
    count, vendors = sum(len(each.models) for each in usable), len(usable)
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
