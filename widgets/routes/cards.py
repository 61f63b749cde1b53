"""From a route's tree to the cards that show it, with what cannot work at each node."""

from dataclasses import dataclass
from typing import Any

from app.directory import Directory
from app.routes import spec
from app.routes.check import Problem, problems
from app.routes.seen import Seen
from app.routes.tree import node_at, parent_of, tag, walk
from app.routes.words import edge, summary, title
from widgets.routes.tree_view import Card


@dataclass(frozen=True)
class Report:
    found: tuple[Problem, ...]

    @property
    def is_wrong(self) -> bool:
        return any(each.weight == "wrong" for each in self.found)

    @property
    def summary(self) -> str:
        """The worst first, with how many more there are."""
        ranked = sorted(self.found, key=lambda each: each.weight == "doubtful")
        if not ranked:
            return ""
        more = f" And {len(ranked) - 1} more." if len(ranked) > 1 else ""
        what = "This cannot work yet" if self.is_wrong else "This may not be meant"
        at = f" ({ranked[0].at})" if ranked[0].at else ""
        return f"{what}: {ranked[0].text}{at}.{more}"

    def at(self, place: str) -> tuple[str, bool]:
        here = [each for each in self.found if each.at == place]
        return "; ".join(each.text for each in here), any(each.weight == "wrong" for each in here)


def report(root: spec.Node, directory: Directory) -> Report:
    return Report(problems(root, directory))


def cards(root: spec.Node, told: Report, runs: tuple[Any, ...]) -> tuple[Card, ...]:
    seen = Seen(runs)
    return tuple(_card(root, place, node, told, seen) for place, node in walk(root))


def _card(root: spec.Node, place: str, node: spec.Node, told: Report, seen: Seen) -> Card:
    above = parent_of(root, place)
    owner = node_at(root, above[0]) if above is not None else None
    problem, is_wrong = told.at(place)
    return Card(
        place=place,
        title=title(node),
        edge=edge(owner, above[1]) if owner is not None and above is not None else "",
        settings=summary(node),
        seen=seen.of(node),
        problem=problem,
        is_wrong=is_wrong,
        is_policy=tag(node) not in ("", "ask"),
    )
