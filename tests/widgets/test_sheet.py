"""Sheets give the focus back to where it was, if that is still there."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from widgets.main_window import MainWindow
from widgets.sheet import Sheet


def opened_from(window: MainWindow, qtbot: QtBot) -> tuple[Sheet, QLineEdit]:
    field = QLineEdit(window.centralWidget())
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    sheet = Sheet(window, "Anything", width=400)
    sheet.open()
    qtbot.waitUntil(sheet.hasFocus)
    return sheet, field


def test_the_focus_goes_back_to_where_it_was(window: MainWindow, qtbot: QtBot) -> None:
    sheet, field = opened_from(window, qtbot)
    with qtbot.waitSignal(sheet.closed):
        sheet.dismiss()
    assert field.hasFocus()


def test_a_sheet_closes_when_what_had_the_focus_is_gone(window: MainWindow, qtbot: QtBot) -> None:
    sheet, field = opened_from(window, qtbot)
    field.deleteLater()
    QApplication.sendPostedEvents(field, QEvent.Type.DeferredDelete.value)
    with qtbot.waitSignal(sheet.closed):
        sheet.dismiss()
    assert sheet.isHidden()
