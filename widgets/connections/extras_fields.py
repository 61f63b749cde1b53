"""What may be set for any vendor beside its key: headers, fields, names that are never sent, a price, certificates."""

from typing import Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.contacts import ContactError, Extras, check_extras
from app.params import ParamError, read, written
from app.vendor_fields import fields_of
from widgets.connections import forms

RATES = (("input", "in"), ("output", "out"), ("cached", "cached"))


class ExtrasFields(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._extras = Extras()
        self._form = forms.form()
        self.setLayout(self._form)
        self.own: dict[str, QLineEdit] = {}
        """Fields that only some vendors have, by their headers."""
        self.headers = forms.lines(self, "Extra headers", "Name: value, one a line. Keys do not belong here")
        self.body = forms.lines(self, "Extra body fields", "name=value, one a line, sent with every request")
        self.drop = forms.line(self, "Never send", "names of parameters, for example top_k stream_options")
        self.rates = {name: forms.line(self, f"Price {told}", told) for name, told in RATES}
        self.currency = forms.line(self, "Currency", "USD")
        self.currency.setFixedWidth(56)
        self.ca = forms.line(self, "Certificates", "a PEM file that is trusted there besides the system's store")
        self.key_header = forms.line(self, "Header of the key", "the protocol's own")
        forms.add(self._form, "Headers", self.headers)
        forms.add(self._form, "Body fields", self.body)
        forms.add(self._form, "Never send", self.drop)
        forms.add(self._form, "Price", self._row(*self.rates.values(), self.currency)).setToolTip(
            "Per million tokens, for models of this vendor that have no price of their own"
        )
        choose = QPushButton("Choose…", self)
        choose.clicked.connect(self._on_choose)
        forms.add(self._form, "Certificates", self._row(self.ca, choose))
        forms.add(self._form, "Key's header", self.key_header)
        for edit in self.findChildren(QLineEdit):
            edit.textEdited.connect(self.changed)
        for text in (self.headers, self.body):
            text.textChanged.connect(self.changed)

    def _row(self, *parts: QWidget) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in parts:
            row.addWidget(part)
        return holder

    def show_extras(self, kin: str, extras: Extras) -> None:
        self._extras = extras
        self._show_own(kin)
        named = {name.lower(): value for name, value in extras.headers.items()}
        for header, field in self.own.items():
            field.setText(named.get(header.lower(), ""))
        others = {name: value for name, value in extras.headers.items() if not self._is_own(name)}
        _put(self.headers, "\n".join(f"{name}: {value}" for name, value in others.items()))
        _put(self.body, "\n".join(written(extras.extra_body)))
        self.drop.setText(" ".join(extras.drop))
        for name, rate in self.rates.items():
            rate.setText(str(extras.price.get(name, "")))
        self.currency.setText(str(extras.price.get("currency", "")))
        self.ca.setText(extras.ca_file)
        self.key_header.setText(extras.key_header)

    def use_key(self, name: str) -> None:
        """Which key is used may change while other things are being written."""
        self._extras = msgspec.structs.replace(self._extras, key_name=name)

    def _show_own(self, kin: str) -> None:
        wanted = {each.header: each for each in fields_of(kin)}
        if set(wanted) == set(self.own):
            return
        for field in self.own.values():
            self._form.removeRow(field)
        self.own = {}
        for at, (header, each) in enumerate(wanted.items()):
            field = forms.line(self, each.label, each.note, f"Sent as the header {header}")
            field.textEdited.connect(self.changed)
            label = forms.small(each.label, self)
            forms.beside(label, field)
            self._form.insertRow(at, label, field)
            self.own[header] = field

    def _is_own(self, name: str) -> bool:
        return name.lower() in {header.lower() for header in self.own}

    def extras(self) -> Extras:
        """What is written. Raises `ContactError` with the sentence to show."""
        try:
            body = read(self.body.toPlainText().splitlines())
        except ParamError as error:
            raise ContactError(f"body fields: {error}") from None
        made = msgspec.structs.replace(
            self._extras,
            headers=self._headers(),
            extra_body=body,
            drop=tuple(self.drop.text().replace(",", " ").split()),
            price=self._price(),
            ca_file=self.ca.text().strip(),
            key_header=self.key_header.text().strip(),
        )
        check_extras(made)
        return made

    def _headers(self) -> dict[str, str]:
        found = {header: field.text().strip() for header, field in self.own.items() if field.text().strip()}
        for line in self.headers.toPlainText().splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and not colon:
                raise ContactError("headers: each line is Name: value")
            if line.strip():
                found[name.strip()] = value.strip()
        return found

    def _price(self) -> dict[str, Any]:
        """Kinds of tokens that have no field here keep the price that a file gave them."""
        kept = {name: rate for name, rate in self._extras.price.items() if name not in (*self.rates, "currency")}
        given = {name: field.text().strip() for name, field in self.rates.items() if field.text().strip()}
        if not given:
            return {}
        currency = self.currency.text().strip()
        return kept | given | ({"currency": currency} if currency else {})

    def _on_choose(self) -> None:
        forms.choose_file(self, "Certificates", self._on_chosen)

    def _on_chosen(self, path: str) -> None:
        self.ca.setText(path)
        self.changed.emit()

    @property
    def kept(self) -> Extras:
        """What is set now, whatever is being written."""
        return self._extras


def _put(field: QPlainTextEdit, text: str) -> None:
    field.blockSignals(True)
    field.setPlainText(text)
    field.blockSignals(False)
