"""Other sessions: those that were left unsaved, files of lately, and earlier versions of a file."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.ages import ago
from app.choices import ModelChoice
from app.session.backups import made_at
from app.session.wishes import Left
from widgets.connections import forms
from widgets.model_list import ModelList
from widgets.sheet import Sheet

EMPTY = "There is no other session yet. What you ask is kept by itself; Ctrl+S saves it to a file of yours."


class SessionsSheet(Sheet):
    resume_asked = Signal(str)
    open_asked = Signal(str)
    discard_asked = Signal(str)
    browse_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Sessions", width=560)
        self.list = ModelList(self)
        self.list.setAccessibleName("Sessions")
        self.said = forms.said(self)
        self.browse = QPushButton("Open a file…", self)
        self.discard = QPushButton("Delete", self)
        self.open_button = QPushButton("Open", self)
        self.open_button.setObjectName("primary")
        below = QHBoxLayout()
        for part in (self.discard, self.browse):
            below.addWidget(part)
        below.addStretch(1)
        below.addWidget(self.open_button)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.said)
        self.column.addLayout(below)
        self._lines: dict[str, Line] = {}
        self._sure = ""
        self.list.selectionModel().currentChanged.connect(self._offer)
        self.list.activated.connect(self._on_open)
        self.list.doubleClicked.connect(self._on_open)
        self.open_button.clicked.connect(self._on_open)
        self.discard.clicked.connect(self._on_discard)
        self.browse.clicked.connect(self._on_browse)

    def show_sessions(self, left: tuple[Left, ...], recent: tuple[str, ...]) -> None:
        self._lines = lines_of(left, recent)
        self.list.choices.know(_choices({name: line.told for name, line in self._lines.items()}))
        if self._lines:
            self.list.setCurrentIndex(self.list.choices.index(0))
        forms.say(self.said, "" if self._lines else EMPTY)
        self._offer()

    def first_focus(self) -> QWidget:
        return self.list if self.list.current else self.browse

    def _offer(self) -> None:
        self._sure = ""
        self.discard.setText("Delete")
        line = self._lines.get(self.list.current)
        self.open_button.setEnabled(line is not None)
        self.discard.setEnabled(line is not None and bool(line.id))

    def _on_open(self) -> None:
        if (line := self._lines.get(self.list.current)) is not None:
            self.dismiss()
            self.resume_asked.emit(line.id) if line.id else self.open_asked.emit(line.path)

    def _on_discard(self) -> None:
        """A second press is asked for: this is for good."""
        current = self.list.current
        if self._sure != current:
            self._sure = current
            self.discard.setText("Delete for good")
            return
        self.discard_asked.emit(self._lines[current].id)

    def _on_browse(self) -> None:
        self.dismiss()
        self.browse_asked.emit()


class BackupsSheet(Sheet):
    """What a session's file was before; opening one leaves the file alone."""

    open_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Earlier versions of this file", width=480)
        self._paths: dict[str, str] = {}
        self.list = ModelList(self)
        self.list.setAccessibleName("Earlier versions")
        self.said = forms.said(self)
        self.open_button = QPushButton("Open as a copy", self)
        self.open_button.setObjectName("primary")
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.said)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.open_button)
        self.column.addLayout(below)
        self.list.activated.connect(self._on_open)
        self.list.doubleClicked.connect(self._on_open)
        self.open_button.clicked.connect(self._on_open)

    def show_backups(self, paths: tuple[str, ...]) -> None:
        self._paths = {_when(path).strftime("%d %b %Y, %H:%M:%S"): path for path in paths}
        told = {name: ago(time.time() - _when(path).timestamp()) for name, path in self._paths.items()}
        self.list.choices.know(_choices(told))
        if paths:
            self.list.setCurrentIndex(self.list.choices.index(0))
        self.open_button.setEnabled(bool(paths))
        forms.say(self.said, "" if paths else "Each save keeps what the file was before. There is nothing yet.")

    def first_focus(self) -> QWidget:
        return self.list

    def _on_open(self) -> None:
        if (path := self._paths.get(self.list.current)) is not None:
            self.dismiss()
            self.open_asked.emit(path)


@dataclass(frozen=True)
class Line:
    """One session to be opened: by its id among those that were left, or by its path."""

    name: str
    told: str
    id: str = ""
    path: str = ""


def lines_of(left: tuple[Left, ...], recent: tuple[str, ...]) -> dict[str, Line]:
    """By what each is called; namesakes are numbered."""
    lines = [_of_left(each) for each in left if each.runs or each.path or each.title]
    paths = {each.path for each in left}
    lines += [Line(Path(path).name, str(Path(path).parent), path=path) for path in recent if path not in paths]
    found: dict[str, Line] = {}
    for line in lines:
        names = chain((line.name,), (f"{line.name} ({number})" for number in count(2)))
        found[next(name for name in names if name not in found)] = line
    return found


def _of_left(left: Left) -> Line:
    name = left.title or (Path(left.path).stem if left.path else "Untitled")
    runs = ("1 run" if left.runs == 1 else f"{left.runs} runs") if left.runs else ""
    state = "not saved" if left.is_dirty else "saved"
    return Line(name, " · ".join(filter(None, (runs, state, ago(time.time() - left.changed_at)))), id=left.id)


def _choices(lines: Mapping[str, str]) -> tuple[ModelChoice, ...]:
    return tuple(ModelChoice(name, told, "", name.lower()) for name, told in lines.items())


def _when(path: str) -> datetime:
    return (made_at(Path(path)) or datetime.now(UTC)).astimezone()
