"""Arguments of a call that Vertex streams as values at JSON paths."""

import json
import re
from typing import Any

from providers.dialects.documents import tame
from providers.dialects.gemini_shapes import objects

MAX_DEPTH = 64
_STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d{1,6})\]|\[(["'])(.*?)\3\]""", re.DOTALL)

Step = str | int


class StreamedArguments:
    """Pieces of text at one path follow each other; any other value stands."""

    def __init__(self) -> None:
        self._leaves: dict[str, Any] = {}
        """By path; text as the list of its pieces."""
        self._unfinished: set[str] = set()

    def add(self, pieces: Any) -> None:
        for piece in objects(pieces):
            if isinstance(path := piece.get("jsonPath"), str):
                self._add(path, piece)

    def _add(self, path: str, piece: dict[str, Any]) -> None:
        if isinstance(text := piece.get("stringValue"), str):
            if not isinstance(leaf := self._leaves.get(path), list):
                leaf = self._leaves[path] = []
            leaf.append(text)
        else:
            match piece:
                case {"numberValue": int() | float() as value} | {"boolValue": bool(value)}:
                    self._leaves[path] = value
                case {"nullValue": _}:
                    self._leaves[path] = None
        if piece.get("willContinue"):
            self._unfinished.add(path)
        else:
            self._unfinished.discard(path)

    def joined(self) -> tuple[str, bool]:
        """The arguments as JSON text, as far as they came, and whether they are whole."""
        root: dict[str, Any] = {}
        fits = [_put(root, path, "".join(v) if isinstance(v, list) else v) for path, v in self._leaves.items()]
        return json.dumps(tame(root), ensure_ascii=False), all(fits) and not self._unfinished


def _put(root: dict[str, Any], path: str, value: Any) -> bool:
    """Puts `value` at `path` into `root`; False where there is no such place."""
    steps = _steps(path)
    if steps is None:
        return False
    node: Any = root
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        made = value if following is None else ([] if isinstance(following, int) else {})
        if isinstance(node, dict) and isinstance(step, str):
            node = node.setdefault(step, made)
        elif isinstance(node, list) and isinstance(step, int) and step <= len(node):
            node.extend([made] if step == len(node) else ())
            node = node[step]
        else:
            return False
    return node is value  # or something else is there already


def _steps(path: str) -> list[Step] | None:
    """`$.a[0]['b c']` as its steps, None for what is no such path."""
    at, steps = 1, list[Step]()
    while at < len(path) and len(steps) <= MAX_DEPTH and (step := _STEP.match(path, at)) is not None:
        steps.append(int(step[2]) if step[2] is not None else (step[1] if step[1] is not None else step[4]))
        at = step.end()
    return steps if path.startswith("$") and at == len(path) and 0 < len(steps) <= MAX_DEPTH else None
