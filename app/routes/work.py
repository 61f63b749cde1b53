"""A route while it is being built: its tree, with what can be undone. Edits of one setting in a row are one step."""

from dataclasses import dataclass, replace

from app.routes import spec
from app.routes.tree import Path, node_at, with_value

MOST_STEPS = 200


@dataclass(frozen=True)
class Work:
    root: spec.Node
    past: tuple[spec.Node, ...] = ()
    future: tuple[spec.Node, ...] = ()
    joins: str = ""

    def done(self, root: spec.Node, joins: str = "") -> "Work":
        """What is no change is no step; steps in a row that join alike are one."""
        if root == self.root:
            return self
        if joins and joins == self.joins:
            return replace(self, root=root, future=())
        return Work(root, (*self.past, self.root)[-MOST_STEPS:], (), joins)

    def undone(self) -> "Work":
        return Work(self.past[-1], self.past[:-1], (self.root, *self.future)) if self.past else self

    def redone(self) -> "Work":
        return Work(self.future[0], (*self.past, self.root), self.future[1:]) if self.future else self

    def set(self, place: str, field: Path, value: object) -> "Work":
        """Raises `RouteTextError`."""
        root = with_value(self.root, place, field, value)
        owner = node_at(root, place)
        if isinstance(owner, spec.Fallback) and owner.order == "weighted" and len(owner.weights) != len(owner.of):
            root = with_value(root, place, ("weights",), [1.0] * len(owner.of))
        return self.done(root, f"{place}:{field}")
