"""`abreast run SESSION`: what the command line says of it, checked and made values before anything is sent."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli_options import UsageError, key_env, plain, reached, routed
from app.cli_options import plan as plan_of
from app.directory import Directory
from app.home import data_folder
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.repeats.plan import Plan, as_lanes_are
from app.run import RunFold
from app.session import files
from app.session.codec import SessionError, TooNewError
from app.session.document import Session
from app.session.files import ElsewhereError, Written
from app.session.onward import Allowed
from app.session.rerun import SessionRuns, SessionUseError, with_values

OF_A_SESSION = (
    *("prompt", "system", "lane", "param", "attach", "tools", "tool_choice", "schema", "timeout", "warm"),
    *("fault", "fault_at"),
)
"""Options whose answers stand in the session."""
NOT_SAVED = 1


@dataclass(frozen=True)
class SessionAsk:
    """One call of `abreast run SESSION`."""

    runs: SessionRuns
    plan: Plan
    key_env: dict[str, str]
    known: Written
    """The file that the session was read from."""
    save: Path | None

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.runs.lanes

    def rounds(self) -> Iterator[tuple[RunOrder, ...]]:
        return self.runs.rounds()

    def ended(self, order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        self.runs.ended(order, fold, record)

    def saved(self, code: int) -> int:
        """Writes the session with the new runs, if that was asked for, and keeps them in the history; the exit code."""
        trouble = self._write()
        self._remember(str(self.save.absolute()) if self.save is not None and not trouble else "")
        return self._left(trouble) if trouble else code

    def _write(self) -> str:
        """Why that could not be done; "" where it was, or was not asked for."""
        try:
            if self.save is not None:
                self.runs.save(self.save, self.known)
        except ElsewhereError:
            return "was changed by someone else meanwhile, and is left as it is"
        except OSError as error:
            return f"cannot be written: {error.strerror or type(error).__name__}"
        return ""

    def _left(self, why: str) -> int:
        """What was paid for is not lost with a file that cannot be written."""
        try:
            self.runs.leave()
            kept = "the session with its new runs is among those that the window offers"
        except OSError as error:
            kept = f"neither can a recovery copy of the session: {error.strerror or type(error).__name__}"
        sys.stderr.write(f"abreast run: {self.save} {why}; {kept}\n")
        return NOT_SAVED

    def _remember(self, path: str) -> None:
        """`path` is the file that holds the new runs; "" where none does."""
        from app.history.keeping import keep  # only now: what is sent does not wait for it

        if trouble := keep(self.runs.session, self.runs.new, path):
            sys.stderr.write(f"abreast run: {trouble}\n")


def of_session(options: Namespace, directory: Directory, *, environ: Mapping[str, str]) -> SessionAsk:
    """Raises `UsageError`."""
    if given := next((name for name in OF_A_SESSION if getattr(options, name)), None):
        name = f"--{given.replace('_', '-')}"
        raise UsageError(f"{name} does not go with a session ({options.session!r} is taken for one), which has its own")
    plan = plan_of(options)
    if plan.at_once > 1:
        raise UsageError("--concurrency of a session is 1 at most: its turns follow each other")
    try:
        session, known = files.read(Path(options.session).absolute())
        _looked_at(session, options)
        save = _target(options.save) if options.save else None
        runs = SessionRuns(with_values(session, _values(options.set)), plan.rounds, _Routed(session), plan.warmup)
    except SessionError as error:
        raise UsageError(str(error)) from None
    except SessionUseError as error:
        raise UsageError(f"{Path(options.session).name} cannot be run: {error}") from None
    targets = tuple(each for lane in runs.lanes for each in reached(lane, directory))
    keys = key_env(options.key_env, targets, environ, directory)
    plan = as_lanes_are(plan, (lane.limits.warm for lane in runs.lanes))
    return SessionAsk(runs, plan, keys, known, save)


def _looked_at(session: Session, options: Namespace) -> None:
    """Whoever made the session does not decide where keys go on to. Raises `UsageError`."""
    found = () if options.onward else Allowed(data_folder()).unknown(session)
    if found:
        first = found[0]
        raise UsageError(
            f"{Path(options.session).name} says where a gateway sends requests on to, with your key: {first.name} of "
            f"{first.lane} is {first.value[:200]!r}; nothing was sent. --onward allows it"
        )


def _target(name: str) -> Path:
    """Where the session is to be saved, looked at before anything is sent and paid for. Raises `UsageError`."""
    path = Path(name)
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--save {name}: there is no folder {path.absolute().parent}")
    if path.is_dir():
        raise UsageError(f"--save {name} is a folder")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise UsageError(f"--save {name}: it may not be written to")
    try:
        files.read(path)
    except TooNewError as error:
        raise UsageError(f"--save {error}") from None
    except SessionError:
        pass  # something else, which is kept among the backups
    return path


@dataclass(frozen=True)
class _Routed:
    """Gives lanes the routes that they mean."""

    session: Session

    def __call__(self, lane: Lane) -> Lane:
        return routed(lane, self.session.routes)


def _values(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = plain(pair, "--set").partition("=")
        if not equals or not name:
            raise UsageError(f"--set {pair!r} is not name=value")
        found[name] = value
    return found
