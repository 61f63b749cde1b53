"""From older files to newer ones, a step for each version. Pure: JSON goes in, JSON comes out."""

from collections.abc import Callable
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Step] = {}
"""By the version that each step starts from."""


def migrated(tree: dict[str, Any], found: int, wanted: int) -> dict[str, Any]:
    """A file of version `found` as one of version `wanted`, which is at least as new. Raises whatever a damaged file
    makes a step raise."""
    for version in range(found, wanted):
        tree = STEPS[version](tree)
    return tree
