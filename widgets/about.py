"""What this program is, and the licences of what ships with it."""

from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from app.release import release
from widgets.labels import SMALL_PX, tinted
from widgets.sheet import Sheet

SHIPPED = (
    ("PySide6-Essentials", "Qt for Python and Qt 6"),
    ("shiboken6", "Python bindings of Qt"),
    ("qasync", "asyncio on Qt's loop"),
    ("pyqtgraph", "live graphs"),
    ("numpy", "arrays for the graphs"),
    ("pygments", "colours for code"),
    ("markdown-it-py", "Markdown"),
    ("mdurl", "addresses in Markdown"),
    ("httpx", "HTTP"),
    ("httpcore", "HTTP"),
    ("h11", "HTTP"),
    ("anyio", "asynchronous sockets"),
    ("certifi", "certificates"),
    ("idna", "host names"),
    ("aiohappyeyeballs", "connecting"),
    ("truststore", "the system's certificates"),
    ("msgspec", "values on the wire"),
    ("genai-prices", "price lists"),
    ("keyring", "the system's key store"),
    ("tiktoken", "estimates of tokens"),
    ("platformdirs", "where settings live"),
    ("starlette", "the practice server"),
    ("uvicorn", "the practice server"),
)


class About(Sheet):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "About Abreast", width=560)
        lead = QLabel(
            f"Abreast {release()}, a desktop bench for LLM inference: one prompt, several models, side by side, live, "
            "with numbers you can trust. MIT licence.",
            self,
        )
        lead.setTextFormat(Qt.TextFormat.PlainText)
        lead.setWordWrap(True)
        head = QLabel("Built with, each under its own licence:", self)
        tinted(head, "muted")
        self._licences = QPlainTextEdit(licences(), self)
        self._licences.setReadOnly(True)
        self._licences.setAccessibleName("Licences of what ships with Abreast")
        self._licences.setTabChangesFocus(True)
        self._licences.setMinimumHeight(260)
        font = self._licences.font()
        font.setPixelSize(SMALL_PX)
        self._licences.setFont(font)
        for part in (lead, head):
            self.column.addWidget(part)
        self.column.addWidget(self._licences, 1)

    def first_focus(self) -> QWidget:
        return self._licences


def licences() -> str:
    """One line for each package that is installed."""
    return "\n".join(line for name, what in SHIPPED if (line := _line(name, what)))


def _line(name: str, what: str) -> str:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return ""
    return f"{found.name} {found.version}: {what} ({_licence(found.metadata)})"


def _licence(data: PackageMetadata) -> str:
    for field in ("License-Expression", "License"):
        if field in data and data[field].strip():
            return data[field].splitlines()[0]
    return _classified(data.get_all("Classifier") or []) or "see its package"


def _classified(classifiers: list[str]) -> str:
    kinds = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License ::")]
    return ", ".join(kinds)
