"""Tells in the composer how many tokens the draft is, about, and what sending it may cost against what is left: a
moment after it has changed, and never in the way."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, SignalInstance

from app.bench import Place
from app.budgets.forecast import all_blocked, briefly, cautions, lines, summed
from app.budgets.wishes import BudgetsTold, BudgetTold, BudgetWish, Foresee, Foreseen
from app.lanes import Lane, asked_model
from app.messages import Estimate, Estimated
from app.routes.spec import Route
from app.session.document import Run
from app.tokens import note, said
from widgets.main_window import MainWindow

PAUSE_MS = 250
FIRST_MS = 2500
"""After the start: counting begins when the window has done what comes first."""
MOST_CHARACTERS = 4_000_000
"""A longer draft is not sent through the pipe at every pause in typing."""


WITHOUT_FILES = "What is attached is not in it."
WITHOUT_TURNS = "Nor are the turns before it, whose length no provider has told."


class Counter(Protocol):
    """What this needs of the engine's client."""

    estimated: SignalInstance
    ready: SignalInstance
    ended: SignalInstance
    budget_told: SignalInstance

    def estimate(self, question: Estimate) -> None: ...
    def budget(self, wish: BudgetWish) -> None: ...


def no_session() -> str:
    return ""


def no_run(_: int) -> Run | None:
    return None


def no_route(_: Place) -> Route | None:
    return None


def held(run: Run | None) -> int | None:
    """How many tokens a conversation comes to that ends with that run, as its provider has counted; None if it has not.
    What it thought is not sent again."""
    if run is None:
        return 0
    answered = [
        each.usage for each in run.record.attempts if each.role in ("answer", "hedge") and each.outcome == "done"
    ]
    usage = answered[-1] if answered else run.record.usage
    if usage.input is None or usage.output is None:
        return None
    return usage.input + usage.output - (usage.reasoning or 0)


class DraftLength(QObject):
    def __init__(
        self,
        window: MainWindow,
        engine: Counter,
        session: Callable[[], str] = no_session,
        shown: Callable[[int], Run | None] = no_run,
        route: Callable[[Place], Route | None] = no_route,
    ) -> None:
        """`shown` gives the run that a place shows, which the next turn would continue; `route` the one that a place
        means."""
        super().__init__(window)
        self._window, self._engine, self._session, self._run_of = window, engine, session, shown
        self._route_of = route
        self._asked = self._foreseen = 0
        self._last: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._told: Estimated | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        window.composer.edited.connect(self._on_changed)
        window.desk.changed.connect(self._on_changed)
        engine.estimated.connect(self._on_estimated)
        engine.ready.connect(self._on_ready)
        engine.ended.connect(self._on_ended)
        engine.budget_told.connect(self._on_budget)

    def end(self) -> None:
        """Nothing is asked any more, whatever is still typed: asking would start an engine anew."""
        self._timer.stop()
        self._timer.timeout.disconnect(self._ask)
        self._told = None

    def _on_ready(self) -> None:
        """Also of a new engine, which knows nothing of what its predecessor was asked."""
        self._last, self._told = ((), ()), None
        self._timer.start(FIRST_MS)

    def _on_changed(self) -> None:
        self._timer.start(PAUSE_MS)

    def _ask(self) -> None:
        texts = self._texts()
        models = tuple(dict.fromkeys(asked_model(model) for lane in self._lanes() for model in lane.models))
        if (texts, models) == self._last:
            self._foresee()
            return
        self._last, self._told = (texts, models), None
        self._asked += 1
        if texts and models:
            self._engine.estimate(Estimate(self._asked, texts, models))
        else:
            self._window.composer.show_estimate("", "")
            self._window.composer.show_blocked("")

    def _texts(self) -> tuple[str, ...]:
        """The messages that would be sent; none if they cannot be, or are too long to be counted while typing."""
        composer = self._window.composer
        if composer.problem() is not None:
            return ()
        turns = self._turns()
        texts = (
            composer.texts[1:] if turns and all(turns) else composer.texts
        )  # the system prompt is in what came before
        found = tuple(text for text in texts if text.strip())
        return found if sum(map(len, found)) <= MOST_CHARACTERS else ()

    def _on_estimated(self, told: Estimated) -> None:
        if told.id != self._asked:
            return
        text = said(told.counts)
        self._told = told if text else None
        self._window.composer.show_estimate(text, self._note(told) if text else told.error)
        self._foresee()

    def _note(self, told: Estimated) -> str:
        composer = self._window.composer
        more = [WITHOUT_FILES] * bool(composer.attached.files) + [WITHOUT_TURNS] * (None in self._turns())
        return " ".join((note(told.counts), *more))

    def _lanes(self) -> tuple[Lane, ...]:
        places = self._window.desk.bench.places
        return tuple(Lane(place.text, dict(place.params), route=self._route_of(place)) for place in places)

    def _turns(self) -> tuple[int | None, ...]:
        """Of each lane, how many tokens come before a next turn; nothing where it is a first one."""
        if not self._window.composer.is_continuing:
            return ()
        return tuple(held(self._run_of(place.number)) for place in self._window.desk.bench.places)

    # What it may cost

    def _foresee(self) -> None:
        """Against what is left now, in the lanes as they are now."""
        if self._told is None:
            return
        self._foreseen += 1
        lanes = self._lanes()
        before = tuple(each or 0 for each in self._turns())
        self._engine.budget(Foresee(self._foreseen, self._told.counts, lanes, self._session(), before))

    def _on_ended(self) -> None:
        self._foresee()

    def _on_budget(self, told: BudgetTold) -> None:
        match told:
            case BudgetsTold(said=said_) if said_:
                self._foresee()  # one was set or removed
            case Foreseen(id=number) if number == self._foreseen and self._told is not None:
                self._show(told, self._told)
            case _:
                pass

    def _show(self, told: Foreseen, counted: Estimated) -> None:
        tokens, wrong = f"{said(counted.counts)}{_after(self._turns())}", cautions(told.lanes)
        self._window.composer.show_blocked(all_blocked(told.lanes))
        whole = f"{tokens} · {summed(told.lanes, told.left)}"
        explained = "\n".join((*wrong[1:], *lines(told.lanes, told.left), self._note(counted)))
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            shorter = (wrong[0], f"{briefly(told.lanes)}{more}", briefly(told.lanes))
            note_ = f"{whole}\n{explained}"
            self._window.composer.show_estimate(f"{wrong[0]}{more}", note_, shorter=shorter, is_caution=True)
        else:
            cost = summed(told.lanes, ())
            shorter = (f"{tokens} · {cost}", f"{tokens} · {cost.rpartition(' · ')[2]}", tokens)
            self._window.composer.show_estimate(whole, explained, shorter=shorter)


def _after(turns: tuple[int | None, ...]) -> str:
    known = [each for each in turns if each]
    if not known:
        return ""
    low, high = min(known), max(known)
    return f" after {low:,}" if low == high else f" after {low:,}–{high:,}"
