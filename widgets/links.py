"""The only way by which a link opens: http and https, and after the real host was shown."""

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

ALLOWED = ("http", "https")


def real_host(url: str) -> str:
    """The host that `url` leads to, in the letters that are sent (punycode), "" if it is no web address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ALLOWED or not host:
        return ""
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{host}:{port}" if port else host


def ask_to_open(url: str, parent: QWidget) -> QMessageBox | None:
    """Shows where `url` really leads and opens it if the user says so. Anything but a web address is refused."""
    host = real_host(url)
    if not host:
        return None
    box = _Question(url, host, parent)
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
