"""The only way by which a link opens: http and https, and after the real host was shown."""

import re
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

ALLOWED = ("http", "https")
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)


def real_host(url: str) -> str:
    """The host that `url` leads to, in the letters that are sent (punycode), "" if it is no web address.

    What two parsers read differently is refused too: a browser may read it in a third way.
    """
    made = QUrl(url.strip())
    host = made.host(QUrl.ComponentFormattingOption.FullyEncoded)
    if made.scheme() not in ALLOWED or not HOST.fullmatch(host) or "\\" in url:
        return ""
    try:
        parts = urlsplit(url.strip())
        other, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if (other.isascii() and other != host) or (port or -1) != made.port():
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{made.port()}" if made.port() > 0 else shown


def ask_to_open(url: str, parent: QWidget) -> QMessageBox | None:
    """Shows where `url` really leads and opens it if the user says so. Anything but a web address is refused."""
    host = real_host(url)
    if not host:
        return None
    box = _Question(url.strip(), host, parent)
    box.open()
    return box


class _Question(QMessageBox):
    def __init__(self, url: str, host: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._url = url
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open a link from an answer?")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(f"This link leads to {host}")
        self.setInformativeText(url if len(url) <= 300 else url[:300] + "…")
        self.setIcon(QMessageBox.Icon.Question)
        self._open = self.addButton("Open in browser", QMessageBox.ButtonRole.AcceptRole)
        self._copy = self.addButton("Copy link", QMessageBox.ButtonRole.ActionRole)
        cancel = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(cancel)
        self.buttonClicked.connect(self._clicked)

    def _clicked(self, button: object) -> None:
        if button is self._open:
            QDesktopServices.openUrl(QUrl(self._url))
        elif button is self._copy:
            QGuiApplication.clipboard().setText(self._url)
