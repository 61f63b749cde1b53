"""The window's composition root: the only place that knows in which order things are made and end.

Only what the first paint needs is imported above; the engine's client, asyncio and the graphs follow after it.
"""

import faulthandler
import sys
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.settings import Settings, SettingsFile, folder
from widgets.bugs import Bugs
from widgets.icons import tinted
from widgets.keeper import Keeper
from widgets.main_window import MainWindow
from widgets.style import style_sheet
from widgets.theme import LIGHT, Choice, Theme, apply

PATIENCE_MS = 3000
"""How long the first paint may take before we go on without it (a minimised window never paints)."""


def main(words: Sequence[str] = ()) -> int:
    """Opens the window and runs until it is closed; the exit code. `words` are Qt's own options."""
    if sys.stderr is not None:
        faulthandler.enable()
    app = QApplication(["abreast", *words])
    app.setApplicationName("abreast")
    app.setApplicationDisplayName("Abreast")
    app.setDesktopFileName("abreast")
    app.setQuitOnLastWindowClosed(False)
    desktop = Desktop(app, SettingsFile(folder()))
    try:
        desktop.show()
        FirstPaint(desktop.window).wait()
        from widgets.live import live  # from here on, imports may take their time: the window is there
        from widgets.loop import run

        return run(lambda: live(desktop), app)
    except KeyboardInterrupt:
        return 130
    finally:
        desktop.end()


class Desktop(QObject):
    """The window with its settings, its theme and its ear for our own faults."""

    def __init__(self, app: QApplication, file: SettingsFile) -> None:
        super().__init__(app)
        self._app = app
        settings, trouble = file.load()
        self.choice: Choice = _choice(settings)
        self.theme: Theme = apply(app, self.choice)
        app.setWindowIcon(tinted("abreast", LIGHT.color("accent")))
        self.window = MainWindow()
        self.window.setStyleSheet(style_sheet(self.theme))
        self.window.show_settings(settings)
        self.keeper = Keeper(self, file, self.settings)
        self.bugs = Bugs(self)
        self.bugs.install()
        self._listen()
        if trouble is not None:
            self.window.add_strip(trouble, "warning")

    def _listen(self) -> None:
        self.window.changed.connect(self.keeper.mark)
        self.window.theme_asked.connect(self.set_theme)
        self.window.close_asked.connect(self.keeper.save)
        self.keeper.trouble.connect(self._on_trouble)
        self.bugs.found.connect(self._on_bug)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    def show(self) -> None:
        self.window.show()

    def settings(self) -> Settings:
        return replace(self.window.settings(), theme=self.choice)

    def set_theme(self, choice: Choice) -> None:
        self.choice = choice
        self._dress()
        self.window.commands.tick("theme", f"theme_{choice}")
        self.keeper.mark()

    def _on_scheme(self, _scheme: Qt.ColorScheme) -> None:
        if self.choice == "system":
            self._dress()

    def _dress(self) -> None:
        self.theme = apply(self._app, self.choice)
        self.window.setStyleSheet(style_sheet(self.theme))
        self.window.themed.emit(self.theme)

    def _on_trouble(self, text: str) -> None:
        self.window.add_strip(text, "warning")

    def _on_bug(self, details: str) -> None:
        last = details.strip().rpartition("\n")[2]
        self.window.add_strip(f"This is a fault of ours, not of a model: {last}", "error", copied=details)

    def end(self) -> None:
        """Everything that runs has ended; the window goes before the application does."""
        self.bugs.remove()
        self.window.hide()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _choice(settings: Settings) -> Choice:
    match settings.theme:
        case "light" | "dark":
            return settings.theme
        case _:
            return "system"


class FirstPaint(QObject):
    """Lets Qt work until the window has been painted once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._loop = QEventLoop(self)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._loop.quit)
        window.close_asked.connect(self._loop.quit)

    def wait(self) -> None:
        self._window.installEventFilter(self)
        self._limit.start(PATIENCE_MS)
        self._loop.exec()
        self._limit.stop()
        self._window.removeEventFilter(self)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._loop.quit)
        return super().eventFilter(watched, event)
