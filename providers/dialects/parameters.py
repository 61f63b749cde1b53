"""The parameters of a request on their way into a body: renamed, dropped and told about."""

import re
from typing import Any

from providers.dialects.base import Quirks
from providers.events import Notice, NoticeKind


class Parameters:
    """What was set. Whatever is not sent as it was set leaves a notice."""

    def __init__(self, params: dict[str, Any], quirks: Quirks, *, dialect: str) -> None:
        self.left = dict(params)
        self._quirks = quirks
        self._dialect = dialect
        self._notices: list[Notice] = []
        self.drop(*sorted(quirks.refuses))
        for name in sorted(quirks.ignores & self.left.keys()):
            self.note("ignored_param", f"{dialect} accepts `{name}` and ignores it.")

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._notices)

    def note(self, kind: NoticeKind, text: str) -> None:
        self._notices.append(Notice(0, 0, kind, text[:1].upper() + text[1:]))

    def drop(self, *names: str) -> None:
        for name in names:
            if name in self.left:
                del self.left[name]
                self.note("dropped_param", f"{self._dialect} has no `{name}`; it was not sent.")

    def drop_for(self, model: str) -> None:
        """Drops what models of that name are known to refuse."""
        for rule in self._quirks.models:
            if not re.match(rule.pattern, model) or any(self.left.get(name) == it for name, it in rule.unless.items()):
                continue
            for name in sorted(rule.refuses & self.left.keys()):
                del self.left[name]
                self.note("dropped_param", f"The model {model} takes no `{name}`; it was not sent.")

    def drop_unnamed(self, name: str) -> None:
        """Drops what this vendor has no name of its own for."""
        if name not in self._quirks.renames:
            self.drop(name)

    def take(self, name: str) -> Any:
        """The value of `name`, None if it is unset; it is not left to be sent as it is."""
        return self.left.pop(name, None)
