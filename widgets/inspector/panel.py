"""What the inspector shows of one attempt: its course in time, its request, its response, its raw events."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.exchange import Exchange
from app.inspection import Course, Wire
from widgets.figure_sheet import FigureSheet
from widgets.inspector.code_text import CodeText
from widgets.inspector.events_view import EventsView
from widgets.jitter_strip import JitterStrip
from widgets.labels import tinted
from widgets.waterfall_view import WaterfallView

USUAL_WIDTH = 440
TABS = ("Course", "Request", "Response", "Events")
TIPS = (
    "Where the time went, and what is known of the exchange",
    "The request as it was sent, without its keys",
    "The head of the response, and the whole of an error",
    "Each raw event with its stamp, beside what was made of it",
)


class InspectorPanel(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for at, (name, tip) in enumerate(zip(TABS, TIPS, strict=True)):
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(at, tip)
        self.hint = QLabel(self)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(12, 12, 12, 12)
        self.waterfall = WaterfallView(self)
        self.jitter = JitterStrip(self)
        self.facts = FigureSheet(self)
        self.request = CodeText(self, "Request", hint="No request has been sent.")
        self.response = CodeText(self, "Response", hint="No answer has come.")
        self.events = EventsView(self)
        self._pages = QStackedWidget(self)
        for page in (self._course(), self.request, self.response, self.events):
            self._pages.addWidget(page)
        self._arrange()
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.say("")

    def sizeHint(self) -> QSize:
        return QSize(USUAL_WIDTH, 400)

    def _course(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.waterfall)
        column.addWidget(self.jitter)
        column.addWidget(self.facts)
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        return scroll

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.hint)
        column.addWidget(self._pages, 1)

    def say(self, text: str) -> None:
        """A sentence above what is shown; none if empty."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        tinted(self.hint, "muted")

    def show_nothing(self, why: str) -> None:
        self.say(why)
        self.tabs.hide()
        self._pages.hide()

    def show_course(self, course: Course) -> None:
        """What goes on changing while the attempt runs."""
        self.tabs.show()
        self._pages.show()
        self.waterfall.show_steps(course.steps)
        self.jitter.setVisible(course.jitter is not None)
        self.jitter.show_jitter(course.jitter)
        self.facts.show_figures(course.facts)

    def show_wire(self, wire: Wire, exchange: Exchange | None, *, is_over: bool) -> None:
        self.request.show_text(wire.request)
        self.response.show_text(wire.response)
        self.events.show_exchange(exchange, is_over=is_over)
