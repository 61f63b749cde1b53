"""Between the window and the runs: wishes become runs, and who else has a part in it is brought together."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QObject

from app.bench import Place
from app.history.wishes import KeepHistory
from app.session.asking import missing, request
from app.session.document import Draft, LaneSpec, Prompt, Run, Session
from app.session.edits import headed, ran, without_run
from app.session.live import LiveRun
from app.session.making import made_here, new_id, read_file, sent
from app.session.variables import wrong
from widgets.budgeting import Budgeting
from widgets.connecting import Connecting
from widgets.dissecting import Dissecting
from widgets.faults import Faulting
from widgets.graphs import GraphDock
from widgets.lab import Lab
from widgets.ledger.accounts import Accounts
from widgets.library import PromptLibrary
from widgets.links import ask_to_open
from widgets.main_window import MainWindow
from widgets.news import News
from widgets.numbers.place import Numbers
from widgets.repeats.repeating import Repeating
from widgets.repeats.watching import Watching
from widgets.routes.desk import Routes
from widgets.run_controller import Engine, Job, RunController
from widgets.sessions.binder import SessionBinder
from widgets.sessions.comparing import Comparing
from widgets.sessions.door import SessionDoor
from widgets.sessions.giving import Giving
from widgets.sessions.home import SessionHome
from widgets.sessions.judge import Judge
from widgets.sessions.past import Past
from widgets.sessions.pasting import Pasting
from widgets.sessions.replaying import Replaying
from widgets.sessions.withheld import Withheld
from widgets.showing import Showing


class Conductor(QObject):
    def __init__(self, window: MainWindow, engine: Engine, dock: GraphDock | None = None, file: str = "") -> None:
        """`file` is the session that is to be opened first, or `--new`."""
        super().__init__(window)
        self._window = window
        self._engine = engine
        self.runs = RunController(self, engine, window.overlays.directory)
        self.home = SessionHome(self, engine, Session(new_id()))
        self.binder = SessionBinder(
            self.home, window.desk, window.grid, window.composer, self.runs, window.overlays.directory
        )
        Dissecting(window.grid, self.runs, self.binder, engine)
        self.withheld = Withheld(window, self.home)
        self.routes = Routes(window, self.home, self.binder, engine)
        self.faults = Faulting(window, self.routes.models)
        self.judge = Judge(window, self.home, self.binder)
        self.lab = Lab(window, self.home, self.runs, engine)
        self.replaying = Replaying(window, self.home, self.binder, self.runs)
        self.repeating = Repeating(window, self.home, self.binder, self.runs, self._prompt, self._job)
        self.watching = Watching(window, self.home, self.binder, self.repeating)
        self.past = Past(window, self.home, self.binder, engine)
        self.numbers = Numbers(window, self.home, engine, self.past.show)
        self.accounts = Accounts(window, engine)
        Giving(window, self.home, self.binder, self.runs, engine)
        Comparing(window, self.home, self.binder)
        Pasting(window, self.home, self.binder)
        self.library = PromptLibrary(window, self.home, self.binder, engine)
        self.door = SessionDoor(window, self.home, file, window.settings().sessions)
        self._listen_to_window()
        Showing(window, self.runs, dock)
        self.runs.kept.connect(self._on_kept)
        engine.died.connect(self.repeating.lose)
        self.news = News(window, engine)
        engine.ready.connect(self._on_ready)
        self._listen_to_sessions()

    def _listen_to_window(self) -> None:
        window = self._window
        window.send_asked.connect(self.send)
        window.stop_and_send_asked.connect(self.stop_and_send)
        window.rerun_asked.connect(self.rerun)
        window.run_asked.connect(self.binder.go_to)
        window.turn_edited.connect(self.edit_turn)
        window.stop_asked.connect(self.runs.stop)
        window.desk.removed.connect(self.runs.forget)
        window.link_asked.connect(self._on_link)
        Connecting(window, self._engine)
        Budgeting(window, self._engine)

    def _listen_to_sessions(self) -> None:
        window, door = self._window, self.door
        doers: dict[str, Callable[[], object]] = {
            "new_session": door.new,
            "new_window": door.new_window,
            "open_session": door.open,
            "sessions": door.look,
            "save_session": door.save,
            "save_session_as": door.save_as,
            "duplicate_session": door.duplicate,
            "rename_session": door.ask_name,
            "backups": door.backups,
            "history": self.past.open,
            "numbers": self.numbers.open,
            "ledger": self.accounts.open,
            "routes": self.routes.open,
            "judge": self.judge.open,
            "replay": self.replaying.begin,
            "repeat": self.repeating.open,
            "results": self.repeating.open_results,
            "baseline": self.watching.base,
            "drift": self.watching.open,
            **{f"rate_{stars}": partial(self.judge.rate, stars) for stars in range(1, 6)},
            "export_session": door.export,
            "import_session": door.import_,
            "undo": self.home.undo,
            "redo": self.home.redo,
            "continue_lane": self._continue_lane,
            "edit_turn": self._edit_turn,
            "remove_run": self._remove_run,
        }
        for id_, doer in doers.items():
            window.add_doer(id_, doer)
        door.recent_changed.connect(window.memory.keep_sessions)

    def _continue_lane(self) -> None:
        if (pane := self._window.desk.current) is not None:
            self.continue_lane(pane.place.number)

    def _edit_turn(self) -> None:
        if (pane := self._window.desk.current) is not None:
            self.edit_turn(pane.place.number)

    def _remove_run(self) -> None:
        """Takes the answer that is shown out of the session; undoing brings it back."""
        pane = self._window.desk.current
        if pane is None or (run := self.binder.shown(pane.place.number)) is None:
            return
        self.home.do("removing an answer", lambda session: without_run(session, run.id))
        self.binder.show()

    def end(self) -> None:
        """The window closes: what is known is told to the engine, and nothing is shown any more."""
        self.replaying.end()
        self.repeating.end()
        self.runs.end()
        self.home.end()

    # Wishes

    def send(self) -> None:
        busy = len(self.runs.busy)
        if busy:
            lanes = "1 lane is" if busy == 1 else f"{busy} lanes are"
            self._window.composer.say(f"{lanes} still answering. Ctrl+Shift+Enter stops and sends.", problem=True)
            return
        self._send(self._window.desk.bench.places)

    def stop_and_send(self) -> None:
        self._send(self._window.desk.bench.places)

    def rerun(self, number: int) -> None:
        """The turn that is shown in one lane once more, as another version of it."""
        place, turn = self._window.desk.bench.place(number), self.binder.turn(number)
        again = turn[0].draft if turn is not None and not self.binder.is_drafted(number) else None
        if (prompt := self._prompt(place, again=again)) is not None:
            self.runs.rerun(self._job(place, prompt, turn[1] if turn is not None else None))

    def continue_lane(self, number: int) -> None:
        """The prompt as the next turn of one lane."""
        if (prompt := self._prompt(self._window.desk.bench.place(number))) is not None:
            shown = self.binder.shown(number)
            self.runs.rerun(self._job(self._window.desk.bench.place(number), prompt, shown.id if shown else None))
            self._window.composer.sent()

    def edit_turn(self, number: int) -> None:
        """Takes the prompt of the turn that is shown back to where it can be written anew; sending then branches off
        in every lane that shows an answer to it."""
        shown, session = self.binder.shown(number), self.home.session
        prompt = session.prompt(shown.prompt) if shown is not None else None
        if shown is None or prompt is None:
            return
        self.binder.write(prompt.draft)
        for pane in self._window.grid.panes:
            other = self.binder.shown(pane.place.number)
            if other is not None and other.prompt == prompt.id and pane.place.number not in self.runs.busy:
                self._step_back(pane.place.number, other)
        self._window.composer.set_continuing(shown.after is not None)
        self._window.composer.prompt.setFocus()
        if lost := self._lost(prompt.draft):
            self._window.composer.say(f"{lost} Attach it again.", problem=True)

    def _step_back(self, number: int, run: Run) -> None:
        lane = self.binder.lane(number)
        self.home.do("editing a turn", lambda session: headed(session, lane, run.after), joins="editing")
        self.binder.show_run(number, self.home.session.run(run.after))

    def _send(self, places: tuple[Place, ...]) -> None:
        if not places:
            self._window.composer.say("There is no lane to send to: add one first (Ctrl+T).", problem=True)
            return
        if (prompt := self._prompt(*places)) is None:
            return
        continues = self._window.composer.is_continuing
        shown = {place.number: self.binder.shown(place.number) for place in places if continues}
        heads = {number: run.id for number, run in shown.items() if run is not None}
        self.runs.send([self._job(place, prompt, heads.get(place.number)) for place in places])
        self._window.composer.sent()

    def _prompt(self, *places: Place, again: Draft | None = None) -> Prompt | None:
        """The draft, or what was asked before, as it is sent now to these; None, with the reason said, if it cannot
        be."""
        composer = self._window.composer
        if self.withheld.stops(places):
            return None
        if again is not None and (lost := self._lost(again)):
            composer.say(f"{lost} Edit the turn and attach it again.", problem=True)
            return None
        problem = composer.problem() if again is None else None
        if problem := problem or self.routes.problem(places):
            composer.say(problem, problem=True)
            return None
        draft = self.binder.draft()[0] if again is None else again
        if said := wrong(draft, read_file):
            name = next(iter(said))
            composer.say(f"{said[name]}.", problem=True)
            if again is None and composer.form is not None:
                composer.form.focus_on(name)
            return None
        return sent(draft)

    def _lost(self, asked: Draft) -> str:
        """Which file of this prompt is at hand no more, if any: the session names large ones without holding them."""
        names = missing(self.home.session, asked)
        if not names or asked.attachments == self.binder.draft()[0].attachments:
            return ""
        return f"{names[0]} went with this prompt and was too large to be kept."

    def _job(self, place: Place, prompt: Prompt, after: str | None) -> Job:
        self.home.know()
        spec = LaneSpec(place.text, dict(place.params), place.limits)
        lane = self.binder.lane(place.number)
        live = LiveRun(new_id(), prompt, lane, after, prompt.at, spec, made_here())
        asked = request(self.home.session, prompt, after)
        files = self._window.composer.attached.files
        is_of_it = prompt.draft.attachments == self.binder.draft()[0].attachments
        if files and is_of_it:  # also those that are too large for the session to hold
            last = replace(asked.messages[-1], attachments=files)
            asked = replace(asked, messages=(*asked.messages[:-1], last))
        return Job(place, asked, self.home.session.id, live, route=self.routes.route(place))

    def _on_kept(self, session: str, prompt: Prompt, run: Run) -> None:
        """A run has ended. The engine has written it down."""
        if session == self.home.session.id:
            self.home.kept_already(lambda present: ran(present, prompt, run))

    def _on_link(self, url: str) -> None:
        ask_to_open(url, self._window)

    # The engine

    def _on_ready(self) -> None:
        self.door.engine_ready()
        self.routes.ask()
        settings = self._window.settings()
        self._engine.set_prices(settings.own_prices)
        self._engine.set_network(settings.network)
        if settings.history_days is not None:
            self._engine.history(KeepHistory(settings.history_days))
        self._engine.find_servers()
