"""What goes with the prompt: pictures and documents, one chip each.

What attachments are made of is imported when there is one: the first paint need not wait for it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QWidget

from widgets.buttons import IconButton
from widgets.file_reader import FileReader
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import theme_for

if TYPE_CHECKING:
    from providers.types import Attachment

MOST_BYTES = 64 * 1024 * 1024
"""Of all together; no vendor takes so much."""
THUMB = 24
NAME_WIDTH = 160


class FileChip(QWidget):
    removed = Signal()

    def __init__(self, file: "Attachment", name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.file, self.name = file, name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 3, 3, 3)
        row.setSpacing(6)
        if not (picture := _thumbnail(file, self.devicePixelRatioF())).isNull():
            thumb = QLabel(self)
            thumb.setPixmap(picture)
            thumb.setFixedSize(THUMB, THUMB)
            thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row.addWidget(thumb)
        for text, role in ((name, "text"), (_size(len(file.data)), "muted")):
            label = ElidedLabel(text, self, role=role, px=SMALL_PX)
            label.ensurePolished()
            label.setFixedWidth(min(NAME_WIDTH, label.sizeHint().width()))
            row.addWidget(label)
        away = IconButton("close", f"Remove {name}", self, size=12)
        away.clicked.connect(self.removed)
        row.addWidget(away)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme_for(self.palette()).color("hairline"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class Attached(QScrollArea):
    """A row of chips, not there while it is empty."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Attachments")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(THUMB + 10)
        self._inside = QWidget(self)
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self.setWidget(self._inside)
        self._reader = FileReader(self)
        self._reader.read.connect(self.add)
        self._reader.refused.connect(self.refused)
        self._chips: list[FileChip] = []
        self.hide()

    @property
    def files(self) -> "tuple[Attachment, ...]":
        return tuple(chip.file for chip in self._chips)

    @property
    def named(self) -> "tuple[tuple[str, Attachment], ...]":
        """Each with its name."""
        return tuple((chip.name, chip.file) for chip in self._chips)

    def hold(self, files: "Iterable[tuple[str, Attachment]]") -> None:
        """These, in the place of those that are there."""
        self.clear()
        for name, file in files:
            self.add(name, file)

    def add_paths(self, paths: Iterable[Path]) -> None:
        self._reader.start(paths)

    def add_picture(self, picture: QImage) -> None:
        """A picture from the clipboard."""
        from app.attachments import AttachmentError, from_bytes

        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know file names only
        try:
            self.add("Pasted picture", from_bytes("pasted.png", bytes(buffer.data().data())))
        except AttachmentError as error:
            self.refused.emit(str(error))

    def clear(self) -> None:
        for chip in tuple(self._chips):
            self._remove(chip)

    def add(self, name: str, file: "Attachment") -> None:
        held = sum(len(other.data) for other in self.files)
        if held + len(file.data) > MOST_BYTES:
            self.refused.emit(f"{name} is left out: together the attachments are larger than {MOST_BYTES >> 20} MiB")
            return
        chip = FileChip(file, name, self._inside)
        chip.removed.connect(self._on_removed)
        self._chips.append(chip)
        self._row.insertWidget(len(self._chips) - 1, chip)
        self.show()
        self.changed.emit()

    def _on_removed(self) -> None:
        chip = self.sender()
        assert isinstance(chip, FileChip)
        self._remove(chip)

    def _remove(self, chip: FileChip) -> None:
        self._chips.remove(chip)
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self._chips))
        self.changed.emit()


def _thumbnail(file: "Attachment", ratio: float) -> QPixmap:
    """A small view of a picture, unpacked at that size only; a null one for what cannot be shown."""
    from providers.types import Image

    if not isinstance(file, Image) or not file.data:
        return QPixmap()
    buffer = QBuffer()
    buffer.setData(file.data)
    reader = QImageReader(buffer)
    size = reader.size()
    if size.isEmpty():
        return QPixmap()
    reader.setScaledSize(size.scaled(QSize(THUMB, THUMB) * ratio, Qt.AspectRatioMode.KeepAspectRatio))
    picture = QPixmap.fromImage(reader.read())
    picture.setDevicePixelRatio(ratio)
    return picture


def _size(count: int) -> str:
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.0f} kB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"
