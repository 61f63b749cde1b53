"""The window with its content, its settings, its theme and its ear for our own faults."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.settings import Settings, SettingsFile
from widgets.bugs import Bugs
from widgets.frame import Frame
from widgets.icons import tinted
from widgets.keeper import Keeper
from widgets.main_window import MainWindow
from widgets.style import style_sheet
from widgets.theme import LIGHT, Choice, Theme, apply


class Desktop(QObject):
    def __init__(self, app: QApplication, frame: Frame, home: Path) -> None:
        super().__init__(app)
        self._app = app
        self.frame = frame
        file = SettingsFile(home)
        settings, self._trouble = file.load()
        self.choice: Choice = _choice(settings)
        self.theme: Theme = apply(app, self.choice)
        app.setWindowIcon(tinted("abreast", LIGHT.color("accent")))
        frame.setStyleSheet(style_sheet(self.theme))
        self.window = MainWindow(frame)
        self.window.show_settings(settings)
        self.keeper = Keeper(self, file, self.settings)
        self.bugs = Bugs(self)
        self.bugs.install()
        self._listen()

    def _listen(self) -> None:
        self.window.changed.connect(self.keeper.mark)
        self.window.theme_asked.connect(self.set_theme)
        self.window.quit_asked.connect(self.frame.close)
        self.frame.close_asked.connect(self.keeper.save)
        self.keeper.trouble.connect(self._on_trouble)
        self.bugs.found.connect(self._on_bug)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    def show(self) -> None:
        """Puts the content into the frame."""
        if self._trouble is not None:
            self.window.add_strip(self._trouble, "warning")
        self.frame.setCentralWidget(self.window)
        self.window.composer.prompt.setFocus()

    def settings(self) -> Settings:
        return replace(self.window.settings(), theme=self.choice, geometry=self.frame.geometry_text())

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
        self.frame.setStyleSheet(style_sheet(self.theme))
        self.window.themed.emit(self.theme)

    def _on_trouble(self, text: str) -> None:
        self.window.add_strip(text, "warning")

    def _on_bug(self, details: str) -> None:
        last = details.strip().rpartition("\n")[2]
        self.window.add_strip(f"This is a fault of ours, not of a model: {last}", "error", copied=details)

    def end(self) -> None:
        """Everything that runs has ended; the window goes before the application does."""
        self.bugs.remove()
        self.frame.hide()
        self.frame.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _choice(settings: Settings) -> Choice:
    match settings.theme:
        case "light" | "dark":
            return settings.theme
        case _:
            return "system"
