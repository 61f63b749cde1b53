"""Two programs change one file, of one profile and of two: no change of either is lost, and whoever is second is told.
The long form saves two hundred times."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.session.codec import from_bytes, to_bytes
from tests.app.session.samples import a_session

PROGRAM = """
import sys
from pathlib import Path
from msgspec.structs import replace
from app.session.change import between
from app.session.files import ElsewhereError
from app.session.store import SessionStore

store, file, name = SessionStore(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3]
refused = 0
for number in range(int(sys.argv[4])):
    while True:
        session = store.open(file).session
        store.change(session.id, between(session, replace(session, title=f"{session.title}{name}{number} ")))
        try:
            store.save(session.id, file)
            break
        except ElsewhereError:
            refused += 1
            store.end(session.id)
            store.discard(session.id)
store.end_all()
print(refused)
"""


def interleaved(folder: Path, profiles: tuple[str, str], saves: int) -> int:
    """How often one of them was told that the other had been there."""
    file = folder / "mine.abreast"
    file.write_bytes(to_bytes(replace(a_session(), title="")))
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder / profile), str(file), name, str(saves)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for profile, name in zip(profiles, "ab", strict=True)
    ]
    said = [each.communicate()[0] for each in programs]
    assert [each.returncode for each in programs] == [0, 0]
    found = from_bytes(file.read_bytes()).title.split()
    assert sorted(found) == sorted(f"{name}{n}" for name in "ab" for n in range(saves))
    return sum(map(int, said))


@pytest.mark.parametrize("profiles", [("one", "one"), ("one", "other")])
def test_no_save_of_either_is_lost(tmp_path: Path, profiles: tuple[str, str]) -> None:
    interleaved(tmp_path, profiles, 10)


@pytest.mark.long
@pytest.mark.parametrize("profiles", [("one", "one"), ("one", "other")])
def test_no_save_of_two_hundred_is_lost(tmp_path: Path, profiles: tuple[str, str]) -> None:
    assert interleaved(tmp_path, profiles, 100), "they did get in each other's way"
