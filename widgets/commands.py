"""What can be done, as data: menus, shortcuts, the palette and the sheet of shortcuts are all made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True)
class Command:
    """`keys` are in Qt's portable text; the first is shown. `sets` names the group of which one choice is ticked."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    sets: str = ""
    apart: bool = False
    """A line stands above it in its menu."""


def _focus(number: int) -> Command:
    return Command(f"focus_{number}", "Lane", f"Go to lane {number}", (f"Ctrl+{number}",))


COMMANDS: tuple[Command, ...] = (
    Command("new_session", "Session", "New session", ("Ctrl+N",)),
    Command("new_window", "Session", "New window", ("Ctrl+Shift+N",)),
    Command("open_session", "Session", "Open…", ("Ctrl+O",), apart=True),
    Command("sessions", "Session", "Other sessions…", ("Ctrl+Shift+O",)),
    Command("history", "Session", "History…", ("Ctrl+H",)),
    Command("save_session", "Session", "Save", ("Ctrl+S",), apart=True),
    Command("save_session_as", "Session", "Save as…", ("Ctrl+Alt+S",)),
    Command("rename_session", "Session", "Rename…", ("F2",)),
    Command("duplicate_session", "Session", "Duplicate", ()),
    Command("backups", "Session", "Earlier versions…", ()),
    Command("export_session", "Session", "Export the comparison…", ("Ctrl+Shift+E",), apart=True),
    Command("import_session", "Session", "Import…", ()),
    Command("quit", "Session", "Quit", ("Ctrl+Q",), apart=True),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("edit_turn", "Edit", "Edit the prompt of this turn", ("Ctrl+Shift+R",), apart=True),
    Command("remove_run", "Edit", "Remove this answer", ("Ctrl+Shift+Backspace",)),
    Command("find", "Edit", "Find in answers", ("Ctrl+F",), apart=True),
    Command("find_next", "Edit", "Next match", ("F3", "Ctrl+G")),
    Command("find_previous", "Edit", "Previous match", ("Shift+F3", "Ctrl+Shift+G")),
    Command("focus_prompt", "Prompt", "Go to the prompt", ("Ctrl+L",)),
    Command("toggle_system", "Prompt", "Show or hide the system prompt", ("Ctrl+Shift+S",)),
    Command("attach", "Prompt", "Attach pictures or documents…", ("Ctrl+Shift+A",)),
    Command("library", "Prompt", "Prompt library…", ("Ctrl+Shift+P",), apart=True),
    Command("keep_prompt", "Prompt", "Keep this prompt in the library…", ("Ctrl+Alt+P",)),
    Command("send", "Run", "Send", ("Ctrl+Return", "Ctrl+Enter")),
    Command("stop_and_send", "Run", "Stop and send", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter")),
    Command("rerun", "Run", "Run the lane in focus again", ("Ctrl+R",)),
    Command("continue", "Run", "Continue the conversations, or begin anew", ("Ctrl+J",), apart=True),
    Command("continue_lane", "Run", "Continue the lane in focus alone", ("Ctrl+Shift+J",)),
    Command("repeat", "Run", "Repeat the prompt…", ("Ctrl+Alt+R",), apart=True),
    Command("replay", "Run", "Play these answers again", ("Ctrl+P",)),
    Command("stop", "Run", "Stop the lane in focus, or all", ("Esc",), apart=True),
    Command("stop_all", "Run", "Stop all", ("Ctrl+.",)),
    Command("add_lane", "Lane", "Add a lane…", ("Ctrl+T",)),
    Command("lane_sets", "Lane", "Lane sets…", ("Ctrl+Shift+L",)),
    Command("routes", "Lane", "Routes…", ("Ctrl+Shift+T",)),
    Command("connections", "Lane", "Keys and connections…", ("Ctrl+Shift+K",), apart=True),
    Command("network", "Lane", "Network…", ()),
    Command("edit_lane", "Lane", "Edit lane…", ("Ctrl+E",), apart=True),
    Command("duplicate_lane", "Lane", "Duplicate lane", ("Ctrl+D",)),
    Command("remove_lane", "Lane", "Remove lane", ("Ctrl+W",)),
    Command("lane_left", "Lane", "Move lane left", ("Ctrl+Shift+Left",)),
    Command("lane_right", "Lane", "Move lane right", ("Ctrl+Shift+Right",)),
    Command("faults", "Lane", "Inject faults…", ("Ctrl+Shift+F",), apart=True),
    Command("faults_off", "Lane", "No faults in any lane"),
    Command("details", "Lane", "Show or hide its details", ("Ctrl+I",), apart=True),
    Command("inspect", "Lane", "Inspect its exchanges", ("Ctrl+Shift+I",)),
    Command("judge", "Lane", "Judge its answer…", ("Ctrl+Shift+U",), apart=True),
    Command("compare", "Lane", "Compare its answer…", ("Ctrl+Shift+D",)),
    Command("copy_answer", "Lane", "Copy its answer as Markdown", ("Ctrl+Shift+C",)),
    Command("copy_text", "Copy as", "Its answer as text"),
    Command("copy_pane", "Copy as", "All about it as Markdown", ("Ctrl+Alt+C",)),
    Command("copy_comparison", "Copy as", "Whole comparison as Markdown"),
    Command("copy_curl", "Copy as", "Its request as cURL", apart=True),
    Command("copy_openai", "Copy as", "Its request as Python, openai"),
    Command("copy_anthropic", "Copy as", "Its request as Python, anthropic"),
    Command("copy_google", "Copy as", "Its request as Python, google-genai"),
    Command("copy_httpx", "Copy as", "Its request as Python, httpx"),
    Command("copy_javascript", "Copy as", "Its request as JavaScript"),
    Command("save_answer", "Copy as", "Its answer to a file…", apart=True),
    Command("save_har", "Copy as", "Its exchanges to a HAR file…"),
    Command("numbers", "Measure", "Numbers: graphs of many runs…", ("Ctrl+M",)),
    Command("results", "Measure", "What repeats have shown…", ("Ctrl+Alt+Shift+R",)),
    Command("lab", "Measure", "Threshold lab…", ("Ctrl+Alt+L",)),
    Command("baseline", "Measure", "Make this answer the baseline", (), apart=True),
    Command("drift", "Measure", "Compare with the baseline…", ("Ctrl+Alt+D",)),
    Command("ledger", "Measure", "Ledger…", (), apart=True),
    Command("budgets", "Measure", "Budgets…", ("Ctrl+Shift+B",)),
    Command("bench", "View", "Bench", ("Ctrl+B",)),
    Command("graphs", "View", "Show or hide the live graphs", ()),
    Command("layout_grid", "View", "Lanes in a grid", (), sets="layout", apart=True),
    Command("layout_columns", "View", "Lanes in one row", (), sets="layout"),
    Command("zoom_in", "View", "Larger text", ("Ctrl++", "Ctrl+="), apart=True),
    Command("zoom_out", "View", "Smaller text", ("Ctrl+-",)),
    Command("zoom_reset", "View", "Normal text", ("Ctrl+0",)),
    Command("theme_system", "Theme", "As the system", (), sets="theme"),
    Command("theme_light", "Theme", "Light", (), sets="theme"),
    Command("theme_dark", "Theme", "Dark", (), sets="theme"),
    Command("palette", "Help", "All commands…", ("Ctrl+K",)),
    Command("shortcuts", "Help", "Keyboard shortcuts", ("F1",)),
    Command("about", "Help", "About Abreast", ()),
    *(_focus(number) for number in range(1, 10)),
    *(Command(f"rate_{stars}", "Lane", f"Rate its answer {stars} of 5", (f"Alt+{stars}",)) for stars in range(1, 6)),
)
MENUS = ("Session", "Edit", "Prompt", "Run", "Lane", "Copy as", "Measure", "View", "Theme", "Help")
INSIDE = {"Copy as": "Lane", "Theme": "View"}
"""Menus that stand at the end of others."""
IN_NO_MENU = frozenset([*(f"focus_{number}" for number in range(1, 10)), *(f"rate_{stars}" for stars in range(1, 6))])
OF_A_LANE = (
    *("rerun", "continue_lane", "judge", "edit_turn", "remove_run", "stop", "details", "inspect"),
    *("compare", "baseline", "drift", "copy_answer"),
    *("edit_lane", "duplicate_lane", "faults", "lane_left", "lane_right", "remove_lane"),
)
"""What the menu of a lane offers; the lane is in focus when it opens."""


class CommandSet(QObject):
    """One action for each command, with its shortcuts working in the whole window."""

    asked = Signal(str)
    """A command's id."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.actions = {command.id: self._action(command, window) for command in COMMANDS}
        self.menus = fill_menus(window, self.actions)

    def menu(self, name: str) -> QMenu:
        return self.menus[MENUS.index(name)]

    def _action(self, command: Command, window: QMainWindow) -> QAction:
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(bool(command.sets))
        action.setObjectName(command.id)
        action.triggered.connect(self._on_triggered)
        window.addAction(action)
        return action

    def _on_triggered(self) -> None:
        self.asked.emit(self.sender().objectName())

    def tick(self, group: str, id_: str) -> None:
        """Ticks one choice of a group."""
        for command in COMMANDS:
            if command.sets == group:
                self.actions[command.id].setChecked(command.id == id_)


def fill_menus(window: QMainWindow, made: Mapping[str, QAction]) -> list[QMenu]:
    bar = window.menuBar()
    menus = {name: QMenu(name, window) for name in MENUS}
    for command in COMMANDS:
        if command.id in IN_NO_MENU:
            continue
        if command.apart:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(made[command.id])
    for name, menu in menus.items():
        if name in INSIDE:
            menus[INSIDE[name]].addSeparator()
            menus[INSIDE[name]].addMenu(menu)
        else:
            bar.addMenu(menu)
    return list(menus.values())


def shown_keys(command: Command) -> str:
    """Its first shortcut as this system writes it."""
    if not command.keys:
        return ""
    text = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Return", "Enter")
