"""Between the runs and the inspector: which lane it shows, and when it asks the engine what went over the wire."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.exchange import Exchange
from app.shown import Advance, Ending
from widgets.main_window import MainWindow
from widgets.run_controller import Engine, RunController

if TYPE_CHECKING:
    from widgets.inspector import InspectorDock

AGAIN_MS = 1000
LIVE_BYTES = 256 * 1024
"""More than this is not sent over the pipe again each second while the run goes on."""


class Inspecting(QObject):
    """The inspector follows the lane in focus, while it can be seen. It is made when it is first wanted."""

    def __init__(self, window: MainWindow, runs: RunController, engine: Engine) -> None:
        super().__init__(window)
        self._window, self._runs, self._engine = window, runs, engine
        self._dock: InspectorDock | None = None
        self._number: int | None = None
        self._is_seen = False
        self._heard_bytes = 0
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._on_again)
        window.inspect_asked.connect(self._on_asked)
        window.desk.focused.connect(self._on_focused)
        window.desk.removed.connect(self._on_removed)
        runs.began.connect(self._on_began)
        runs.advanced.connect(self._on_advanced)
        runs.finished.connect(self._on_finished)
        engine.inspected.connect(self._on_inspected)

    @property
    def dock(self) -> "InspectorDock":
        if self._dock is None:
            from widgets.inspector import InspectorDock

            self._dock = InspectorDock(self._window.workspace)
            self._dock.seen.connect(self._on_seen)
            self._dock.said.connect(self._window.announce)
            self._window.hold_inspector(self._dock)
        return self._dock

    def _on_asked(self, number: int) -> None:
        """Shows it for this lane; asked for once more, it goes."""
        if self._is_seen and number == self._number:
            self.dock.hide()
            return
        self._number = number
        if self._is_seen:
            self._look()
        else:
            self.dock.show()  # and looks, once it can be seen

    def _on_focused(self, number: int) -> None:
        if number != self._number:
            self._number = number
            self._look()

    def _on_removed(self, number: int) -> None:
        if number == self._number:
            self._number = None
            self._look()

    def _on_seen(self, seen: bool) -> None:
        self._is_seen = seen
        if not seen:
            self._again.stop()
            return
        self._look()

    def _look(self) -> None:
        """Shows what is known of the lane's latest run and asks for the rest."""
        if not self._is_seen:
            return
        self._heard_bytes = 0
        live = self._runs.latest(self._number) if self._number is not None else None
        if live is None:
            self.dock.show_nothing(self._label())
            return
        self._draw()
        self._ask()

    def _draw(self) -> None:
        number = self._number
        if number is not None and (live := self._runs.latest(number)) is not None:
            self.dock.show_run(self._label(), live.feed.fold, self._runs.record(number))

    def _ask(self) -> None:
        number = self._number
        if number is None or (live := self._runs.latest(number)) is None:
            return
        self._engine.inspect(live.order.run)
        if number in self._runs.busy and self._heard_bytes <= LIVE_BYTES:
            self._again.start()
        else:
            self._again.stop()

    def _label(self) -> str:
        bench = self._window.desk.bench
        if self._number is None:
            return ""
        return f"{bench.index(self._number) + 1} {bench.place(self._number).label}"

    # What happens

    def _on_began(self, number: int) -> None:
        if number == self._number:
            self._look()

    def _on_advanced(self, number: int, _advance: Advance) -> None:
        if number == self._number and self._is_seen:
            self._draw()

    def _on_finished(self, number: int, _ending: Ending) -> None:
        if number == self._number:
            self._look()

    def _on_again(self) -> None:
        self._ask()

    def _on_inspected(self, run: int, exchanges: tuple[Exchange, ...] | None) -> None:
        live = self._runs.latest(self._number) if self._number is not None else None
        if live is None or live.order.run != run or not self._is_seen:
            return
        self._heard_bytes = sum(each.size for each in exchanges or ())
        self._draw()
        self.dock.show_exchanges(exchanges)
