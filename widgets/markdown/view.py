"""An answer to be read while it streams."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QMenu, QTextBrowser, QTextEdit, QToolButton, QWidget

from widgets.links import real_host
from widgets.markdown.page import COPY, Page
from widgets.markdown.selected import plain_text
from widgets.markdown.style import QUOTES, QUOTES_AT, RULE, Style
from widgets.theme import PAD, READING_CHARS, theme_for

CATCH_UP_MS = 120
SOON_MS = 5
SLICE = 8_000
"""Signs written in one turn of the event loop, so that the window stays alive whatever comes."""
AT_ONCE = 48_000
"""Signs written at once where an answer is over or is to look different; what goes beyond follows in slices."""
MAX_MATCHES = 2000


class AnswerView(QTextBrowser):
    """Markdown that grows by `append`. It follows its end unless the reader has scrolled up."""

    link_requested = Signal(str)
    following_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text: list[str] = []
        self._waiting = ""
        self._over = False
        self._scale = 1.0
        self._following = True
        self._moving = False
        self._matches: list[QTextCursor] = []
        self._match = -1
        self.setAccessibleName("Answer")
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.document().setDocumentMargin(PAD)
        self._page = Page(self.document(), self._style())
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._catch_up)
        self._button = QToolButton(self)
        self._button.setText("↓ following")
        self._button.setAccessibleName("Follow the end of the answer")
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.clicked.connect(self.follow)
        self._button.hide()
        self.anchorClicked.connect(self._clicked)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # What is shown

    def append(self, text: str) -> None:
        """More of the answer."""
        if not text:
            return
        self._text.append(text)
        self._waiting += text
        if self._selects_what_changes():
            self._later.start(CATCH_UP_MS)
        else:
            self._write(SLICE)

    def finish(self) -> None:
        """Nothing more comes. Of a very long answer the end may show a little later."""
        if self._over:
            return
        self._over = True
        selected = self.textCursor()
        span, words = (selected.anchor(), selected.position()), selected.selectedText()
        self._write(AT_ONCE)
        if words and self.textCursor().selectedText() != words:
            self._select_again(span, words)

    def clear(self) -> None:
        self._text, self._waiting, self._over = [], "", False
        self._start_anew()
        self._set_following(True)

    def text(self) -> str:
        """The answer as it came, in Markdown."""
        return "".join(self._text)

    def set_font_scale(self, scale: float) -> None:
        if scale != self._scale:
            self._scale = scale
            self._restyle()

    @property
    def is_behind(self) -> bool:
        """Whether some of the answer is still to be written."""
        return bool(self._waiting) or (self._page.lags and not self._over)

    @property
    def is_following(self) -> bool:
        return self._following

    def follow(self) -> None:
        """Goes to the end and stays there."""
        self._set_following(True)
        self._keep_place()

    def show_beginning(self) -> None:
        """Goes to the beginning of an answer that is over: nobody waits for its end."""
        self._set_following(False)
        self._button.hide()
        self._moving = True
        self.verticalScrollBar().setValue(0)
        self._moving = False

    def _write(self, most: int) -> None:
        """Writes at most so many signs now; what is left, and what the page owes, follows by the timer."""
        self._later.stop()
        now, self._waiting = self._waiting[:most], self._waiting[most:]
        if now:
            self._page.append(now)
        if self._over and not self._waiting:
            self._page.finish()
        elif self._waiting:
            self._later.start(SOON_MS)
        elif self._page.lags:
            self._later.start(CATCH_UP_MS)
        self._keep_place()

    def _catch_up(self) -> None:
        if not self._over and self._selects_what_changes():
            self._later.start(CATCH_UP_MS)
        elif self._waiting:
            self._write(SLICE)
        else:
            self._page.catch_up()
            self._keep_place()

    def _selects_what_changes(self) -> bool:
        """Whether the reader is selecting text in what would be written anew: then it waits."""
        cursor = self.textCursor()
        return cursor.hasSelection() and cursor.selectionEnd() > self._page.open_at

    def _select_again(self, span: tuple[int, int], words: str) -> None:
        """What stood selected when its paragraph was written for the last time, if it still stands there."""
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(span[0], last))
        cursor.setPosition(min(span[1], last), QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == words:
            place = self.verticalScrollBar().value()
            self.setTextCursor(cursor)
            self.verticalScrollBar().setValue(place)

    def _start_anew(self) -> None:
        self._later.stop()
        self.clear_search()
        self._moving = True
        self.document().clear()
        self._moving = False
        self._page = Page(self.document(), self._style())

    # Following

    def _set_following(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self._button.setVisible(not following)
            self._place_button()
            self.following_changed.emit(following)

    def _keep_place(self) -> None:
        if self._following:
            self._moving = True
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            self._moving = False

    def _range_changed(self, _low: int, _high: int) -> None:
        self._keep_place()

    def _scrolled(self, value: int) -> None:
        if not self._moving:
            self._set_following(value >= self.verticalScrollBar().maximum() - 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_End and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.follow()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # the window zooms all panes together
            return
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_width()
        self._place_button()
        self._keep_place()

    def _place_button(self) -> None:
        size = self._button.sizeHint()
        corner = self.viewport().rect().bottomRight() - QPoint(size.width() + PAD, size.height() + PAD)
        self._button.setGeometry(QRect(corner, size))
        self._button.raise_()

    def _limit_width(self) -> None:
        """No line is longer than a reader likes."""
        widest = self.fontMetrics().averageCharWidth() * READING_CHARS * self._scale * 1.15
        spare = max(0, self.viewport().width() - round(widest) - 2 * PAD)
        frame = self.document().rootFrame().frameFormat()
        if frame.rightMargin() != spare + PAD:
            frame.setRightMargin(spare + PAD)
            self.document().rootFrame().setFrameFormat(frame)

    # Searching

    def search(self, text: str) -> int:
        """Marks all places that hold `text`, whatever the case; gives their number."""
        self.clear_search()
        found = self.document().find(text) if text else QTextCursor()
        while not found.isNull() and len(self._matches) < MAX_MATCHES:
            self._matches.append(found)
            found = self.document().find(text, found)
        self._mark()
        return len(self._matches)

    def step(self, direction: int) -> None:
        """Goes to the next match, or to the one before."""
        if self._matches:
            self._match = (self._match + direction) % len(self._matches)
            cursor = QTextCursor(self._matches[self._match])
            self._set_following(False)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
            self._mark()

    def clear_search(self) -> None:
        self._matches, self._match = [], -1
        self.setExtraSelections([])

    def _mark(self) -> None:
        marks = []
        theme = theme_for(self.palette())
        for n, cursor in enumerate(self._matches):
            mark: Any = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            form.setBackground(theme.color("selection" if n == self._match else "match"))
            mark.cursor, mark.format = cursor, form
            marks.append(mark)
        self.setExtraSelections(marks)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._page.has_marks:
            self._paint_marks()
        super().paintEvent(event)

    def _paint_marks(self) -> None:
        """Bars at the left of quoted paragraphs in sight, and hairlines."""
        layout = self.document().documentLayout()
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        block = self.cursorForPosition(QPoint(0, 0)).block()
        painter = QPainter(self.viewport())
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        colour = theme_for(self.palette()).color("hairline")
        while block.isValid():
            where = layout.blockBoundingRect(block)
            if where.top() > bottom:
                break
            for line in self._marks_of(block, where):
                painter.fillRect(line, colour)
            block = block.next()
        painter.end()

    def _marks_of(self, block: QTextBlock, where: QRectF) -> Iterator[QRectF]:
        form, following = block.blockFormat(), block.next()
        if form.boolProperty(RULE):
            yield QRectF(where.left(), where.center().y(), where.width(), 1)
        for n in range(form.intProperty(QUOTES)):
            left = self.document().documentMargin() + (form.intProperty(QUOTES_AT) + n) * self.document().indentWidth()
            goes_on = following.blockFormat().intProperty(QUOTES) > n
            end = self.document().documentLayout().blockBoundingRect(following).top() if goes_on else where.bottom()
            yield QRectF(left + 2, where.top(), 3, end - where.top())

    # Safety and copying

    def loadResource(self, _kind: int, _name: QUrl | str) -> QImage:
        """An answer loads nothing: for whatever it asks, it gets one transparent point."""
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(QColor(0, 0, 0, 0))
        return nothing

    def _clicked(self, url: QUrl) -> None:
        target = url.toString()
        if target.startswith(COPY):
            self._copy_code(target.removeprefix(COPY))
        elif real_host(target):
            self.link_requested.emit(target)

    def _copy_code(self, number: str) -> None:
        if number.isdecimal() and int(number) < self._page.codes:
            QGuiApplication.clipboard().setText(self._page.code(int(number)))

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(plain_text(self.textCursor()))
        return data

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.make_menu(event.pos()).popup(event.globalPos())

    def make_menu(self, at: QPoint) -> QMenu:
        """What a right click at a point of the view offers. The menu deletes itself when it closes."""
        menu = self.createStandardContextMenu(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        menu.addAction("Copy answer as Markdown").triggered.connect(self._copy_all)
        if self._page.codes:
            menu.addAction("Copy last code block").triggered.connect(self._copy_last_code)
        return menu

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def _copy_last_code(self) -> None:
        self._copy_code(str(self._page.codes - 1))

    # Looks

    def _style(self) -> Style:
        return Style(theme_for(self.palette()), self.font(), self._scale)

    def _restyle(self) -> None:
        bar = self.verticalScrollBar()
        place = bar.value() / max(1, bar.maximum())
        self._start_anew()
        self._limit_width()
        self._waiting = self.text()
        self._moving = True
        self._write(AT_ONCE)
        bar.setValue(round(place * bar.maximum()))
        self._moving = False
        self._keep_place()

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange and hasattr(self, "_page"):
            self._restyle()
