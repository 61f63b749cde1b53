"""The list of models in the lane picker: a model without rows of its own, and one painter for all lines."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.choices import ModelChoice
from app.matching import matching
from widgets.labels import SMALL_PX, one_line, plain_tip
from widgets.theme import figures_font, theme_for

Index = QModelIndex | QPersistentModelIndex
CHOICE = int(Qt.ItemDataRole.UserRole)
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
MIDDLE = Qt.AlignmentFlag.AlignVCenter
ELIDED = Qt.TextElideMode.ElideRight
PADDING = 8


class Choices(QAbstractListModel):
    """Those choices that the typed text means."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: tuple[ModelChoice, ...] = ()
        self._text = ""
        self.shown: tuple[ModelChoice, ...] = ()

    def know(self, known: tuple[ModelChoice, ...]) -> None:
        self._known = known
        self._match()

    def narrow(self, text: str) -> None:
        self._text = text
        self._match()

    def _match(self) -> None:
        found = matching(self._known, self._text)
        if found != self.shown:
            self.beginResetModel()
            self.shown = found
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        choice = self.shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return choice.lane
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                told = (
                    "favourite" if choice.favourite else "",
                    choice.facts,
                    choice.abilities,
                    choice.price,
                    choice.blocked,
                )
                return ", ".join(filter(None, told))
            case Qt.ItemDataRole.ToolTipRole:
                price = f"{choice.price} for a million tokens in / out" if choice.price else ""
                return plain_tip(
                    "\n".join(filter(None, (choice.lane, choice.facts, choice.abilities, price, choice.blocked)))
                )
            case int(value) if value == CHOICE:
                return choice
        return None


class Lines(QStyledItemDelegate):
    """Paints a choice in two lines: the lane and its price, then what is known of it."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        fonts = _fonts(option.font)
        return QSize(200, sum(QFontMetrics(font).height() for font in fonts) + PADDING)

    def content(self, option: QStyleOptionViewItem) -> QRect:
        """Where a line's words stand."""
        return option.rect.adjusted(PADDING, PADDING // 2, -PADDING, -PADDING // 2)

    def decorate(self, painter: QPainter, room: QRect, choice: ModelChoice, option: QStyleOptionViewItem) -> int:
        """Draws what else belongs to the lower line, at its right end; how many pixels it took."""
        return 0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice = index.data(CHOICE)
        if not isinstance(choice, ModelChoice):
            return
        theme = theme_for(option.palette)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -1), 4, 4)
        large, small = _fonts(option.font)
        room = self.content(option)
        upper = QRect(room.left(), room.top(), room.width(), QFontMetrics(large).height())
        painter.setFont(figures_font(small))
        painter.setPen(theme.color("muted"))
        painter.drawText(upper, int(RIGHT | MIDDLE), choice.price)
        taken = painter.fontMetrics().horizontalAdvance(choice.price) + PADDING if choice.price else 0
        lower = QRect(room.left(), upper.bottom() + 1, room.width(), QFontMetrics(small).height())
        marks = self.decorate(painter, lower, choice, option)
        _write(painter, lower.adjusted(0, 0, -marks, 0), choice.blocked or choice.facts, small, ELIDED)
        painter.setPen(theme.color("muted" if choice.blocked else "text"))
        # What tells lanes apart stands at both ends.
        _write(painter, upper.adjusted(0, 0, -taken, 0), choice.lane, large, Qt.TextElideMode.ElideMiddle)
        painter.restore()


def _fonts(base: QFont) -> tuple[QFont, QFont]:
    small = QFont(base)
    small.setPixelSize(SMALL_PX - 1)
    return base, small


def _write(painter: QPainter, room: QRect, text: str, font: QFont, elide: Qt.TextElideMode) -> None:
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(one_line(text), elide, room.width())
    painter.drawText(room, int(LEFT | MIDDLE), shown)


class ModelList(QListView):
    taken = Signal(str)
    """The lane that was clicked, or chosen by Enter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choices = Choices(self)
        self.setModel(self.choices)
        self.setItemDelegate(Lines(self))
        self.setAccessibleName("Models")
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(72)
        self.clicked.connect(self._on_taken)
        self.activated.connect(self._on_taken)

    def sizeHint(self) -> QSize:
        line = self.sizeHintForRow(0) if self.choices.shown else 38
        return QSize(200, max(line, 30) * 6)

    @property
    def current(self) -> str:
        """The lane that is marked, "" if none is."""
        return self.marked.lane if self.marked is not None else ""

    @property
    def first(self) -> str:
        return self.choices.shown[0].lane if self.choices.shown else ""

    @property
    def marked(self) -> ModelChoice | None:
        choice = self.currentIndex().data(CHOICE)
        return choice if isinstance(choice, ModelChoice) else None

    def step(self, by: int) -> None:
        """Marks the next line, or the one before; from none, the first or the last."""
        count = self.choices.rowCount()
        if count:
            row = self.currentIndex().row()
            to = (row + by) % count if row >= 0 else (0 if by > 0 else count - 1)
            self.setCurrentIndex(self.choices.index(to))

    def _on_taken(self, index: QModelIndex) -> None:
        choice = index.data(CHOICE)
        if isinstance(choice, ModelChoice):
            self.taken.emit(choice.lane)
