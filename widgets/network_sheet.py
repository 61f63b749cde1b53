"""The way out of this machine: which proxy, which certificates, how long connecting may take."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QPushButton, QRadioButton, QVBoxLayout, QWidget

from app.messages import NetworkTold
from app.network import LEAST_S, MOST_S, NONE, SYSTEM, NetworkSetting
from app.network_plan import NetworkError, chosen_proxy
from widgets.connections import forms
from widgets.sheet import Sheet

SHARED = (
    "Lanes of one vendor then share a connection, so that one lost packet holds up all of them. Without it, each lane "
    "has a connection of its own."
)
ALWAYS = "Servers on this machine are never asked by way of a proxy. Certificates are always checked."


class NetworkSheet(Sheet):
    wished = Signal(object)
    """A `NetworkSetting`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Network", width=520)
        self._setting = NetworkSetting()
        self.system = QRadioButton("The system's proxy", self)
        self.none = QRadioButton("No proxy", self)
        self.own = QRadioButton("This one", self)
        self._group = QButtonGroup(self)
        self.told = forms.said(self)
        self.url = forms.line(self, "Proxy", "http://proxy.example:3128 or socks5://127.0.0.1:1080")
        self.bypass = forms.line(self, "Not for", "hosts that need none: nas.lan, *.example.com")
        self.ca = forms.line(self, "Certificates", "a PEM file that is trusted besides the system's store")
        self.choose = QPushButton("Choose…", self)
        self.connect_s = forms.line(self, "Connect within", "15")
        self.http2 = QCheckBox("HTTP/2 where a server offers it", self)
        self.said = forms.said(self)
        self.apply = QPushButton("Apply", self)
        self.apply.setObjectName("primary")
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.column.setSpacing(8)
        for radio in (self.system, self.none, self.own):
            self._group.addButton(radio)
        indented = QVBoxLayout()
        indented.setContentsMargins(24, 0, 0, 0)
        indented.addWidget(self.told)
        self.column.addWidget(self.system)
        self.column.addLayout(indented)
        self.column.addWidget(self.none)
        own = QHBoxLayout()
        own.setSpacing(12)
        own.addWidget(self.own)
        own.addWidget(self.url, 1)
        self.column.addLayout(own)
        form = forms.form()
        ca = QWidget(self)
        row = QHBoxLayout(ca)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.ca, 1)
        row.addWidget(self.choose)
        forms.add(form, "No proxy for", self.bypass)
        forms.add(form, "Certificates", ca)
        forms.add(form, "Connect within, s", self.connect_s)
        self.column.addSpacing(4)
        self.column.addLayout(form)
        self.column.addWidget(self.http2)
        shared = forms.small(SHARED, self)
        shared.setWordWrap(True)
        self.column.addWidget(shared)
        always = forms.small(ALWAYS, self)
        always.setWordWrap(True)
        self.column.addWidget(always)
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing() * 2)
        self.column.addWidget(self.said)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.apply)
        self.column.addLayout(below)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._judge)
        self.url.textEdited.connect(self._on_url)
        for field in (self.bypass, self.ca, self.connect_s):
            field.textEdited.connect(self._judge)
        for field in (self.url, self.bypass, self.ca, self.connect_s):
            field.returnPressed.connect(self._on_apply)
        self.http2.clicked.connect(self._judge)
        self.choose.clicked.connect(self._on_choose)
        self.apply.clicked.connect(self._on_apply)

    def first_focus(self) -> QWidget:
        checked = self._group.checkedButton()
        return checked if checked is not None else self.system

    def show_setting(self, setting: NetworkSetting) -> None:
        self._setting = setting
        chosen = {SYSTEM: self.system, NONE: self.none}.get(setting.proxy, self.own)
        chosen.setChecked(True)
        self.url.setText(setting.proxy if chosen is self.own else "")
        self.bypass.setText(", ".join(setting.bypass))
        self.ca.setText(setting.ca_file)
        self.connect_s.setText("" if setting.connect_s is None else f"{setting.connect_s:g}")
        self.http2.setChecked(setting.http2)
        self._judge()

    def show_told(self, told: NetworkTold | None) -> None:
        """What the system says, and what became of a wish."""
        self.told.setText(f"The system tells: {told.system}." if told is not None else "Not asked yet.")
        if told is not None and told.trouble:
            forms.say(self.said, f"Not applied: {told.trouble}.", is_good=False)

    def setting(self) -> NetworkSetting:
        """What is written. Raises `NetworkError` with the sentence to show."""
        proxy = SYSTEM if self.system.isChecked() else NONE if self.none.isChecked() else self.url.text().strip()
        bypass = tuple(self.bypass.text().replace(",", " ").split())
        made = replace(self._setting, proxy=proxy, bypass=bypass, ca_file=self.ca.text().strip())
        made = replace(made, connect_s=self._seconds(), http2=self.http2.isChecked())
        if self.own.isChecked() and not proxy:
            raise NetworkError("write the proxy's address")
        chosen_proxy(made)
        if made.ca_file and not made.ca_file.startswith("/"):
            raise NetworkError("the file of certificates must be given with its whole path")
        return made

    def _seconds(self) -> float | None:
        text = self.connect_s.text().strip()
        try:
            seconds = float(text) if text else None
        except ValueError:
            seconds = -1.0
        if seconds is not None and not LEAST_S <= seconds <= MOST_S:
            raise NetworkError(f"connect within: a number from {LEAST_S:g} to {MOST_S:g}")
        return seconds

    def _on_url(self) -> None:
        self.own.setChecked(True)
        self._judge()

    def _judge(self) -> None:
        try:
            made = self.setting()
        except NetworkError as error:
            sentence = str(error)
            forms.say(self.said, sentence[:1].upper() + sentence[1:] + ".", is_good=False)
            self.apply.setEnabled(False)
        else:
            forms.say(self.said, "")
            self.apply.setEnabled(made != self._setting)

    def _on_choose(self) -> None:
        forms.choose_file(self, "Certificates", self._on_chosen)

    def _on_chosen(self, path: str) -> None:
        self.ca.setText(path)
        self._judge()

    def _on_apply(self) -> None:
        if self.apply.isEnabled():
            self._setting = self.setting()
            self.apply.setEnabled(False)
            forms.say(self.said, "Applied: new connections are made this way.")
            self.wished.emit(self._setting)

    def corner(self, room: QRect, width: int, height: int) -> QPoint:
        return QPoint(room.center().x() - width // 2, min(room.top() + 48, room.bottom() + 1 - height))
