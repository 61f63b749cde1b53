"""The window before it has anything in it."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from widgets.frame import DARK_GROUND, LIGHT_GROUND, Frame
from widgets.theme import DARK, LIGHT


def test_its_ground_is_the_themes(qapp: QApplication) -> None:
    assert (LIGHT.window, DARK.window) == (LIGHT_GROUND, DARK_GROUND)


def test_it_paints_then_asks_to_close(qapp: QApplication) -> None:
    asked: list[bool] = []
    frame = Frame("not base64 \ud800", "dark")
    frame.close_asked.connect(lambda: asked.append(True))
    frame.show_painted()
    assert frame.isVisible()
    frame.close()
    frame.close()
    assert asked == [True]
    assert frame.is_closing
    assert not frame.isVisible()
    frame.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_its_place_is_kept(qapp: QApplication) -> None:
    one = Frame("", "light")
    one.resize(600, 500)
    one.show_painted()
    two = Frame(one.geometry_text(), "light")
    two.show_painted()
    assert two.size() == one.size()
    for frame in (one, two):
        frame.hide()
        frame.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
