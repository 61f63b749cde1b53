"""The sheet of the network, and the strip that says that there is none."""

import pytest

from app.messages import NetworkTold
from app.network import NetworkSetting
from tests.widgets.conftest import Bench
from widgets.network_sheet import NetworkSheet
from widgets.news import OFFLINE
from widgets.strip import Strip


@pytest.fixture
def sheet(bench: Bench) -> NetworkSheet:
    bench.engine.network_told.emit(NetworkTold("http://proxy:3128 for https, from HTTPS_PROXY"))
    bench.window.do("network")
    (made,) = bench.window.findChildren(NetworkSheet)
    return made


def strips(bench: Bench) -> list[str]:
    bench.qtbot.wait(1)
    return [strip.text for strip in bench.window.findChildren(Strip) if strip.isVisible()]


def test_it_shows_what_the_system_tells(sheet: NetworkSheet) -> None:
    assert sheet.system.isChecked()
    assert sheet.told.text() == "The system tells: http://proxy:3128 for https, from HTTPS_PROXY."
    assert not sheet.apply.isEnabled()


def test_what_is_applied_is_remembered_and_goes_to_the_engine(bench: Bench, sheet: NetworkSheet) -> None:
    sheet.url.setText("socks5://127.0.0.1:1080")
    sheet.url.textEdited.emit("x")
    assert sheet.own.isChecked(), "who writes an address means it"
    sheet.bypass.setText("nas.lan, *.example.com")
    sheet.connect_s.setText("5")
    sheet.connect_s.textEdited.emit("5")
    sheet.http2.click()
    sheet.apply.click()
    wished = NetworkSetting("socks5://127.0.0.1:1080", ("nas.lan", "*.example.com"), "", 5.0, True)
    assert bench.engine.network == [wished]
    assert bench.window.settings().network == wished
    assert not sheet.apply.isEnabled()
    bench.window.overlays.dismiss()
    bench.window.do("network")
    assert sheet.setting() == wished
    sheet.none.click()
    sheet.apply.click()
    assert bench.engine.network[-1].proxy == "none"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("url", "", "Write the proxy's address."),
        ("url", "https://proxy", "not supported"),
        ("url", "http://me:s3cret@proxy:1", "A password is not kept in the settings"),
        ("connect_s", "0", "a number from 1 to 300"),
        ("connect_s", "soon", "a number from 1 to 300"),
        ("ca", "ca.pem", "whole path"),
    ],
)
def test_mistakes_are_told_while_they_are_made(sheet: NetworkSheet, field: str, text: str, said: str) -> None:
    getattr(sheet, field).setText(text)
    getattr(sheet, field).textEdited.emit(text)
    assert said in sheet.said.text()
    assert not sheet.apply.isEnabled()


def test_what_the_engine_cannot_do_is_said_in_place(bench: Bench, sheet: NetworkSheet) -> None:
    bench.engine.network_told.emit(NetworkTold("none is set", "/ca.pem cannot be read"))
    assert sheet.said.text() == "Not applied: /ca.pem cannot be read."
    bench.window.overlays.dismiss()
    bench.engine.network_told.emit(NetworkTold("none is set", "/ca.pem cannot be read"))
    assert any("/ca.pem cannot be read" in each for each in strips(bench))


def test_the_engine_is_told_when_it_is_ready(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert bench.engine.network == [NetworkSetting()]


def test_offline_is_said_in_one_strip_that_goes_by_itself(bench: Bench) -> None:
    for _ in range(3):
        bench.engine.offline_told.emit(True)
    assert strips(bench).count(OFFLINE) == 1
    bench.engine.offline_told.emit(False)
    assert OFFLINE not in strips(bench)
    bench.engine.offline_told.emit(True)
    next(each for each in bench.window.findChildren(Strip) if each.text == OFFLINE).closed.emit()
    bench.engine.offline_told.emit(False)
