"""Whether what the lab predicts is what live runs then cost: on the practice models, or on two lanes of one's own.

    python -m tests.app.lab.prediction [--lane CHEAP --lane STRONG] [--tokens 48]

Forty prompts are answered by both models, and the lab sweeps the threshold. Then, at three thresholds of the curve,
every prompt is sent down the route once more, live, and what it costs is held against what was predicted. Lanes at a
URL have no price list, so they get prices of their own: 0.10 and 0.40 dollars for a million tokens of the cheap one,
3 and 15 of the strong. Servers discount what they have read before; so each side asks servers that are new to it where
that can be had (the practice models), and prices make no difference of it where not (the URL's).
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable

from app.compose import Workshop
from app.keys import Keys
from app.lab.sweep import swept
from app.own_prices import read
from app.pricing import Prices
from app.session.document import LaneSpec
from tests.app.lab.living import completed, fast_workshop, routed, session_of

SUBJECTS = ("ships float", "leaves turn red", "bread rises", "the sky is blue", "cats purr", "ice is slippery")
FORMS = (
    "Why do {0}?",
    "Explain to a child why {0}.",
    "Name three reasons why {0}.",
    "Who first found out why {0}?",
    "Is it true that {0}? Answer briefly.",
    "Write one sentence about how {0}.",
    "What would happen if it were not so that {0}?",
)
QUESTIONS = tuple(form.format(subject) for subject in SUBJECTS for form in FORMS)[:40]
WITHIN = 0.05


async def checked(cheap: LaneSpec, strong: LaneSpec, made: Callable[[], Workshop], prices: Prices | None) -> bool:
    workshop = made()
    try:
        session, found = await completed(workshop, session_of(QUESTIONS), cheap, strong, prices=prices)
    finally:
        await workshop.aclose()
    curve, is_met = swept(found.cases, "mean"), True
    print(f"{len(found.cases)} prompts answered by both; the strong model alone costs {curve.strong_cost}")
    for share in (0.25, 0.5, 0.75):
        at = curve.points[round(share * (len(curve.points) - 1))]
        workshop = made()
        try:
            cost, kept = await routed(workshop, session, cheap, strong, at.threshold, prices=prices)
        finally:
            await workshop.aclose()
        live = float(1 - cost / curve.strong_cost)
        apart = abs(float(cost / at.cost) - 1)
        is_met = is_met and apart <= WITHIN
        told = f"at {at.threshold:.3f}: predicted {at.kept:.0%} cheap, {at.saved:.1%} saved, {at.cost:.6f}"
        print(f"{told}; live {kept:.0%} cheap, {live:.1%} saved, {cost:.6f}: {apart:.2%} apart")
    print("met" if is_met else "NOT MET")
    return is_met


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--lane", action="append", default=[], help="the cheap one, then the strong one")
    words.add_argument("--tokens", type=int, default=48)
    options = words.parse_args()
    params = {"temperature": 0, "max_tokens": options.tokens, "seed": 1}
    cheap, strong = (LaneSpec(lane, params) for lane in options.lane or ("practice/swift", "practice/deep"))
    prices = _own(options.lane) if options.lane else None
    with tempfile.TemporaryDirectory() as home:
        os.environ["ABREAST_HOME"] = home
        asyncio.run(checked(cheap, strong, _workshop if options.lane else fast_workshop, prices))


def _workshop() -> Workshop:
    return Workshop(keys=Keys({}))


def _own(lanes: list[str]) -> Prices:
    prices = Prices()
    said = zip(lanes, ({"input": 0.1, "output": 0.4}, {"input": 3, "output": 15}), strict=True)
    prices.own, wrong = read(dict(said))
    assert not wrong, wrong
    return prices


if __name__ == "__main__":
    main()
