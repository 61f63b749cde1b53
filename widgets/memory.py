"""What the window remembers from one start to the next."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.network import NetworkSetting
from app.settings import LaneSetting, Settings
from widgets.lane_desk import bench_of

if TYPE_CHECKING:
    from widgets.main_window import MainWindow


class Memory(QObject):
    """`settings` are as they were kept last; `now()` adds what the window shows."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.settings = Settings()

    def keep(self, **changes: Any) -> None:
        self.settings = replace(self.settings, **changes)
        self._window.changed.emit()

    def keep_sessions(self, paths: tuple[str, ...]) -> None:
        self.keep(sessions=paths)

    def keep_history(self, days: int | None) -> None:
        self.keep(history_days=days)

    def keep_network(self, setting: NetworkSetting) -> None:
        """Only what is remembered of it; the engine is told by others."""
        self.keep(network=setting)

    def keep_lane_sets(self, sets: dict[str, tuple[LaneSetting, ...]]) -> None:
        self.keep(lane_sets=sets)

    def lanes(self) -> tuple[LaneSetting, ...]:
        places = self._window.desk.bench.places
        return tuple(LaneSetting(p.text, dict(p.params), p.color, p.limits) for p in places)

    def show(self, settings: Settings) -> None:
        """Makes the window as it was."""
        self.settings = settings
        window, composer = self._window, self._window.composer
        window.desk.recent, window.desk.favourites = settings.recent, settings.favourites
        window.desk.show(bench_of(settings.lanes))
        composer.show_draft(settings.prompt, settings.system)
        composer.show_system(settings.system_open)
        window.set_layout(settings.layout)
        window.set_zoom(settings.zoom)
        window.commands.tick("theme", f"theme_{settings.theme}")
        composer.prompt.setFocus()

    def now(self) -> Settings:
        """Everything as it is now; theme and geometry are others' to know."""
        window, composer = self._window, self._window.composer
        return replace(
            self.settings,
            lanes=self.lanes(),
            recent=window.desk.recent,
            favourites=window.desk.favourites,
            prompt=composer.prompt.toPlainText(),
            system=composer.system.toPlainText(),
            system_open=composer.system_is_shown,
            layout=window.layout_name,
            zoom=window.zoom,
            docks=window.stage.docks(self.settings.docks),
        )
