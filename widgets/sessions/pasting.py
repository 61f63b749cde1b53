"""A cURL command that is pasted into the prompt: offered to be taken apart into lane, parameters and prompt."""

from PySide6.QtCore import QObject

from widgets.main_window import MainWindow
from widgets.sessions.binder import SessionBinder
from widgets.sessions.home import SessionHome
from widgets.strip import Strip

OFFER = "That is a cURL command. It can become a lane with its parameters, and a prompt; keys in it are dropped."


class Pasting(QObject):
    def __init__(self, window: MainWindow, home: SessionHome, binder: SessionBinder) -> None:
        super().__init__(home)
        self._window, self._home, self._binder = window, home, binder
        self._text = ""
        self._strip: Strip | None = None
        window.composer.prompt.curl_given.connect(self._on_pasted)

    def _on_pasted(self, text: str) -> None:
        self._drop()
        self._text = text
        self._strip = self._window.add_strip(OFFER, "info", act="Take it apart")
        self._strip.acted.connect(self.take)
        self._strip.closed.connect(self._forget)
        self._window.announce(OFFER)

    def take(self) -> None:
        """One step that can be undone: then the command stands in the prompt again."""
        from app.imports.curl import read_curl
        from app.imports.errors import ForeignError
        from app.imports.joined import joined

        self._drop()
        try:
            pasted = read_curl(self._text)
        except ForeignError as error:
            self._window.add_strip(f"What was pasted {str(error).removesuffix('.')}.", "warning")
            return
        self._home.do("taking a cURL command apart", lambda session: joined(session, pasted.session))
        self._binder.show()
        composer = self._window.composer
        composer.set_continuing(bool(pasted.session.runs))
        if pasted.session.draft.system:
            composer.show_system(True)
        composer.prompt.setFocus()
        dropped = f" Left out, as they carry keys: {', '.join(pasted.dropped)}." if pasted.dropped else ""
        self._window.announce(f"The command is a lane and a prompt now.{dropped}")

    def _drop(self) -> None:
        if self._strip is not None:
            self._strip.drop()
            self._strip = None

    def _forget(self) -> None:
        self._strip = None
