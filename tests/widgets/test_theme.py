"""Colours that can be read and told apart, in light and dark, and the system's choice followed."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from widgets import theme
from widgets.theme import DARK, LIGHT, Theme, contrast

THEMES = [LIGHT, DARK]
GROUNDS = ("window", "surface", "raised")
WORDS = ("text", "muted", "accent", "error", "warning", "success")
CODE = ("code_text", "code_keyword", "code_string", "code_comment", "code_number", "code_name", "muted", "accent")


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_text_can_be_read(which: Theme, ground: str, word: str) -> None:
    assert contrast(getattr(which, word), getattr(which, ground)) >= 4.5


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("word", CODE)
def test_code_can_be_read(which: Theme, word: str) -> None:
    assert contrast(getattr(which, word), which.code_surface) >= 4.5


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["selection", "match"])
def test_what_is_marked_can_be_read(which: Theme, ground: str) -> None:
    assert contrast(which.text, getattr(which, ground)) >= 4.5


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
def test_a_button_in_the_accent_can_be_read(which: Theme) -> None:
    assert contrast(which.on_accent, which.accent) >= 4.5


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("lane", range(8))
def test_lanes_can_be_seen(which: Theme, ground: str, lane: int) -> None:
    assert contrast(which.lanes[lane], getattr(which, ground)) >= 3


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
def test_lanes_can_be_told_apart(which: Theme) -> None:
    """CIE 1976 distance; 2.3 is just noticeable, and a thin line needs several times that."""
    assert len(which.lanes) == 8
    for one, other in combinations(which.lanes, 2):
        assert distance(one, other) >= 20, (one, other)


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("missing", ["protan", "deutan"])
def test_the_first_lanes_can_be_told_apart_without_red_or_green(which: Theme, missing: str) -> None:
    for one, other in combinations(which.lanes[:4], 2):
        assert distance(as_seen(one, missing), as_seen(other, missing)) >= 12, (one, other)


def linear(colour: str) -> list[float]:
    made = QColor(colour)
    return [theme._linear(channel) for channel in (made.redF(), made.greenF(), made.blueF())]


SEEN = {  # Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


def as_seen(colour: str, missing: str) -> str:
    rgb = linear(colour)
    mixed = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in SEEN[missing]]
    gamma = [
        c * 12.92 if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in (min(1, max(0, c)) for c in mixed)
    ]
    return QColor.fromRgbF(*gamma).name()


def distance(one: str, other: str) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5)


def lab(colour: str) -> tuple[float, float, float]:
    r, g, b = linear(colour)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("which", THEMES, ids=["light", "dark"])
def test_a_palette_tells_its_theme(which: Theme, qapp: QApplication) -> None:
    assert theme.theme_for(theme.palette_of(which)) is which


def test_every_colour_is_one(qapp: QApplication) -> None:
    for which in THEMES:
        assert all(which.color(name).isValid() for name in theme.COLOURS)
        assert which.lane(8) == which.lane(0)


def test_a_choice_is_applied(qapp: QApplication) -> None:
    before = qapp.palette(), qapp.font(), qapp.style().objectName()
    try:
        assert theme.apply(qapp, "dark") is DARK
        assert qapp.palette().color(QPalette.ColorRole.Base).name() == DARK.surface
        assert theme.apply(qapp, "light") is LIGHT
        assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.surface
        assert theme.apply(qapp, "system") in THEMES
    finally:
        qapp.setPalette(before[0])
        qapp.setFont(before[1])
        qapp.setStyle(before[2])


def test_figures_have_one_width(qapp: QApplication) -> None:
    font = theme.figures_font(QFont())
    assert font.featureValue(QFont.Tag("tnum")) == 1
    assert theme.monospace_font(17).pixelSize() == 17
