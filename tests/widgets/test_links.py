"""Where a link really leads, and that nothing opens unless somebody says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from widgets.links import ask_to_open, real_host

ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toString()))
    return urls


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made
    for box in made.findChildren(QMessageBox):
        box.close()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.org/path?q#f", "example.org"),
        ("HTTPS://Example.ORG", "example.org"),
        ("https://example.org:8443/", "example.org:8443"),
        ("http://bank.example@evil.example/", "evil.example"),
        ("http://bank.example:443@evil.example:80/", "evil.example:80"),
        ("https://bank.example%40evil.example/", ""),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://аpple.example/", "xn--pple-43d.example"),
        ("http://xn--pple-43d.example/", "xn--pple-43d.example"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("http://[::1]:8080/x", "[::1]:8080"),
        ("http://[::1]/x", "[::1]"),
        ("http://evil.example\\@bank.example/", ""),
        ("http://evil.example\\.bank.example/", ""),
        ("http://exa mple.org/", ""),
        ("http://example.org\u202e/", ""),
        ("http://", ""),
        ("http:///path", ""),
        ("http://example.org:port/", ""),
        ("http://example.org:99999/", ""),
        ("http://[::1", ""),
        ("http://" + "é" * 300 + ".example/", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("ftp://example.org", ""),
        ("mailto:a@b.example", ""),
        ("//example.org/x", ""),
        ("/etc/passwd", ""),
        ("example.org", ""),
        ("", ""),
    ],
)
def test_the_host_that_counts(url: str, host: str) -> None:
    assert real_host(url) == host


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "smb://h/s"])
def test_anything_but_the_web_is_refused(parent: QWidget, opened: list[str], url: str) -> None:
    assert ask_to_open(url, parent) is None
    assert opened == []


def asked(parent: QWidget, url: str = "http://bank.example@evil.example/<b>x</b>") -> QMessageBox:
    box = ask_to_open(url, parent)
    assert box is not None
    return box


def test_the_question_shows_the_real_host_as_plain_text(parent: QWidget, opened: list[str]) -> None:
    box = asked(parent)
    assert "evil.example" in box.text()
    assert "bank.example" not in box.text()
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert box.informativeText() == "http://bank.example@evil.example/<b>x</b>"
    assert opened == []


def test_a_long_address_is_cut_but_its_host_is_whole(parent: QWidget, opened: list[str]) -> None:
    box = asked(parent, "http://example.org/" + "x" * 5_000)
    assert len(box.informativeText()) < 400
    assert "example.org" in box.text()


def test_cancel_is_what_enter_and_escape_do(parent: QWidget, qtbot: QtBot, opened: list[str]) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        box = asked(parent)
        assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
        with qtbot.waitSignal(box.finished):
            qtbot.keyClick(box, key)
    assert opened == []


def press(box: QMessageBox, qtbot: QtBot, words: str) -> None:
    button = next(button for button in box.buttons() if words in button.text())
    with qtbot.waitSignal(box.finished):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_open_opens_once(parent: QWidget, qtbot: QtBot, opened: list[str]) -> None:
    press(asked(parent, "https://example.org/a?b=c"), qtbot, "Open")
    assert opened == ["https://example.org/a?b=c"]


def test_copy_copies_and_opens_nothing(parent: QWidget, qtbot: QtBot, opened: list[str]) -> None:
    press(asked(parent, "https://example.org/a?b=c"), qtbot, "Copy")
    assert QGuiApplication.clipboard().text() == "https://example.org/a?b=c"
    assert opened == []


def test_what_opens_is_what_was_shown(parent: QWidget, qtbot: QtBot, opened: list[str]) -> None:
    press(asked(parent, "  http://example.org/x  "), qtbot, "Open")
    assert [QUrl(url).host() for url in opened] == ["example.org"]


def test_links_open_in_one_place_only() -> None:
    places = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "widgets", "providers", "resources")
        for path in (ROOT / folder).rglob("*.py")
        if any(way in path.read_text("utf-8") for way in ("QDesktopServices", "webbrowser", "xdg-open", "startfile"))
    ]
    assert places == ["widgets/links.py"]
