"""The practice models as data: names, sizes, pace and play prices. Light on purpose: the app imports it."""

import msgspec

PRICES_AS_OF = "2026-11-23"
"""The day these play prices were set."""


class Price(msgspec.Struct, frozen=True):
    """US dollars per million tokens, as decimal text. Play money: nobody is charged."""

    input: str
    cached: str
    output: str


class Pace(msgspec.Struct, frozen=True):
    """How fast a model answers. Zero `tokens_per_s` or `prefill_per_s` means as fast as it goes.

    `ttft_ms` is what a request waits at least, `prefill_per_s` how many prompt tokens that are not cached are read a
    second, and `jitter` the spread of each wait as a part of itself.
    """

    ttft_ms: float
    prefill_per_s: float
    tokens_per_s: float
    jitter: float


class Entry(msgspec.Struct, frozen=True):
    """One model: what its list entry says, and what its request limits are (tokens)."""

    name: str
    title: str
    description: str
    order: int
    context_length: int
    max_output: int
    reasons: bool
    pace: Pace
    price: Price


SWIFT = Entry(
    name="swift",
    title="Swift",
    description="A trigram model. Quick, cheap, and apt to ramble.",
    order=3,
    context_length=8_192,
    max_output=1_024,
    reasons=False,
    pace=Pace(ttft_ms=110.0, prefill_per_s=9_000.0, tokens_per_s=140.0, jitter=0.3),
    price=Price(input="0.10", cached="0.025", output="0.40"),
)
STEADY = Entry(
    name="steady",
    title="Steady",
    description="A four-gram model. Keeps to the point most of the time.",
    order=4,
    context_length=16_384,
    max_output=2_048,
    reasons=False,
    pace=Pace(ttft_ms=260.0, prefill_per_s=5_000.0, tokens_per_s=68.0, jitter=0.25),
    price=Price(input="0.60", cached="0.15", output="2.40"),
)
DEEP = Entry(
    name="deep",
    title="Deep",
    description="A six-gram model that reasons before it answers. Slower and dearer.",
    order=6,
    context_length=32_768,
    max_output=4_096,
    reasons=True,
    pace=Pace(ttft_ms=480.0, prefill_per_s=2_500.0, tokens_per_s=36.0, jitter=0.2),
    price=Price(input="3.00", cached="0.30", output="15.00"),
)
ENTRIES = (SWIFT, STEADY, DEEP)
MODELS = tuple(entry.name for entry in ENTRIES)
PRICES = {entry.name: entry.price for entry in ENTRIES}


def entry(name: str) -> Entry:
    """Raises `KeyError` for a model that is not ours."""
    return {each.name: each for each in ENTRIES}[name]
