"""PySide6 6.12 drops one reference to None per void call on Python 3.11, which ends a real program within seconds."""

import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from PySide6.QtCore import QObject, QTimer

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
IMMORTAL_NONE = sys.version_info >= (3, 12)


def pins(python: str) -> list[Requirement]:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    found = [Requirement(line) for line in project["dependencies"] if line.startswith("PySide6-Essentials")]
    return [pin for pin in found if pin.marker is None or pin.marker.evaluate({"python_version": python})]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_one_pin_applies_and_only_3_11_excludes_6_12(python: str) -> None:
    [pin] = pins(python)
    assert pin.specifier.contains("6.11.3")
    assert pin.specifier.contains("6.12.0") == (python != "3.11")


def test_the_installed_qt_is_within_the_pin() -> None:
    [pin] = pins("{}.{}".format(*sys.version_info))
    assert pin.specifier.contains(version("PySide6-Essentials"))


@pytest.mark.skipif(IMMORTAL_NONE, reason="None is immortal from Python 3.12 on and has no count to lose")
def test_void_calls_leave_the_count_of_none_alone() -> None:
    assert Version(version("PySide6-Essentials")) < Version("6.12")
    thing, timer = QObject(), QTimer()
    for _ in range(10):  # in portions, since the interpreter would not live to see the end of all 10,000 calls
        before = sys.getrefcount(None)
        for _ in range(500):
            thing.setObjectName("thing")
            timer.setInterval(50)
        assert abs(sys.getrefcount(None) - before) < 100
