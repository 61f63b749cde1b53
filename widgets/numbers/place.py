"""Between the numbers' sheet and the runs: those of the session that is shown, and those of the ledger."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, SignalInstance

from app.ledger.wishes import LedgerSaid, LedgerTold
from app.numbers.question import Box, Question
from app.numbers.wishes import (
    AskChart,
    AskChoices,
    AskPicked,
    ChartTold,
    ChoicesTold,
    NumbersRefused,
    NumbersTold,
    NumbersWish,
    PickedTold,
)
from app.session.document import Session
from widgets.graphs.ink import ink_of
from widgets.main_window import MainWindow
from widgets.sessions.home import SessionHome
from widgets.theme import Theme, theme_for

if TYPE_CHECKING:
    from app.numbers.columns import Columns
    from widgets.numbers.sheet import NumbersSheet


ASKING = "Asking the ledger: it is read while no run is live, so that none is disturbed."


class Sender(Protocol):
    """What is needed of the engine's client."""

    ready: SignalInstance
    numbers_told: SignalInstance
    ledger_told: SignalInstance

    def numbers(self, wish: NumbersWish) -> None: ...


class Numbers(QObject):
    """`show_run` shows a run of the session with that id."""

    def __init__(
        self, window: MainWindow, home: SessionHome, engine: Sender, show_run: Callable[[str, str], None]
    ) -> None:
        super().__init__(home)
        self._window, self._home, self._engine, self._show_run = window, home, engine, show_run
        self._sheet: NumbersSheet | None = None
        self._kept: tuple[Session, bool, Columns] | None = None
        home.changed.connect(self._on_changed)
        engine.numbers_told.connect(self._on_told)
        engine.ready.connect(self._on_ready)
        engine.ledger_told.connect(self._on_ledger_told)
        window.themed.connect(self._on_themed)

    @property
    def sheet(self) -> "NumbersSheet | None":
        return self._sheet

    def open(self) -> None:
        if self._sheet is None:
            from widgets.numbers.sheet import NumbersSheet

            self._sheet = NumbersSheet(self._window, ink_of(theme_for(self._window.palette())))
            self._sheet.asked.connect(self._on_asked)
            self._sheet.brushed.connect(self._on_brushed)
            self._sheet.source_chosen.connect(self._on_source)
            self._sheet.opened.connect(self._on_opened)
            self._sheet.stage.made.connect(self._on_made)
            self._window.overlays.hold("numbers", self._sheet)
        self._sheet.open()

    def _on_made(self) -> None:
        """What draws is there, and with it numpy, without which nothing can be counted."""
        if self._sheet is not None:
            self._on_source(self._sheet.source.value)

    def _on_source(self, source: str) -> None:
        if self._sheet is None or self._sheet.stage.canvas is None:
            return
        if source == "ledger":
            self._sheet.say(ASKING)
            self._engine.numbers(AskChoices())
            self._sheet.ask()
            return
        from app.numbers.narrowing import choices

        self._sheet.show_choices(choices(self._columns()))
        self._sheet.ask()

    def _on_changed(self) -> None:
        """A run has come, or another session: what is seen is told anew."""
        sheet = self._sheet
        if sheet is None or not sheet.isVisible() or sheet.stage.canvas is None or sheet.source.value != "session":
            return
        from app.numbers.narrowing import choices

        sheet.show_choices(choices(self._columns()))
        sheet.refresh()

    def _on_ready(self) -> None:
        """Another engine does not know what the one before was asked."""
        sheet = self._sheet
        if sheet is not None and sheet.isVisible() and sheet.source.value == "ledger":
            self._on_source("ledger")

    def _on_ledger_told(self, told: LedgerSaid) -> None:
        sheet = self._sheet
        if not isinstance(told, LedgerTold) or not told.new or sheet is None:
            return
        if sheet.isVisible() and sheet.source.value == "ledger":
            self._engine.numbers(AskChoices())
            sheet.refresh()

    def _columns(self, *, undone: bool = False) -> "Columns":
        """Of the session as it is; they are made anew when it has become another. `undone`: runs of some outcome are
        asked for by its name, so that their times count."""
        from app.numbers.of_session import of_session

        session = self._home.session
        if self._kept is None or not self._is_of(self._kept[0], session) or self._kept[1] != undone:
            self._kept = session, undone, of_session(session, undone=undone)
        return self._kept[2]

    @staticmethod
    def _is_of(kept: Session, session: Session) -> bool:
        return kept.runs is session.runs and kept.lanes is session.lanes

    def _on_asked(self, question: Question) -> None:
        if self._sheet is None:
            return
        if self._sheet.source.value == "ledger":
            self._engine.numbers(AskChart(question))
        else:
            from app.numbers.answering import answer

            self._sheet.show_chart(question, answer(self._columns(undone=bool(question.filters.outcome)), question))

    def _on_brushed(self, question: Question, box: Box) -> None:
        if self._sheet is None or (chart := self._sheet.stage.chart) is None:
            return
        if self._sheet.source.value == "ledger":
            self._engine.numbers(AskPicked(question, box))
        else:
            from app.numbers.brushing import brushed

            self._sheet.show_picked(brushed(self._columns(undone=bool(question.filters.outcome)), question, chart, box))

    def _on_told(self, told: NumbersTold) -> None:
        if self._sheet is None or self._sheet.source.value != "ledger":
            return  # something else is looked at by now
        match told:
            case ChoicesTold(choices=choices):
                self._sheet.show_choices(choices)
            case ChartTold(question=question, chart=chart):
                self._sheet.show_chart(question, chart)
            case PickedTold(runs=runs):
                self._sheet.show_picked(runs)
            case NumbersRefused(said=said):
                self._sheet.say(said)

    def _on_opened(self, session: str, run: str) -> None:
        assert self._sheet is not None
        if not session and self._sheet.source.value == "ledger":
            self._sheet.told.setText("That run was made outside of a session: nothing but its figures was kept.")
            return
        self._sheet.dismiss()
        self._show_run(session or self._home.session.id, run)

    def _on_themed(self, theme: Theme) -> None:
        if self._sheet is not None:
            self._sheet.dress(ink_of(theme))
