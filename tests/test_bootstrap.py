"""The script behind README's commands: what it finds lacking, what it asks for, and what it leaves alone."""

import ast
import importlib.util
import io
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".bootstrap/abreast.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, at home in an empty folder with this project's pyproject.toml."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    venv = tmp_path / ".venv"
    for name, value in (("ROOT", tmp_path), ("VENV", venv), ("BIN", venv / "bin"), ("HALF_MADE", venv / "half-made")):
        monkeypatch.setattr(module, name, value)
    return module


def test_an_old_python_can_read_as_far_as_the_sentence_about_its_age() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_needs_nothing_but_the_standard_library() -> None:
    nodes = list(ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))))
    plain = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    froms = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in plain + froms} <= sys.stdlib_module_names


def test_a_group_is_read_with_the_groups_in_it(bootstrap: ModuleType) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert bootstrap.requirements("test") == groups["test"]
    assert bootstrap.requirements("dev") == groups["test"] + groups["dev"][1:]


def test_a_library_that_no_system_has_is_found_lacking(bootstrap: ModuleType) -> None:
    assert bootstrap.loads("libc.so.6")
    assert not bootstrap.loads("libno-such-thing.so.9")


def test_lacking_libraries_are_asked_of_apt_by_package(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "install_with_apt", asked.append)
    monkeypatch.setattr(bootstrap, "has_font", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    bootstrap.provide_libraries({"libc.so.6": "libc6", "libno-such-thing.so.9": "libno-such-thing9"})
    assert asked == [["libno-such-thing9", "fonts-dejavu-core"]]


def test_a_system_without_apt_is_told_and_goes_on(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    bootstrap.provide_libraries({"libno-such-thing.so.9": "libno-such-thing9"})
    assert "libno-such-thing.so.9" in capsys.readouterr().err


def test_with_neither_root_nor_a_terminal_it_prints_the_command_and_exits_3(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "current_names", list)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(SystemExit) as stopped:
        bootstrap.install_with_apt(["libno-such-thing9"])
    assert stopped.value.code == 3
    assert "apt-get install -y --no-install-recommends libno-such-thing9\n" in capsys.readouterr().err


def test_a_stamp_holds_until_pyproject_changes(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str | None] = []
    monkeypatch.setattr(bootstrap, "provide_packages", installed.append)
    bootstrap.VENV.mkdir()
    bootstrap.prepare("lint")
    bootstrap.prepare("lint")
    bootstrap.prepare("commands")  # needs less than lint does
    assert installed == ["dev"]
    with (bootstrap.ROOT / "pyproject.toml").open("a") as project:
        project.write("# changed\n")
    bootstrap.prepare("lint")
    assert installed == ["dev", "dev"]


def test_a_failed_installation_leaves_no_stamp_and_is_made_anew(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "install_with_uv", lambda wanted: False)
    monkeypatch.setattr(bootstrap, "install_with_pip", lambda wanted: False)
    with pytest.raises(SystemExit) as stopped:
        bootstrap.prepare("commands")
    assert stopped.value.code == 1
    assert "could not be installed" in capsys.readouterr().err
    leftover = bootstrap.VENV / "leftover"
    leftover.touch()
    monkeypatch.setattr(bootstrap, "install_with_pip", lambda wanted: True)
    bootstrap.prepare("commands")
    assert not leftover.exists()
    assert (bootstrap.VENV / "ready-for-commands").is_file()


def test_an_environment_that_was_moved_or_left_half_made_is_not_whole(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.make_venv()
    assert bootstrap.whole()
    moved = bootstrap.VENV.rename(bootstrap.ROOT / "moved")
    monkeypatch.setattr(bootstrap, "VENV", moved)
    monkeypatch.setattr(bootstrap, "BIN", moved / "bin")
    assert not bootstrap.whole()
    bootstrap.make_venv()
    assert bootstrap.whole()
    monkeypatch.setattr(bootstrap, "HALF_MADE", moved / "pyvenv.cfg")
    assert not bootstrap.whole()
