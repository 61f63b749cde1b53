"""Parameters of an opened session that would send keys on to elsewhere: told by name, and held back until allowed."""

from collections.abc import Iterable

from PySide6.QtCore import QObject

from app.bench import Place
from app.session.document import LaneSpec
from app.session.onward import Onward, of_spec
from app.session.wishes import SessionOpened, SessionTold
from widgets.main_window import MainWindow
from widgets.sessions.home import SessionHome
from widgets.strip import Strip


class Withheld(QObject):
    """A lane whose parameters are held back sends nothing; the session keeps them as they are."""

    def __init__(self, window: MainWindow, home: SessionHome) -> None:
        super().__init__(home)
        self._window = window
        self._held: dict[str, Onward] = {}
        self._strip: Strip | None = None
        home.told.connect(self._on_told)

    def stops(self, places: Iterable[Place]) -> bool:
        """Whether one of these may not be sent yet; then it is said why."""
        found = [
            each
            for place in places
            for each in of_spec(LaneSpec(place.text, dict(place.params)))
            if each.digest in self._held
        ]
        if found:
            self._show(found)
            said = f"Nothing was sent: {found[0].name} of {found[0].lane} is not allowed yet. See the line at the top."
            self._window.composer.say(said, problem=True)
        return bool(found)

    def _on_told(self, told: SessionTold) -> None:
        if isinstance(told, SessionOpened):
            self._held |= {each.digest: each for each in told.opened.onward}
            self._drop()
            if told.opened.onward:
                self._show(told.opened.onward)

    def _show(self, found: Iterable[Onward]) -> None:
        self._drop()
        named = [f"{each.name} of {each.lane} ({_short(each.value)})" for each in found]
        more = f" and {len(named) - 2} more" if len(named) > 2 else ""
        text = (
            f"This session says where a gateway sends requests on to, with your key: {', '.join(named[:2])}{more}. "
            "Nothing is sent with it until you allow it."
        )
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
    return value if len(value) <= 60 else f"{value[:59]}…"
