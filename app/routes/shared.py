"""What outlives a run of a route: gates, health, and how fast models have been lately. One for each engine."""

import statistics
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from app.faulted import fault_of
from app.home import data_folder, folder
from app.lanes import Lane
from app.ledger.errors import LedgerError
from app.records import RunRecord
from app.routes.known import Known, of_ledger
from app.routes.spec import chooses_by_figures
from app.run import RunFold
from providers.naming import model_name
from providers.routes.gate import Gate
from providers.routes.health import Health

REMEMBERED = 200
NOTHING = Known()
ENOUGH = 5
"""Of fewer answers no percentile is told."""


class Figures(Protocol):
    """What is known of a model by its name: from what was seen lately, and from the ledger."""

    def ttft_p95_s(self, name: str) -> float | None: ...
    def latency_ms(self, name: str) -> float | None: ...
    def price(self, name: str) -> float | None: ...


class Lately:
    """From the runs of this process; of a model that it has not asked yet, what the ledger knows."""

    def __init__(self) -> None:
        self.before: Mapping[str, Known] = {}
        """As the ledger knew it."""
        self._ttft_ms: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._cost: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def saw(self, fold: RunFold, record: RunRecord) -> None:
        """A model is known by the name that it was asked by; what served may be called otherwise. Of a run with an
        injected fault nothing is learnt."""
        if fault_of(record):
            return
        asked = {each.number: model_name(each.vendor, each.endpoint, each.asked) for each in fold.attempts.values()}
        for attempt in record.attempts:
            name = asked[attempt.attempt]
            if attempt.timings_ms.ttft is not None:
                self._ttft_ms[name].append(attempt.timings_ms.ttft)
            if attempt.cost is not None and attempt.outcome == "done":
                self._cost[name].append(float(attempt.cost.amount))

    def ttft_p95_s(self, name: str) -> float | None:
        seen = self._ttft_ms.get(name, ())
        if len(seen) >= ENOUGH:
            return statistics.quantiles(seen, n=20)[-1] / 1e3
        before = self._before(name).ttft_p95_ms
        return None if before is None else before / 1e3

    def _before(self, name: str) -> Known:
        """A vendor may serve a dated version of what is asked for."""
        dated = (known for each, known in self.before.items() if each.startswith(f"{name}-"))
        return self.before.get(name) or next(dated, NOTHING)

    def latency_ms(self, name: str) -> float | None:
        seen = self._ttft_ms.get(name, ())
        return statistics.median(seen) if seen else self._before(name).ttft_p50_ms

    def price(self, name: str) -> float | None:
        """What an answer of it has cost at the median; by the ledger, at the mean."""
        seen = self._cost.get(name, ())
        return statistics.median(seen) if seen else self._before(name).price


def learn(lately: Lately, lanes: Iterable[Lane], warn: Callable[[str], None]) -> None:
    """What the ledger knows, if a route among these lanes chooses by it."""
    if not any(lane.route is not None and chooses_by_figures(lane.route.root) for lane in lanes):
        return
    try:
        lately.before = of_ledger(data_folder(), folder())
    except (LedgerError, OSError) as error:
        warn(f"routes choose without the ledger, which cannot be read: {error}")


class Shared:
    """`key` tells whose it is: a route's name and the place of the node in it."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._gates: dict[tuple[str, object], Gate] = {}
        self._health: dict[tuple[str, float], Health] = {}

    def gate(self, key: str, settings: object, make: Callable[[], Gate]) -> Gate:
        """A gate whose settings were changed is another one."""
        if (key, settings) not in self._gates:
            self._gates[key, settings] = make()
        return self._gates[key, settings]

    def health(self, key: str, cooldown_s: float) -> Health:
        return self._health.setdefault((key, cooldown_s), Health(cooldown_s))
