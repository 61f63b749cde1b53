"""The dock of live graphs: keeps the race, and draws it when there is something new and someone to see it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from app.records import RunRecord
from app.run import RunFold
from app.series import Race
from providers.events import Started, Text
from widgets.graphs.head import Head, View
from widgets.graphs.ink import Ink
from widgets.graphs.lane import LaneLabel
from widgets.graphs.loading import Loading
from widgets.graphs.pace import Pace
from widgets.graphs.panel import GraphPanel


class GraphDock(QDockWidget):
    """Live graphs of lanes that race from one common start.

    `reset` names the lanes of a race; `advance` and `ended` tell what happened in them and cost next to nothing, since
    drawing waits for the next frame. pyqtgraph is loaded in a thread, by `warm` or by the first `advance`.
    """

    def __init__(self, parent: QWidget, ink: Ink) -> None:
        super().__init__("Live graphs", parent)
        self.setObjectName("live_graphs")
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea | Qt.DockWidgetArea.TopDockWidgetArea)
        self._race = Race(0)
        self._is_used = False
        self._chosen = View.BOTH
        self._pace = Pace(self)
        self._panel = GraphPanel(self, ink)
        self._head = Head(self)
        self._loading = Loading("pyqtgraph", self)
        self.setTitleBarWidget(self._head)
        self.setWidget(self._panel)
        self._connect()

    def _connect(self) -> None:
        self._pace.due.connect(self._draw)
        self._panel.resized.connect(self._choose_view)
        self._panel.stale.connect(self._pace.mark)
        self._head.chosen.connect(self._on_chosen)
        self._head.closed.connect(self.close)
        self._loading.done.connect(self._on_loaded)
        self._loading.failed.connect(self._on_load_failed)
        self.visibilityChanged.connect(self._pace.wake)

    # What the window tells

    def warm(self) -> None:
        """Loads what plots need, in a thread. Call it once the window has painted and is idle."""
        self._loading.start()

    def reset(self, lanes: Sequence[LaneLabel]) -> None:
        """A new race of `lanes` begins; what was drawn is gone."""
        self._is_used = True
        self._reset(lanes)

    def _reset(self, lanes: Sequence[LaneLabel]) -> None:
        self._race = Race(len(lanes))
        self._panel.reset(lanes, self._race)

    def clear(self) -> None:
        self.reset(())

    def advance(self, lane_index: int, fold: RunFold) -> None:
        """There may be more in `fold`, which runs in lane `lane_index`. Meant to be called each frame."""
        self._is_used = True
        self._race.follow(lane_index, fold)
        self._loading.start()
        self._pace.mark()

    def ended(self, lane_index: int, record: RunRecord) -> None:
        """The run in lane `lane_index` is over. Its last `advance` comes before."""
        self._race.ended(lane_index, record)
        self._pace.mark()

    def set_theme(self, ink: Ink) -> None:
        self._panel.dress(ink)

    @property
    def is_drawing(self) -> bool:
        """Whether the frame timer runs."""
        return self._pace.is_running

    @property
    def panel(self) -> GraphPanel:
        return self._panel

    def choose(self, view: View) -> None:
        """Shows `view`; where there is no room for both graphs, the output alone stands for both."""
        self._chosen = view
        self._choose_view()

    # What follows from it

    def _draw(self) -> None:
        self._panel.draw(self._race)

    def _on_chosen(self, view: int) -> None:
        self.choose(View(view))

    def _choose_view(self) -> None:
        both = self._panel.has_room_for_both
        view = View.OUTPUT if self._chosen is View.BOTH and not both else self._chosen
        self._head.offer_both(both)
        self._head.show_view(view)
        self._panel.show_view(view)
        self._pace.mark()

    def _on_loaded(self) -> None:
        from widgets.graphs.output_plot import OutputPlot  # here, since it needs what has just been loaded

        self._panel.hold(OutputPlot(self._panel))
        if not self._is_used:
            self._rehearse()

    def _rehearse(self) -> None:
        """Draws once what nobody sees: the first drawing makes fonts and axes, 60 ms that no run should wait for."""
        fold = RunFold(run=0, lane_index=0, repeat=0, lane="")
        fold.add(Started(0, 0, role="answer", vendor="", endpoint="", model=""))
        for at_ns in (1_000_000, 2_000_000):
            fold.add(Text(0, at_ns, "a"))
        self._reset((LaneLabel("", 0),))
        self._race.follow(0, fold)
        self._draw()
        self._reset(())

    def _on_load_failed(self, why: str) -> None:
        self._panel.say(f"Lines cannot be drawn, since pyqtgraph could not be loaded. {why}")
