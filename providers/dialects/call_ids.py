"""Which result answers which call, where a call came without an id or with one that the next server refuses."""

import re
from collections.abc import Callable

from providers.types import Call, Result

_REFUSED = re.compile(r"[^a-zA-Z0-9_-]")


def _sound(id_: str) -> str:
    return _REFUSED.sub("_", id_)


class CallIds:
    """Fed the calls and results of a conversation in their order, it gives each the id that it goes under.

    A call without an id is answered by the next result without one of the same name.
    """

    def __init__(self, rename: Callable[[str], str] = _sound) -> None:
        self._rename = rename
        self._made = 0
        self._renamed: dict[str, str] = {}
        self._nameless: dict[str, list[str]] = {}
        """By tool, the made-up ids of calls that came without one and have no result yet."""

    def of_call(self, call: Call) -> str:
        if call.id:
            return self._renamed.setdefault(call.id, self._rename(call.id))
        id_ = self._next()
        self._nameless.setdefault(call.name, []).append(id_)
        return id_

    def of_result(self, result: Result) -> str:
        """An id that belongs to no call fed before goes as it is: its call went in the provider's own form."""
        if result.id:
            return self._renamed.get(result.id, result.id)
        waiting = self._nameless.get(result.name)
        return waiting.pop(0) if waiting else self._next()

    def _next(self) -> str:
        self._made += 1
        return self._rename(f"call_{self._made}")
