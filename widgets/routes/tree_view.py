"""A route as a tree of cards: chosen and moved by mouse and keyboard. It draws what it is shown and asks for moves."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from widgets.labels import SMALL_PX, one_line, plain_tip
from widgets.model_list import Index
from widgets.theme import RADIUS, Theme, theme_for

CARD = int(Qt.ItemDataRole.UserRole)
PADDING = 8
GAP = 3
INDENT = 22


@dataclass(frozen=True)
class Card:
    """What stands on a node's card. `edge` is what it is to the node above; `weight` is that of `problem`."""

    place: str
    title: str
    edge: str = ""
    settings: str = ""
    seen: str = ""
    problem: str = ""
    is_wrong: bool = False
    is_policy: bool = False

    @property
    def told(self) -> str:
        return ", ".join(filter(None, (self.edge, self.title, self.settings, self.seen, self.problem)))


class Cards(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        card = index.data(CARD)
        lines = 1 if not isinstance(card, Card) else 1 + sum(map(bool, (card.settings, card.seen, card.problem)))
        large, small = _fonts(option.font)
        height = QFontMetrics(large).height() + (lines - 1) * QFontMetrics(small).height()
        return QSize(160, height + 2 * PADDING + 2 * GAP - 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card = index.data(CARD)
        if not isinstance(card, Card):
            return
        theme = theme_for(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(0, GAP, -2, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        _frame(painter, theme, box, card, chosen=chosen)
        _words(painter, theme, box.adjusted(PADDING + 4, PADDING - 2, -PADDING, 0), card, option.font)
        painter.restore()


def _frame(painter: QPainter, theme: Theme, box: QRect, card: Card, *, chosen: bool) -> None:
    edge = theme.color("error" if card.is_wrong else "accent" if chosen else "hairline")
    painter.setPen(edge)
    painter.setBrush(theme.color("selection" if chosen else "raised" if card.is_policy else "surface"))
    painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if card.is_policy:
        painter.fillRect(box.left() + 1, box.top() + RADIUS, 3, box.height() - 2 * RADIUS, theme.color("accent"))


def _words(painter: QPainter, theme: Theme, room: QRect, card: Card, font: QFont) -> None:
    large, small = _fonts(font)
    line = QRect(room.left(), room.top(), room.width(), QFontMetrics(large).height())
    edge = f"{card.edge}  " if card.edge else ""
    taken = _write(painter, line, edge, small, theme.color("muted"))
    large.setBold(card.is_policy)
    role = "text" if card.title else "muted"
    _write(painter, line.adjusted(taken, 0, 0, 0), card.title, large, theme.color(role), Qt.TextElideMode.ElideMiddle)
    top = line.bottom() + 1
    grave = "error" if card.is_wrong else "warning"
    for text, role in ((card.settings, "muted"), (card.seen, "muted"), (card.problem, grave)):
        if text:
            below = QRect(room.left(), top, room.width(), QFontMetrics(small).height())
            _write(painter, below, text, small, theme.color(role))
            top = below.bottom() + 1


def _write(
    painter: QPainter,
    room: QRect,
    text: str,
    font: QFont,
    color: QColor,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    painter.setFont(font)
    painter.setPen(color)
    shown = painter.fontMetrics().elidedText(one_line(text), elide, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
    return painter.fontMetrics().horizontalAdvance(shown)


def _fonts(base: QFont) -> tuple[QFont, QFont]:
    small = QFont(base)
    small.setPixelSize(SMALL_PX)
    return QFont(base), small


class RouteTree(QTreeWidget):
    chosen = Signal(str)
    """The place of the node that is marked now."""
    onto = Signal(str, str)
    """A node was dropped on another: both places."""
    between = Signal(str, str, int)
    """A node was dropped between the branches of one: its place, the policy's place, and where among them."""
    remove_asked = Signal()
    add_asked = Signal()
    edit_asked = Signal()
    shifted = Signal(int)
    """The marked node is to change places with a neighbour: -1 the one above, 1 the one below."""
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._showing = False
        self.setColumnCount(1)
        self.setHeaderHidden(True)
        self.setIndentation(INDENT)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setAccessibleName("The route as a tree")
        self.setItemDelegate(Cards(self))
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.currentItemChanged.connect(self._on_current)
        self.itemDoubleClicked.connect(self._on_double)

    # What is shown

    def show_cards(self, cards: tuple[Card, ...], current: str) -> None:
        """Cards in the order of the tree, parents first; the one at `current` is marked."""
        self._showing = True
        self.clear()
        made: dict[str, QTreeWidgetItem] = {}
        for card in cards:
            above = made.get(_parent(card.place, made)) if card.place else None
            item = QTreeWidgetItem(above) if above is not None else QTreeWidgetItem(self)
            item.setData(0, CARD, card)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, card.told)
            item.setToolTip(0, plain_tip("\n".join(filter(None, (card.title, card.settings, card.seen, card.problem)))))
            made[card.place] = item
        self.expandAll()
        marked = made.get(current) or made.get("")
        if marked is not None:
            self.setCurrentItem(marked)
            self.scrollToItem(marked)
        self._showing = False

    @property
    def place(self) -> str:
        return _place(self.currentItem())

    @property
    def cards(self) -> tuple[Card, ...]:
        found: list[Card] = []
        index = self.model().index(0, 0)
        while index.isValid():
            found.append(index.data(CARD))
            index = self.indexBelow(index)
        return tuple(found)

    def rect_of(self, place: str) -> QRect:
        """Where that card stands in the viewport."""
        index = self.model().index(0, 0)
        while index.isValid() and index.data(CARD).place != place:
            index = self.indexBelow(index)
        return self.visualRect(index)

    # What is wished

    def _on_current(self, now: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if now is not None and not self._showing:
            self.chosen.emit(_place(now))

    def _on_double(self, _item: QTreeWidgetItem, _column: int) -> None:
        self.edit_asked.emit()

    def _on_menu(self, at: QPoint) -> None:
        self.menu_asked.emit(self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.remove_asked.emit()
            case Qt.Key.Key_Insert | Qt.Key.Key_Plus:
                self.add_asked.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                self.edit_asked.emit()
            case Qt.Key.Key_Up if alt:
                self.shifted.emit(-1)
            case Qt.Key.Key_Down if alt:
                self.shifted.emit(1)
            case Qt.Key.Key_Menu:
                self.menu_asked.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
            case _:
                super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """The tree changes by what it is shown next, never by Qt's own move."""
        source = self.place
        target = self.indexAt(event.position().toPoint())
        where = self.dropIndicatorPosition()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if target.isValid():
            self.dropped(source, target, where)

    def dropped(self, source: str, target: QModelIndex, where: QAbstractItemView.DropIndicatorPosition) -> None:
        place = target.data(CARD).place
        on = QAbstractItemView.DropIndicatorPosition.OnItem
        if where == on or not target.parent().isValid():
            self.onto.emit(source, place)
            return
        below = where == QAbstractItemView.DropIndicatorPosition.BelowItem
        self.between.emit(source, target.parent().data(CARD).place, target.row() + (1 if below else 0))


def _place(item: QTreeWidgetItem | None) -> str:
    card = item.data(0, CARD) if item is not None else None
    return card.place if isinstance(card, Card) else ""


def _parent(place: str, made: dict[str, QTreeWidgetItem]) -> str:
    """The longest place of those that are there which this one is below."""
    above = [each for each in made if each == "" or place.startswith((f"{each}.", f"{each}["))]
    return max(above, key=len)
