from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from providers.types import File, Image
from widgets.attached import MOST_BYTES, FileChip
from widgets.buttons import IconButton
from widgets.composer import Composer


@pytest.fixture
def composer(qtbot: QtBot) -> Iterator[Composer]:
    parent = QWidget()
    qtbot.addWidget(parent)
    composer = Composer(parent)
    parent.resize(700, 300)
    parent.show()
    yield composer
    parent.hide()


def picture() -> QImage:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    return image


def dropped(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_files_dropped_on_the_prompt_are_attached(composer: Composer, qtbot: QtBot, tmp_path: Path) -> None:
    picture().save(str(tmp_path / "a.png"))
    (tmp_path / "notes.txt").write_text("high tide")
    assert not composer.attached.isVisible()

    composer.prompt.insertFromMimeData(dropped(tmp_path / "a.png", tmp_path / "notes.txt"))
    qtbot.waitUntil(lambda: len(composer.attached.files) == 2)

    image, notes = composer.attached.files
    assert image == Image("image/png", (tmp_path / "a.png").read_bytes())
    assert notes == File("text/plain", "notes.txt", b"high tide")
    assert composer.attached.isVisible()
    assert composer.prompt.toPlainText() == ""


def test_a_pasted_picture_is_attached_and_text_stays_text(composer: Composer) -> None:
    data = QMimeData()
    data.setImageData(picture())
    composer.prompt.insertFromMimeData(data)
    (image,) = composer.attached.files
    assert isinstance(image, Image)
    assert QImage.fromData(image.data).size() == picture().size()

    words = QMimeData()
    words.setText("hello")
    composer.prompt.insertFromMimeData(words)
    assert composer.prompt.toPlainText() == "hello"


def test_a_chip_takes_its_file_away(composer: Composer) -> None:
    composer.attached.add_picture(picture())
    chip = composer.attached.findChild(FileChip)
    assert chip is not None
    chip.findChild(IconButton).click()

    assert composer.attached.files == ()
    assert not composer.attached.isVisible()


def test_what_cannot_be_attached_is_said(composer: Composer, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.tiff").write_bytes(b"II*\x00\xff\xff")
    composer.prompt.insertFromMimeData(dropped(tmp_path / "a.tiff", tmp_path / "nothing.png"))

    qtbot.waitUntil(lambda: "nothing.png" in composer.message)
    assert composer.message == "nothing.png cannot be read: No such file or directory."
    assert composer.attached.files == ()


def test_too_much_is_left_out(composer: Composer) -> None:
    half = File("text/plain", "big.txt", b"x" * (MOST_BYTES // 2 + 1))
    for _ in range(2):
        composer.attached.add("big.txt", half)

    assert composer.attached.files == (half,)
    assert "64 MiB" in composer.message
