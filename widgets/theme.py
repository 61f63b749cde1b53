"""Design tokens: the few sizes and colours of which everything is made, in light and dark."""

from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Choice = Literal["system", "light", "dark"]

GRID = 4
PAD_S, PAD, PAD_L = 8, 12, 16
RADIUS = 6
UI_PX = 13
READING_PX = 14
LINE_RATIO = 1.5
"""Height of a line of reading text over the size of its font."""
READING_CHARS = 90


@dataclass(frozen=True)
class Theme:
    """One set of colours, as `#rrggbb`. Text is at least 4.5:1 on `surface` and `raised`, lane colours 3:1."""

    name: Literal["light", "dark"]
    window: str
    surface: str
    raised: str
    hairline: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    error: str
    warning: str
    success: str
    code_surface: str
    code_text: str
    code_keyword: str
    code_string: str
    code_comment: str
    code_number: str
    code_name: str
    match: str
    lanes: tuple[str, ...]

    def color(self, role: str) -> QColor:
        return QColor(getattr(self, role))

    def lane(self, index: int) -> QColor:
        """The colour of lane `index`: after Okabe and Ito, made darker or lighter for the surface it stands on."""
        return QColor(self.lanes[index % len(self.lanes)])


LIGHT = Theme(
    name="light", window="#f4f4f2", surface="#ffffff", raised="#fafaf8", hairline="#dedcd7",
    text="#1d1f22", muted="#62666d", accent="#2f5fd0", on_accent="#ffffff", selection="#cfdcfa",
    error="#b3261e", warning="#8a5a00", success="#1c6b3c",
    code_surface="#f3f3f0", code_text="#24272b", code_keyword="#7a3fae", code_string="#2b6a3c",
    code_comment="#656a70", code_number="#9a4a00", code_name="#1f5fae", match="#ffe08a",
    lanes=("#0072b2", "#c04f00", "#007a5a", "#b0508a", "#0a96c2", "#9a7400", "#6a4bc0", "#6b6b6b"),
)  # fmt: skip

DARK = Theme(
    name="dark", window="#17181a", surface="#1e2022", raised="#25272a", hairline="#35383c",
    text="#e6e7e9", muted="#9aa0a8", accent="#7ea6ff", on_accent="#10131a", selection="#33456e",
    error="#ff8f86", warning="#e8b34c", success="#7fcf9b",
    code_surface="#26292c", code_text="#dfe2e6", code_keyword="#cda4f4", code_string="#9bd1a5",
    code_comment="#969ca4", code_number="#f0b277", code_name="#8fbcf5", match="#6b5410",
    lanes=("#56b4e9", "#e69f00", "#2ec4a0", "#e28fc3", "#7fa8ff", "#f0e442", "#b98cff", "#b5b5b5"),
)  # fmt: skip


def theme_for(palette: QPalette) -> Theme:
    """The theme whose surface a palette shows."""
    return DARK if palette.color(QPalette.ColorRole.Base).lightness() < 128 else LIGHT


def palette_of(theme: Theme) -> QPalette:
    """The roles of Fusion in a theme's colours."""
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.surface,
        role.AlternateBase: theme.raised, role.Text: theme.text, role.Button: theme.raised,
        role.ButtonText: theme.text, role.BrightText: theme.error, role.Highlight: theme.selection,
        role.HighlightedText: theme.text, role.Link: theme.accent, role.LinkVisited: theme.accent,
        role.PlaceholderText: theme.muted, role.ToolTipBase: theme.raised, role.ToolTipText: theme.text,
        role.Accent: theme.accent, role.Mid: theme.hairline, role.Midlight: theme.hairline,
        role.Dark: theme.hairline, role.Light: theme.raised, role.Shadow: theme.hairline,
    }  # fmt: skip
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def apply(app: QApplication, choice: Choice) -> Theme:
    """Gives the application the theme of that choice. `system` follows the system's colour scheme."""
    app.setStyle("Fusion")
    theme = {"light": LIGHT, "dark": DARK}.get(choice) or system_theme()
    app.setPalette(palette_of(theme))
    font = QFont(app.font())
    font.setPixelSize(UI_PX)
    app.setFont(font)
    return theme


def system_theme() -> Theme:
    return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def figures_font(base: QFont) -> QFont:
    """`base` with figures of one width, where the font has them, so that changing numbers keep their places."""
    font = QFont(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def monospace_font(px: int) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(px)
    return font


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    made = QColor(colour)
    red, green, blue = (_linear(channel) for channel in (made.redF(), made.greenF(), made.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


COLOURS = tuple(field.name for field in fields(Theme) if field.name not in ("name", "lanes"))
