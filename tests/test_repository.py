"""What a reader of this repository may rely on, and what never belongs in a commit."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {
    *(".bootstrap", ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"),
    *("app", "providers", "resources", "tests", "widgets"),
}
LAYERS = ("app/", "widgets/", "providers/", "resources/")
LOCK_FILES = {"uv.lock", "pylock.toml", "poetry.lock", "package-lock.json"}
INDEX_SETTING = re.compile(r"(--)?((default|extra)-)?(index-url|find-links)\b|\[\[tool\.uv\.index")
SOMEONES_HOME = re.compile(r"(?<![\w.-])/(root|home/\w+|Users/\w+)/")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git clone, so what is tracked cannot be told")
    return [name for name in listed.split("\0") if (ROOT / name).is_file()]


def lines(names: list[str]) -> Iterator[tuple[str, str]]:
    """Each line of the text files named, with where it stands."""
    for name in names:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{name}:{number}", line


def modules(tracked: list[str], *layers: str) -> list[str]:
    return [name for name in tracked if name.startswith(layers) and name.endswith(".py")]


def commands(text: str) -> list[str]:
    """The lines of a Markdown text's first two blocks of shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    return [line for block in blocks[:2] for line in block.splitlines()]


def hosts() -> set[str]:
    """The registries that pip and uv are set to on this machine."""
    named = [value for name, value in os.environ.items() if re.search("INDEX|REGISTRY", name)]
    for file in (Path.home() / ".config/pip/pip.conf", Path("/etc/pip.conf"), Path.home() / ".config/uv/uv.toml"):
        named += [file.read_text(encoding="utf-8")] if file.is_file() else []
    return set(re.findall(r"https?://(?:[^@/\s]*@)?([\w.-]+\.\w+)", "\n".join(named)))


def test_the_top_level_is_as_agreed(tracked: list[str]) -> None:
    assert {name.split("/")[0] for name in tracked} <= TOP_LEVEL


def test_no_file_names_a_path_of_the_machine_it_was_written_on(tracked: list[str]) -> None:
    here = [f"{folder}/" for folder in (Path.home(), ROOT.parent) if folder.parent != folder]
    here = [folder for folder in here if not folder.startswith(tempfile.gettempdir())]
    found = [at for at, line in lines(tracked) if SOMEONES_HOME.search(line) or any(folder in line for folder in here)]
    assert found == []


def test_no_file_sets_or_names_a_package_registry(tracked: list[str]) -> None:
    others = [name for name in tracked if name != "tests/test_repository.py"]
    known = hosts()
    found = [at for at, line in lines(others) if INDEX_SETTING.search(line) or any(host in line for host in known)]
    assert found == []


def test_no_lock_file_is_tracked(tracked: list[str]) -> None:
    assert [name for name in tracked if Path(name).name in LOCK_FILES] == []


def test_no_module_holds_two_ideas(tracked: list[str]) -> None:
    lengths = {name: len((ROOT / name).read_bytes().splitlines()) for name in modules(tracked, *LAYERS)}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize(
    "pitfall",
    [
        pytest.param(r"\.connect\(\s*lambda", id="a lambda outlives the widget it calls"),
        pytest.param(r"\.exec\(|processEvents", id="a nested loop loses tasks"),
    ],
)
def test_widgets_keep_clear_of(pitfall: str, tracked: list[str]) -> None:
    # The frame waits for its first paint in Qt's own loop, before there is any task to lose.
    names = [name for name in modules(tracked, "widgets/") if name != "widgets/frame.py"]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in names}
    assert [name for name, text in texts.items() if re.search(pitfall, text)] == []


def test_links_are_opened_in_one_place(tracked: list[str]) -> None:
    callers = {at.split(":")[0] for at, line in lines(modules(tracked, *LAYERS)) if "QDesktopServices" in line}
    assert callers <= {"widgets/links.py"}


def test_readme_has_two_commands_and_ci_runs_the_second() -> None:
    window, tests = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert tests == f"{window} test"
    assert re.search(rf"^\s*{re.escape(tests)}( |$)", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.M)


def test_readmes_command_explains_itself() -> None:
    window, _ = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    python, *script = window.split()
    assert python == "python3"
    told = subprocess.run([sys.executable, *script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(word in told.stdout for word in ("opens the window", "test", "lint", "check"))


def test_readme_shows_only_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((?!https?:)([^)]+)\)", text)
    assert [name for name in shown if not (ROOT / name).is_file()] == []
