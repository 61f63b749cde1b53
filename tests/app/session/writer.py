"""A process that changes and saves a session for ever, and says after each what is on the disk: it is there to be
killed. `python -m tests.app.session.writer FOLDER [ROUNDS]`."""

import itertools
import sys
from pathlib import Path

from app.session.change import between
from app.session.document import Draft
from app.session.edits import drafted
from app.session.journal import More
from app.session.live import LiveRun
from app.session.store import SessionStore
from tests.app.session.samples import a_session


def main(folder: Path, rounds: int | None) -> None:
    store, session = SessionStore(folder / "data"), a_session()
    store.begin(session)
    print("begun 0", flush=True)
    store.running(session.id, [LiveRun("live", session.prompts[1], 1, "r3", session.runs[0].at, session.runs[0].spec)])
    for number in itertools.count(1) if rounds is None else range(1, rounds + 1):
        after = drafted(session, Draft(f"draft {number}"))
        store.change(session.id, between(session, after))
        session = after
        store.more(session.id, [More("live", 1, f"{number} ")])
        print(f"kept {number}", flush=True)
        if number % 5 == 0:
            store.save(session.id, folder / "mine.abreast", anyway=True)
            print(f"saved {number}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
