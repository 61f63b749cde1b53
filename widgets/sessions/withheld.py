"""Parameters of an opened session that would send keys on to elsewhere: told by name, and held back until allowed."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject

from app.bench import Place
from app.session.document import LaneSpec
from app.session.onward import Onward, asked_by, of_spec
from app.session.wishes import SessionOpened, SessionTold
from widgets.main_window import MainWindow
from widgets.sessions.home import SessionHome
from widgets.strip import Strip


class Withheld(QObject):
    """A lane whose parameters are held back sends nothing; the session keeps them as they are."""

    def __init__(self, window: MainWindow, home: SessionHome) -> None:
        super().__init__(home)
        self._window, self._home = window, home
        self._held: dict[str, Onward] = {}
        self._strip: Strip | None = None
        home.told.connect(self._on_told)

    def stops(self, places: Iterable[Place]) -> bool:
        """Whether one of these may not be sent yet; then it is said why."""
        found = [
            each
            for place in places
            for asked in asked_by(LaneSpec(place.text, dict(place.params)), self._home.session.routes)
            for each in of_spec(asked)
            if each.digest in self._held
        ]
        if found:
            self._show(found)
            self._window.composer.say("Not sent: allow it first, at the top.", problem=True)
        return bool(found)

    def _on_told(self, told: SessionTold) -> None:
        if isinstance(told, SessionOpened):
            self._held |= {each.digest: each for each in told.opened.onward}
            self._drop()
            if told.opened.onward:
                self._show(told.opened.onward)

    def _show(self, found: Sequence[Onward]) -> None:
        self._drop()
        named = [f"{each.value} (by {each.name} of {each.lane})" for each in found]
        first = next(f"{_short(each.value)} (by {each.name} of {each.lane})" for each in found)
        more = f" and {len(named) - 1} more" if len(named) > 1 else ""
        text = f"Your key would be sent on to {first}{more}, as this session says. Nothing is sent until you allow it."
        self._strip = self._window.add_strip(text, "warning", copied="\n".join(named), act="Allow")
        self._strip.acted.connect(self._on_allowed)
        self._strip.closed.connect(self._forget)
        self._window.announce(text)

    def _on_allowed(self) -> None:
        """What is sent from now on is not asked about again: the engine remembers it."""
        self._held.clear()
        self._drop()
        self._window.announce("Allowed: the next prompt is sent with it.")

    def _drop(self) -> None:
        if self._strip is not None:
            self._strip.drop()
            self._strip = None

    def _forget(self) -> None:
        self._strip = None


def _short(value: str) -> str:
    """One line of it."""
    value = " ".join(value.split())
    return value if len(value) <= 40 else f"{value[:39]}…"
