"""The dock that shows attempts of one run: chooses between them, copies and saves them."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QFileDialog, QWidget

from app.attempt import Attempt
from app.curl import curl
from app.exchange import Exchange
from app.inspection import course, title, wire
from app.recorded_stream import file_stem, files
from app.records import Cost, RunRecord
from app.run import RunFold
from widgets.inspector.head import Head
from widgets.inspector.panel import InspectorPanel

NOTHING_YET = "Nothing has been sent in this lane yet. Send a prompt, and its request, answer and timing stand here."
NO_ATTEMPT = "This run came to no request: nothing was sent."
GONE = "What went over the wire of this run is not kept any more: only its timing is."
LEAST_WIDTH = 320


class InspectorDock(QDockWidget):
    said = Signal(str)
    """A sentence about what was done."""
    seen = Signal(bool)
    """Whether it can be seen now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Inspector", parent)
        self.setObjectName("inspector")
        self.setAllowedAreas(Qt.DockWidgetArea.RightDockWidgetArea | Qt.DockWidgetArea.LeftDockWidgetArea)
        self.head = Head(self)
        self.panel = InspectorPanel(self)
        self._label = ""
        self._fold: RunFold | None = None
        self._record: RunRecord | None = None
        self._exchanges: tuple[Exchange, ...] = ()
        self._chosen: int | None = None
        """The attempt that was chosen by hand; else the latest is shown."""
        self._shown_wire: tuple[Exchange | None, bool] | None = None
        self.setTitleBarWidget(self.head)
        self.setWidget(self.panel)
        self.setMinimumWidth(LEAST_WIDTH)
        self._connect()
        self.show_nothing("")

    def _connect(self) -> None:
        self.head.chosen.connect(self._on_chosen)
        self.head.curl_asked.connect(self._on_curl)
        self.head.raw_asked.connect(self._on_raw)
        self.head.save_asked.connect(self._on_save)
        self.head.closed.connect(self.close)
        self.visibilityChanged.connect(self.seen)

    # What is shown

    def show_nothing(self, label: str) -> None:
        """A lane in which nothing has run."""
        self._label, self._fold, self._record, self._exchanges, self._chosen = label, None, None, (), None
        self._shown_wire = None
        self.head.show_name(label)
        self.head.show_attempts((), 0)
        self.head.offer(asked=False, answered=False)
        self.panel.show_nothing(NOTHING_YET)

    def show_run(self, label: str, fold: RunFold, record: RunRecord | None) -> None:
        """Another run, or another state of the same; `record` once it has ended."""
        if fold is not self._fold:
            self.show_nothing(label)
            self._fold = fold
        self._record = record
        self._draw()

    def show_exchanges(self, exchanges: tuple[Exchange, ...] | None) -> None:
        """What went over the wire of the run that is shown; None where it is not kept."""
        self._exchanges = exchanges or ()
        self._draw()
        is_gone = exchanges is None and self._record is not None
        self.panel.say(GONE if is_gone and self._attempt is not None else "")

    @property
    def exchange(self) -> Exchange | None:
        """Of the attempt that is shown."""
        attempt = self._attempt
        if attempt is None:
            return None
        return next((each for each in self._exchanges if each.started_ns == attempt.started_ns), None)

    @property
    def _attempts(self) -> list[Attempt]:
        return list(self._fold.attempts.values()) if self._fold is not None else []

    @property
    def _attempt(self) -> Attempt | None:
        attempts = self._attempts
        if not attempts:
            return None
        return attempts[-1 if self._chosen is None else min(self._chosen, len(attempts) - 1)]

    def _draw(self) -> None:
        attempt, attempts = self._attempt, self._attempts
        if attempt is None:
            self.panel.show_nothing(NO_ATTEMPT if self._record is not None else NOTHING_YET)
            return
        exchange = self.exchange
        self.head.show_attempts(tuple(title(each, len(attempts)) for each in attempts), attempts.index(attempt))
        answered = exchange is not None and exchange.answered is not None
        self.head.offer(asked=exchange is not None and exchange.asked is not None, answered=answered)
        self.panel.show_course(course(attempt, exchange, self._cost_of(attempt), self._fold))
        is_over = attempt.state != "open"
        if self._shown_wire is None or self._shown_wire[0] is not exchange or self._shown_wire[1] != is_over:
            self._shown_wire = (exchange, is_over)
            self.panel.show_wire(wire(exchange), exchange, is_over=is_over)

    def _cost_of(self, attempt: Attempt) -> Cost | None:
        if self._record is None:
            return None
        return next((each.cost for each in self._record.attempts if each.attempt == attempt.number), None)

    # What is wished

    def _on_chosen(self, at: int) -> None:
        self._chosen = at
        self._draw()

    def _on_curl(self) -> None:
        if (exchange := self.exchange) is not None and exchange.asked is not None:
            QGuiApplication.clipboard().setText(curl(exchange))
            self.said.emit("The request was copied as a cURL command. It takes the key from an environment variable.")

    def _on_raw(self) -> None:
        if (exchange := self.exchange) is not None:
            QGuiApplication.clipboard().setText(exchange.body.decode("utf-8", "replace"))
            self.said.emit(f"The raw answer was copied: {len(exchange.body):,} bytes.")

    def _on_save(self) -> None:
        """Asks where; the window is not held meanwhile."""
        if (exchange := self.exchange) is None:
            return
        dialog = QFileDialog(self, "Save as a recorded stream")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Recorded streams (*.json)")
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{file_stem(exchange, exchange.model)}.json")
        dialog.fileSelected.connect(self._on_save_chosen)
        dialog.open()

    def _on_save_chosen(self, name: str) -> None:
        if (exchange := self.exchange) is not None:
            self.said.emit(saved(exchange, Path(name)))


def saved(exchange: Exchange, path: Path) -> str:
    """Writes both files beside each other; the sentence that says so, or why not."""
    called = path.stem.removeprefix(f"{file_stem(exchange, 'x').removesuffix('-x')}-")
    try:
        written = files(exchange, called)
        for name, content in written.items():
            (path.parent / name).write_bytes(content)
    except ValueError as error:
        return f"It was not saved: {error}."
    except OSError as error:
        return f"It was not saved: {error.strerror or error}: {path.parent}"
    return f"Saved: {' and '.join(written)} in {path.parent}"
