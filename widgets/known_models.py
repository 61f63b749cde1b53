"""What the engine has told of models so far."""

from collections.abc import Collection, Iterable
from itertools import chain

from PySide6.QtCore import QObject, QTimer, Signal

from app.choices import ModelChoice, choices, of_model, of_server
from app.desk_server import DeskServer
from app.listing import Listing

GATHER_MS = 30
"""Lists come in a burst; whoever shows them is told once."""


class KnownModels(QObject):
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.listings: dict[str, Listing] = {}
        self._lines: dict[str, tuple[ModelChoice, ...]] = {}
        self._servers: tuple[DeskServer, ...] = ()
        self._on_desk: tuple[ModelChoice, ...] = ()
        self.routes: tuple[ModelChoice, ...] = ()
        self.templates: tuple[ModelChoice, ...] = ()
        self._gone: frozenset[str] = frozenset()
        """Vendors that are there no more, of whom an answer may still be on its way."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self.changed)

    def learn(self, listing: Listing) -> None:
        if listing.vendor in self._gone:
            return
        before = self.listings.get(listing.vendor)
        self.listings[listing.vendor] = listing
        if before is None or (before.models, before.blocked) != (listing.models, listing.blocked):
            self._lines[listing.vendor] = tuple(of_model(model, listing.blocked) for model in listing.models)
        if not self._timer.isActive():
            self._timer.start()

    def keep(self, vendors: Collection[str]) -> None:
        """These are all the vendors that there are: what was known of others goes."""
        gone = self.listings.keys() - set(vendors)
        self._gone = (self._gone | gone) - set(vendors)
        for vendor in gone:
            del self.listings[vendor]
            self._lines.pop(vendor, None)
        self.learn_servers(tuple(each for each in self._servers if not each.vendor or each.vendor in vendors))
        if gone:
            self.changed.emit()

    def learn_servers(self, servers: tuple[DeskServer, ...]) -> None:
        """All that run on this machine now; what was known of others is gone."""
        lines = tuple(choice for server in servers for choice in of_server(server))
        self._servers = servers
        if lines != self._on_desk:
            self._on_desk = lines
            self.changed.emit()

    def learn_routes(self, routes: tuple[ModelChoice, ...], templates: tuple[ModelChoice, ...]) -> None:
        """The user's routes come before all models, templates of routes after them."""
        if (routes, templates) != (self.routes, self.templates):
            self.routes, self.templates = routes, templates
            self.changed.emit()

    def lines(self, recent: Iterable[str], favourites: Iterable[str]) -> tuple[ModelChoice, ...]:
        """All of them, favourites first, then those used before."""
        models = chain.from_iterable(self._lines.values())
        return choices(recent, chain(self.routes, self._on_desk, models, self.templates), favourites)
