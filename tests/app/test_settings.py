"""Settings: there again after a restart, and never in the way of one."""

import json
import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from platformdirs import user_config_path

from app.home import folder, peek
from app.settings import PRACTICE_LANES, VERSION, LaneSetting, Settings, SettingsFile
from providers.practice.catalog import MODELS

FULL = Settings(
    lanes=(LaneSetting("openai/gpt-5", {"temperature": 0.2, "stop": ["\n"]}, 3), LaneSetting("practice/swift")),
    recent=("openai/gpt-5",),
    prompt="draft \ud83d kept",
    system="be brief",
    system_open=True,
    layout="columns",
    theme="dark",
    zoom=2,
    geometry="AdnQ",
)


def test_round_trip(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "new")
    assert file.save(FULL) is None
    assert file.load() == (FULL, None)


def test_nothing_there_is_the_first_start(tmp_path: Path) -> None:
    settings, trouble = SettingsFile(tmp_path).load()
    assert trouble is None
    assert [lane.text for lane in settings.lanes] == [f"practice/{name}" for name in MODELS]
    assert settings.prompt
    assert tuple(lane.text for lane in settings.lanes) == PRACTICE_LANES


def test_fields_of_a_later_version_survive(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"version": VERSION + 1, "sounds": {"on": True}, "zoom": 1}))
    file = SettingsFile(tmp_path)
    settings, trouble = file.load()
    assert trouble is None
    assert file.save(settings) is None
    raw = json.loads((tmp_path / "settings.json").read_bytes())
    assert raw["sounds"] == {"on": True}
    assert raw["version"] == VERSION + 1
    assert raw["zoom"] == 1


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"lanes": 3}'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(damaged)
    settings, trouble = SettingsFile(tmp_path).load()
    assert settings == Settings()
    assert trouble is not None
    assert "settings.damaged-1.json" in trouble
    assert (tmp_path / "settings.damaged-1.json").read_bytes() == damaged
    assert not (tmp_path / "settings.json").exists()


def test_each_damaged_file_is_kept(tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / "settings.json").write_text("{")
        SettingsFile(tmp_path).load()
    assert len(list(tmp_path.glob("settings.damaged-*.json"))) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zoom", "big"),
        ("zoom", True),
        ("theme", "pink"),
        ("layout", ["grid"]),
        ("prompt", 7),
        ("system_open", 1),
        ("recent", [1]),
        ("lanes", [{"text": 1}]),
        ("lanes", [{}]),
        ("lanes", ["practice/swift"]),
        ("lanes", [{"text": "a/b", "params": []}]),
        ("version", "1"),
    ],
)
def test_one_wrong_field_costs_that_field_alone(tmp_path: Path, field: str, value: object) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"system": "kept", field: value}))
    settings, trouble = SettingsFile(tmp_path).load()
    assert settings.system == "kept"
    assert getattr(settings, field) == getattr(Settings(), field)
    assert trouble is not None
    assert field in trouble


def test_an_unreadable_folder_is_told_and_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    settings, trouble = SettingsFile(tmp_path).load()
    assert settings == Settings()
    assert trouble is not None


def test_what_cannot_be_saved_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    trouble = SettingsFile(tmp_path).save(FULL)
    assert trouble is not None
    assert "could not be saved" in trouble
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == ["settings.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "new").save(FULL)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "settings.json").stat().st_mode) == 0o600


def test_where_it_lives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert folder({"ABREAST_HOME": "/somewhere"}) == Path("/somewhere")
    for home in (str(tmp_path), "", "relative"):
        monkeypatch.setenv("XDG_CONFIG_HOME", home)
        monkeypatch.delenv("ABREAST_HOME", raising=False)
        if sys.platform == "linux" and home != "relative":
            assert folder() == user_config_path("abreast", appauthor=False)


def test_the_first_paint_peeks_and_is_never_held_up(tmp_path: Path) -> None:
    SettingsFile(tmp_path).save(FULL)
    assert peek(tmp_path) == ("AdnQ", "dark")
    for damaged in (b"{", b"[]", b'{"geometry": 3, "theme": null}', b"[" * 100_000):
        (tmp_path / "settings.json").write_bytes(damaged)
        assert peek(tmp_path) == ("", "")
    assert peek(tmp_path / "nowhere") == ("", "")


def test_two_windows_lose_nothing_of_each_other(tmp_path: Path) -> None:
    SettingsFile(tmp_path).save(Settings())
    one, two = SettingsFile(tmp_path), SettingsFile(tmp_path)
    first, second = one.load()[0], two.load()[0]
    one.save(replace(first, zoom=3, recent=("a/b",)))
    two.save(replace(second, layout="columns"))
    assert SettingsFile(tmp_path).load()[0] == replace(Settings(), zoom=3, recent=("a/b",), layout="columns")
    one.save(replace(first, zoom=3, recent=("a/b",), theme="dark"))
    assert SettingsFile(tmp_path).load()[0].layout == "columns", "what one does not touch stays the other's"


def test_on_a_fresh_profile_the_second_window_wipes_nothing(tmp_path: Path) -> None:
    one, two = SettingsFile(tmp_path), SettingsFile(tmp_path)
    first, second = one.load()[0], two.load()[0]
    one.save(replace(first, prompt="mine", favourites=("a/b",)))
    two.save(replace(second, zoom=1))
    assert SettingsFile(tmp_path).load()[0] == replace(Settings(), prompt="mine", favourites=("a/b",), zoom=1)


def test_what_a_file_does_not_say_is_not_changed_by_keeping_it(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"zoom": 1}')
    one, two = SettingsFile(tmp_path), SettingsFile(tmp_path)
    first, second = one.load()[0], two.load()[0]
    one.save(replace(first, system="brief"))
    two.save(replace(second, zoom=2))
    assert SettingsFile(tmp_path).load()[0] == replace(Settings(), system="brief", zoom=2)


def test_two_windows_keep_entries_of_the_same_fields(tmp_path: Path) -> None:
    swift, deep = (LaneSetting("practice/swift"),), (LaneSetting("practice/deep"),)
    start = replace(Settings(), lane_sets={"old": deep}, favourites=("f0", "f9"), sessions=("/0",))
    SettingsFile(tmp_path).save(start)
    one, two = SettingsFile(tmp_path), SettingsFile(tmp_path)
    first, second = one.load()[0], two.load()[0]
    first = replace(first, lane_sets={"old": deep, "x": swift}, favourites=("f0", "f9", "f1"), sessions=("/1", "/0"))
    one.save(first)
    two.save(replace(second, lane_sets={"y": deep}, favourites=("f9", "f2"), sessions=("/2", "/0")))
    both = SettingsFile(tmp_path).load()[0]
    assert both.lane_sets == {"x": swift, "y": deep}, "one was taken out by the second window"
    assert both.favourites == ("f9", "f2", "f1")
    assert both.sessions == ("/2", "/0", "/1")
    one.save(replace(first, lane_sets={"old": deep, "x": deep}))
    assert SettingsFile(tmp_path).load()[0] == replace(both, lane_sets={"x": deep, "y": deep}), "and stays out"


def test_a_damaged_field_of_another_window_is_no_crash(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    settings = file.load()[0]
    (tmp_path / "settings.json").write_text('{"favourites": 3, "lane_sets": []}')
    swift = {"x": (LaneSetting("practice/swift"),)}
    assert file.save(replace(settings, favourites=("f",), lane_sets=swift)) is None
    assert SettingsFile(tmp_path).load() == (replace(Settings(), favourites=("f",), lane_sets=swift), None)
