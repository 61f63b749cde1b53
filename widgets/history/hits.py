"""The list of what was found: a model that asks for more as one scrolls, and the painter of its lines."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.figures import money
from app.history.entry import Entry, Hit, Page
from app.records import Cost
from widgets.labels import SMALL_PX, one_line, plain_tip
from widgets.theme import figures_font, theme_for

Index = QModelIndex | QPersistentModelIndex
HIT = int(Qt.ItemDataRole.UserRole)
LEFT, RIGHT, MIDDLE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
PADDING = 10
GAP = 3


class Hits(QAbstractListModel):
    more_asked = Signal(int)
    """The page that begins there is wanted."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: tuple[Hit, ...] = ()
        self._next: int | None = None
        self._asked: int | None = None

    def show_page(self, page: Page) -> None:
        """The first page of another search."""
        self.beginResetModel()
        self.hits, self._next, self._asked = page.hits, page.next, None
        self.endResetModel()

    def add_page(self, page: Page) -> None:
        if page.hits:
            self.beginInsertRows(QModelIndex(), len(self.hits), len(self.hits) + len(page.hits) - 1)
            self.hits = (*self.hits, *page.hits)
            self.endInsertRows()
        self._next = page.next

    def take_out(self, runs: frozenset[str]) -> None:
        self.beginResetModel()
        self.hits = tuple(hit for hit in self.hits if hit.entry.run not in runs)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.hits)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None and self._next != self._asked

    def fetchMore(self, parent: Index) -> None:
        if self._next is not None and self._next != self._asked:
            self._asked = self._next
            self.more_asked.emit(self._next)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.hits):
            return None
        hit = self.hits[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{hit.entry.model}, {when(hit.entry)}: {one_line(hit.snippet)}"
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{hit.entry.vendor}/{hit.entry.model}\n{when(hit.entry)}\n{hit.entry.title}")
            case int(value) if value == HIT:
                return hit
        return None


def when(entry: Entry) -> str:
    """In the user's own time zone."""
    try:
        return datetime.fromisoformat(entry.at).astimezone().strftime("%d %b %Y, %H:%M")
    except ValueError:
        return ""


def facts(entry: Entry) -> str:
    """`done · 182 ms · $0.0021`, as far as it is known."""
    parts = [entry.outcome.replace("_", " ")] if entry.outcome != "done" else []
    parts += [f"TTFT {entry.ttft_ms:.0f} ms"] if entry.ttft_ms is not None else []
    parts += [f"{entry.output:,} tok"] if entry.output is not None else []
    parts += [money(Cost(repr(entry.cost), entry.currency, "", None))] if entry.cost is not None else []
    parts += ["★" * entry.rating] if entry.rating else []
    return " · ".join(parts)


class HitLines(QStyledItemDelegate):
    """Two lines: what was asked of whom and when, and the piece in which it was found, with the find in bold."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        large, small = fonts(option.font)
        return QSize(200, QFontMetrics(large).height() + QFontMetrics(small).height() * 2 + GAP * 2 + PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(HIT)
        if not isinstance(hit, Hit):
            return
        theme = theme_for(option.palette)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -1), 4, 4)
        large, small = fonts(option.font)
        room = option.rect.adjusted(PADDING, PADDING // 2, -PADDING, -PADDING // 2)
        upper = QRect(room.left(), room.top(), room.width(), QFontMetrics(large).height())
        lower = QRect(room.left(), upper.bottom() + GAP, room.width(), QFontMetrics(small).height())
        last = lower.translated(0, lower.height() + GAP)
        painter.setFont(figures_font(small))
        painter.setPen(theme.color("muted"))
        told = when(hit.entry)
        painter.drawText(upper, int(RIGHT | MIDDLE), told)
        taken = painter.fontMetrics().horizontalAdvance(told) + PADDING
        painter.drawText(last, int(LEFT | MIDDLE), elided(painter, facts(hit.entry), last.width()))
        painter.setPen(theme.color("text"))
        painter.setFont(large)
        name = elided(painter, one_line(hit.entry.model), upper.width() - taken)
        painter.drawText(upper, int(LEFT | MIDDLE), name)
        painter.setFont(small)
        _write_marked(painter, lower, hit, small)
        painter.restore()


def fonts(base: QFont) -> tuple[QFont, QFont]:
    small = QFont(base)
    small.setPixelSize(SMALL_PX)
    return base, small


def elided(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def _write_marked(painter: QPainter, room: QRect, hit: Hit, font: QFont) -> None:
    bold = QFont(font)
    bold.setBold(True)
    x, at = room.left(), 0
    # A little before the first find, so that it stands in sight on one line.
    start = max(0, hit.marks[0][0] - 24) if hit.marks else 0
    at = start
    for begin, end in (*hit.marks, (len(hit.snippet), len(hit.snippet))):
        for text, face in ((hit.snippet[at:begin], font), (hit.snippet[begin:end], bold)):
            if not text or x >= room.right():
                continue
            painter.setFont(face)
            shown = elided(painter, one_line(text) if text.strip() else " ", room.right() - x)
            shown = (" " if text[:1].isspace() and x > room.left() else "") + shown.strip()
            shown += " " if text[-1:].isspace() else ""
            painter.drawText(QRect(x, room.top(), room.right() - x, room.height()), int(LEFT | MIDDLE), shown)
            x += painter.fontMetrics().horizontalAdvance(shown)
        at = end
