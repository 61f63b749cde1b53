"""The few rules that Fusion's own drawing is replaced by, in a theme's colours."""

from resources import find
from widgets.theme import RADIUS, Theme


def style_sheet(theme: Theme) -> str:
    t = theme
    tick = find("ticks", f"{t.name}.svg")
    hover = "rgba(0, 0, 0, 18)" if t.name == "light" else "rgba(255, 255, 255, 22)"
    return f"""
QPushButton {{
  border: 1px solid {t.hairline}; border-radius: {RADIUS}px; padding: 4px 12px; min-height: 18px;
  background: {t.raised}; color: {t.text};
}}
Strip QPushButton {{ padding: 0 8px; min-height: 20px; }}
QPushButton:flat {{ border-color: transparent; background: transparent; color: {t.accent}; }}
QPushButton:hover {{ border-color: {t.muted}; }}
QPushButton:pressed {{ background: {t.selection}; }}
QPushButton:checked {{ background: {t.selection}; border-color: {t.accent}; }}
QPushButton:flat:checked {{ background: transparent; border-color: transparent; }}
QPushButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton:disabled {{ color: {t.muted}; background: transparent; }}
QPushButton#primary {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
QPushButton#primary:focus {{ border: 2px solid {t.text}; padding: 3px 11px; }}
QPushButton#primary:disabled {{ background: {t.raised}; color: {t.muted}; border-color: {t.hairline}; }}
QToolButton {{
  border: 1px solid transparent; border-radius: 4px; padding: 3px; background: transparent; color: {t.text};
}}
QToolButton:disabled {{ color: {t.muted}; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {t.selection}; }}
AnswerView QToolButton {{ background: {t.raised}; border: 1px solid {t.hairline}; padding: 3px 8px; }}
ReasoningView QToolButton {{ padding: 4px 8px; color: {t.muted}; border-radius: 0; }}
ReasoningView QToolButton:checked, Composer QToolButton:checked, VendorPanel QToolButton:checked {{
  background: transparent;
}}
Composer QToolButton#continue:checked {{ background: {t.selection}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QLineEdit, Editor, ModelList, Sheet QPlainTextEdit {{
  border: 1px solid {t.hairline}; border-radius: {RADIUS}px; background: {t.surface}; color: {t.text};
  selection-background-color: {t.selection}; selection-color: {t.text};
}}
Sheet QPlainTextEdit {{ padding: 2px 4px; }}
QComboBox, QSpinBox {{
  border: 1px solid {t.hairline}; border-radius: {RADIUS}px; background: {t.surface}; color: {t.text};
  padding: 4px 8px; min-height: 18px;
}}
QComboBox:focus, QSpinBox:focus {{ border-color: {t.accent}; }}
QComboBox:disabled, QSpinBox:disabled {{ background: {t.window}; color: {t.muted}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow, QSpinBox::up-arrow, QSpinBox::down-arrow {{ image: none; }}
QSpinBox::up-button, QSpinBox::down-button {{
  border: none; background: transparent; width: 20px; subcontrol-origin: border;
}}
QLineEdit {{ padding: 4px 8px; min-height: 18px; }}
QSpinBox QLineEdit {{ border: none; padding: 0; min-height: 0; background: transparent; }}
QLineEdit:disabled {{ background: {t.window}; color: {t.muted}; }}
QLineEdit:focus, Editor:focus, ModelList:focus, Sheet QPlainTextEdit:focus {{
  border-color: {t.accent};
}}
QCheckBox::indicator {{ width: 13px; height: 13px; }}
QCheckBox::indicator:unchecked {{ border: 1px solid {t.muted}; border-radius: 3px; background: {t.surface}; }}
QCheckBox::indicator:unchecked:disabled {{ border-color: {t.hairline}; }}
QCheckBox::indicator:checked {{
  border: 1px solid {t.accent}; border-radius: 3px; background: {t.accent}; image: url("{tick.as_posix()}");
}}
QCheckBox::indicator:checked:disabled {{ border-color: {t.hairline}; background: {t.muted}; }}
QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{
  width: 12px; height: 12px; border: 1px solid {t.muted}; border-radius: 7px; background: {t.surface};
}}
QRadioButton::indicator:checked {{
  width: 6px; height: 6px; border: 4px solid {t.accent}; background: {t.on_accent};
}}
QRadioButton::indicator:disabled {{ border-color: {t.hairline}; }}
QRadioButton:focus {{ color: {t.accent}; }}
QMenuBar {{ background: {t.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.hairline}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.selection}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.hairline}; margin: 4px 8px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.hairline}; padding: 4px 6px; }}
QListWidget {{ background: transparent; outline: none; }}
QListWidget::item {{ padding: 5px 8px; border-radius: 4px; }}
QListWidget::item:selected {{ background: {t.selection}; color: {t.text}; }}
QStatusBar {{ background: {t.window}; color: {t.muted}; border-top: 1px solid {t.hairline}; }}
QStatusBar::item {{ border: none; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {t.hairline}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
Sheet QScrollArea, Sheet QScrollArea > QWidget > QWidget,
VariableForm, VariableForm > QWidget > QWidget {{ background: transparent; }}
RouteTree {{ background: {t.raised}; outline: none; show-decoration-selected: 0; }}
RouteTree::branch {{ background: transparent; image: none; border-image: none; }}
CourseSteps QPlainTextEdit {{ border: 1px solid {t.hairline}; border-radius: {RADIUS}px; background: {t.surface}; }}
CourseSteps, CourseSteps > QWidget > QWidget, DetailsGrid, DetailsGrid > QWidget > QWidget {{ background: {t.raised}; }}
InspectorDock Head, InspectorPanel, InspectorPanel QScrollArea, InspectorPanel QScrollArea > QWidget > QWidget,
InspectorPanel QTreeView, InspectorPanel QPlainTextEdit {{ background: {t.surface}; color: {t.text}; }}
InspectorPanel QTreeView {{ selection-background-color: {t.selection}; selection-color: {t.text}; outline: none; }}
InspectorPanel QPlainTextEdit {{ selection-background-color: {t.selection}; selection-color: {t.text}; }}
InspectorPanel QTreeView::item {{ padding: 2px 4px; }}
QTabBar::tab {{
  background: transparent; color: {t.muted}; padding: 6px 10px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ background: {hover}; }}
QHeaderView::section {{
  background: {t.raised}; color: {t.muted}; border: none; border-bottom: 1px solid {t.hairline}; padding: 3px 6px;
}}
QTableWidget {{
  background: {t.surface}; color: {t.text}; gridline-color: {t.hairline}; border: 1px solid {t.hairline};
  border-radius: {RADIUS}px; selection-background-color: {t.selection}; selection-color: {t.text};
}}
QTableWidget QTableCornerButton::section, QTableWidget QHeaderView {{ background: {t.raised}; border: none; }}
QTableWidget QHeaderView::section:vertical {{ border-bottom: none; border-right: 1px solid {t.hairline}; }}
QTableWidget QLineEdit {{ padding: 0 2px; min-height: 0; border-radius: 0; }}
QMainWindow::separator {{ background: {t.window}; width: 8px; height: 8px; }}
"""
