"""What makes a vendor of the user's own: its names, its address, its protocol."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from app.contacts import ContactError, Extras, OwnVendor, check
from app.lanes import LaneError
from app.pasted import place
from providers.dialects.base import DialectName
from widgets.connections import forms
from widgets.pick_box import PickBox

PROTOCOLS: dict[DialectName, str] = {
    "openai_chat": "OpenAI chat completions",
    "openai_responses": "OpenAI responses",
    "anthropic": "Anthropic messages",
    "gemini": "Gemini",
    "ollama": "Ollama",
}
SOFTWARE = {
    "": "not known",
    "vllm": "vLLM",
    "sglang": "SGLang",
    "tgi": "TGI",
    "llamacpp": "llama.cpp",
    "lmstudio": "LM Studio",
    "ollama": "Ollama",
    "litellm": "LiteLLM",
    "portkey-local": "Portkey gateway",
}


class OwnFields(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._vendor: OwnVendor | None = None
        self.name = forms.line(self, "Name", "as it is shown")
        self.id = forms.line(self, "Short name", "as lanes have it: short-name/model")
        self.url = forms.line(self, "Base URL", "https://llm.example.com/v1")
        self.protocol = PickBox(self)
        self.software = PickBox(self)
        self.needs_key = QCheckBox("It wants a key", self)
        note = "Only a note: shown with the command for a tunnel where it is not reached"
        self.ssh = forms.line(self, "SSH", "user@host, if a tunnel leads there", note)
        for dialect, name in PROTOCOLS.items():
            self.protocol.addItem(name, dialect)
        for kin, name in SOFTWARE.items():
            self.software.addItem(name, kin)
        self.software.setToolTip("Which settings it knows and calls otherwise depends on it")
        self.form = forms.form()
        for name, field in (
            ("Name", self.name),
            ("Short name", self.id),
            ("Base URL", self.url),
            ("Protocol", self.protocol),
            ("Server", self.software),
            ("", self.needs_key),
            ("SSH", self.ssh),
        ):
            forms.add(self.form, name, field)
            field.setAccessibleName(name or "It wants a key")
        self.setLayout(self.form)
        for edit in (self.name, self.id, self.url, self.ssh):
            edit.textEdited.connect(self.changed)
        for box in (self.protocol, self.software):
            box.activated.connect(self.changed)
        self.needs_key.clicked.connect(self.changed)

    def show_vendor(self, vendor: OwnVendor) -> None:
        self._vendor = vendor
        self.name.setText(vendor.name)
        self.id.setText(vendor.id)
        self.url.setText(vendor.base_url)
        self.protocol.setCurrentIndex(self.protocol.findData(vendor.dialect))
        if self.software.findData(vendor.kin) < 0:
            self.software.addItem(vendor.kin, vendor.kin)
        self.software.setCurrentIndex(self.software.findData(vendor.kin))
        self.needs_key.setChecked(vendor.needs_key)
        self.ssh.setText(vendor.ssh)

    def vendor(self, extras: Extras) -> OwnVendor:
        """What is written, with these extras. Raises `ContactError` with the sentence to show."""
        dialect = self.protocol.currentData()
        made = OwnVendor(
            self.id.text().strip(),
            self.name.text().strip(),
            dialect,
            self._base_url(),
            self.software.currentData(),
            self.needs_key.isChecked(),
            self.ssh.text().strip(),
            extras,
        )
        check(made)
        return made

    def _base_url(self) -> str:
        """What was shown before stays as it is; what is typed is put in order."""
        text = self.url.text().strip()
        if self._vendor is not None and text == self._vendor.base_url:
            return text
        try:
            return place(text)[0]
        except LaneError as error:
            raise ContactError(str(error)) from None


def tunnel(vendor: OwnVendor) -> str:
    """The command that makes a tunnel to it, if the user has noted by which machine; "" otherwise."""
    if not vendor.ssh:
        return ""
    from urllib.parse import urlsplit

    port = urlsplit(vendor.base_url).port or 80
    return f"ssh -N -L {port}:127.0.0.1:{port} {vendor.ssh}"
