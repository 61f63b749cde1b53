"""One budget: what it is, a bar of what is spent, held and left, and when it begins anew."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.budgets import words
from app.budgets.overview import Row
from app.budgets.period import now
from widgets.buttons import IconButton
from widgets.labels import SMALL_PX, ElidedLabel
from widgets.theme import figures_font, theme_for

BAR = 6
AT_THE_LIMIT = {"warn": "only warns", "block": "sends nothing more", "stop": "stops streams too"}


class Bar(QWidget):
    """Spent, and beside it, lighter, what is held by those who stream. Amber near the limit, red at it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spent = self.held = 0.0
        self.role = "accent"

    def sizeHint(self) -> QSize:
        return QSize(120, BAR)

    def show_row(self, row: Row) -> None:
        limit = row.budget.limit
        self.spent = min(1.0, float(row.used))
        self.held = min(1.0 - self.spent, float(row.held / limit) if limit else 0.0)
        self.role = "error" if row.used >= 1 else "warning" if row.is_near else "accent"
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_for(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.color("hairline"))
        painter.drawRoundedRect(whole, BAR / 2, BAR / 2)
        filled, light = theme.color(self.role), theme.color(self.role)
        light.setAlphaF(0.4)
        for share, color in ((self.spent + self.held, light), (self.spent, filled)):
            if share > 0:
                painter.setBrush(color)
                part = QRectF(whole)
                part.setWidth(max(float(BAR), whole.width() * share))
                painter.drawRoundedRect(part, BAR / 2, BAR / 2)


class BudgetRow(QWidget):
    edit_asked = Signal()
    remove_asked = Signal()

    def __init__(self, parent: QWidget, row: Row) -> None:
        super().__init__(parent)
        self.row = row
        self.title = ElidedLabel("", self)
        self.left = ElidedLabel("", self)
        self.left.hug()
        self.left.setFont(figures_font(self.left.font()))
        self.bar = Bar(self)
        self.facts = ElidedLabel("", self, role="muted", px=SMALL_PX)
        self._edit = IconButton("edit", "Edit this budget", self)
        self._remove = IconButton("close", "Remove this budget", self)
        self._edit.clicked.connect(self.edit_asked)
        self._remove.clicked.connect(self.remove_asked)
        self._arrange()
        self.show_row(row)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.left)
        head.addWidget(self._edit)
        head.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.facts)

    def show_row(self, row: Row) -> None:
        self.row = row
        budget = row.budget
        self.title.setText(words.title(budget, row.name))
        self.left.setText("used up" if row.used >= 1 else f"{words.amount(row.left, budget.unit)} left")
        self.left.set_role(self.bar_role(row))
        self.left.updateGeometry()
        self.bar.show_row(row)
        for button in (self._edit, self._remove):  # one that stands in a route is changed there
            button.setVisible(budget.scope != "route")
        self.facts.setText(" · ".join(self._facts(row)))
        self.setAccessibleName(f"{self.title.text()}: {self.left.text()}, {self.facts.text()}")

    def bar_role(self, row: Row) -> str:
        return "error" if row.used >= 1 else "warning" if row.is_near else "text"

    def _facts(self, row: Row) -> list[str]:
        budget = row.budget
        facts = [f"{words.amount(row.spent, budget.unit)} spent, {float(row.used):.0%}"]
        if row.held:
            facts.append(f"{words.amount(row.held, budget.unit)} held")
        facts.append(f"begins anew {words.anew(budget, now())}")
        facts.append(AT_THE_LIMIT[budget.then])
        if budget.scope == "route":
            facts.append("set in the route")
        return facts
