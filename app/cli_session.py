"""`abreast run SESSION`: what the command line says of it, checked and made values before anything is sent."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.cli_options import UsageError, key_env, plain, reached, routed
from app.directory import Directory
from app.lanes import Lane
from app.messages import RunOrder
from app.records import RunRecord
from app.run import RunFold
from app.session import files
from app.session.codec import SessionError
from app.session.document import Session
from app.session.rerun import SessionRuns, SessionUseError, with_values

OF_A_SESSION = ("prompt", "system", "lane", "param", "attach", "tools", "tool_choice", "schema", "timeout", "warm")
"""Options whose answers stand in the session."""
NOT_SAVED = 1


@dataclass(frozen=True)
class SessionAsk:
    """One call of `abreast run SESSION`."""

    runs: SessionRuns
    repeat: int
    key_env: dict[str, str]
    save: Path | None

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.runs.lanes

    def rounds(self) -> Iterator[tuple[RunOrder, ...]]:
        return self.runs.rounds()

    def ended(self, order: RunOrder, fold: RunFold, record: RunRecord) -> None:
        self.runs.ended(order, fold, record)

    def saved(self, code: int) -> int:
        """Writes the session with its new runs, if that was asked for; the exit code."""
        if self.save is None:
            return code
        try:
            self.runs.save(self.save)
        except OSError as error:
            sys.stderr.write(f"abreast run: {self.save} cannot be written: {error.strerror}\n")
            return NOT_SAVED
        return code


def of_session(options: Namespace, directory: Directory, *, environ: Mapping[str, str]) -> SessionAsk:
    """Raises `UsageError`."""
    if given := next((name for name in OF_A_SESSION if getattr(options, name)), None):
        name = f"--{given.replace('_', '-')}"
        raise UsageError(f"{name} does not go with a session ({options.session!r} is taken for one), which has its own")
    try:
        session, _ = files.read(Path(options.session))
        runs = SessionRuns(with_values(session, _values(options.set)), options.repeat, _Routed(session))
    except SessionError as error:
        raise UsageError(str(error)) from None
    except SessionUseError as error:
        raise UsageError(f"{Path(options.session).name} cannot be run: {error}") from None
    targets = tuple(each for lane in runs.lanes for each in reached(lane, directory))
    keys = key_env(options.key_env, targets, environ, directory)
    return SessionAsk(runs, options.repeat, keys, Path(options.save) if options.save else None)


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
