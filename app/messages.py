"""What the window and the engine say to each other: values, in msgpack, in batches over a pipe.

A frame is four bytes of length, big-endian, and one msgpack array of messages. Stamps are `time.perf_counter_ns()`,
which on Linux, macOS and Windows is one clock for all processes of a machine.
"""

from typing import Any

import msgspec

from app.accounts import Account
from app.budgets.wishes import BudgetTold, BudgetWish
from app.cache.wishes import CacheTold, CacheWish
from app.contacts import Contacts, Extras, OwnVendor
from app.desk_server import DeskServer
from app.exchange import Exchange
from app.history.wishes import HistoryTold, HistoryWish
from app.lanes import Lane
from app.ledger.wishes import LedgerSaid, LedgerWish
from app.library.wishes import LibraryTold, LibraryWish
from app.listing import Listing
from app.network import NetworkSetting
from app.numbers.wishes import NumbersTold, NumbersWish
from app.quote import PastCall, Quote
from app.records import RunRecord
from app.routes.wishes import RoutesTold, RouteWish
from app.session.live import LiveRun
from app.session.wishes import SessionTold, SessionWish
from app.tokens import Count
from providers.events import Event
from providers.types import Request

MAX_FRAME_BYTES = 1024 * 1024 * 1024


class RunOrder(msgspec.Struct, frozen=True):
    """One run to be made. `run` is the window's own number for it; with `live` it is one of that session."""

    run: int
    lane_index: int
    repeat: int
    lane: Lane
    request: Request
    session: str = ""
    live: LiveRun | None = None
    warmup: bool = False
    """It is to warm the server up: made, kept and paid like any other, and counted in no statistics."""


class StartRuns(msgspec.Struct, frozen=True, tag="start_runs"):
    """Start these together, behind one barrier."""

    orders: tuple[RunOrder, ...]


class StopRuns(msgspec.Struct, frozen=True, tag="stop_runs"):
    runs: tuple[int, ...]


class Estimate(msgspec.Struct, frozen=True, tag="estimate"):
    """How many tokens would these messages be for each of these models? Only the newest question is answered."""

    id: int
    texts: tuple[str, ...]
    models: tuple[str, ...]


class ListModels(msgspec.Struct, frozen=True, tag="list_models"):
    """Which models have these vendors, or all that can be asked? What is known comes at once, what is asked follows.

    `fresh` asks even where the list that is known is young enough.
    """

    vendors: tuple[str, ...] | None = None
    fresh: bool = False


class AskKeys(msgspec.Struct, frozen=True, tag="ask_keys"):
    """Which keys are there? `anew` asks even a keyring that was found locked a moment ago."""

    anew: bool = False


class StoreKey(msgspec.Struct, frozen=True, tag="store_key"):
    """A key that was typed. It goes down this once, and no repr tells it."""

    vendor: str
    key: str
    name: str
    bare: bool = False
    """The user has allowed that it goes to that vendor's address unencrypted."""
    only_here: bool = False
    """It is wanted in memory alone, whatever keyring there is."""

    def __repr__(self) -> str:
        return f"StoreKey({self.vendor!r}, …, {self.name!r})"


class DeleteKey(msgspec.Struct, frozen=True, tag="delete_key"):
    account: str
    name: str


class FindKeys(msgspec.Struct, frozen=True, tag="find_keys"):
    """Which keys hold the environment, for an empty path, or that `.env` file?"""

    path: str


class TakeKeys(msgspec.Struct, frozen=True, tag="take_keys"):
    """Copy the keys of these variables from there into the keyring."""

    path: str
    variables: tuple[str, ...]


class SaveOwn(msgspec.Struct, frozen=True, tag="save_own"):
    """Add this vendor, or put it in the place of that one."""

    vendor: OwnVendor
    instead_of: str = ""


class RemoveOwn(msgspec.Struct, frozen=True, tag="remove_own"):
    """And the keys that are kept for it alone."""

    id: str


class Adjust(msgspec.Struct, frozen=True, tag="adjust"):
    """These are set for a vendor that ships."""

    vendor: str
    extras: Extras


class ImportContacts(msgspec.Struct, frozen=True, tag="import_contacts"):
    path: str


class ExportContacts(msgspec.Struct, frozen=True, tag="export_contacts"):
    path: str


class TryVendor(msgspec.Struct, frozen=True, tag="try_vendor"):
    """Does it answer? By its list of models, or by one token of that model."""

    vendor: str
    model: str = ""


class LookAt(msgspec.Struct, frozen=True, tag="look_at"):
    """What answers at the address that somebody typed?"""

    line: str


class FindServers(msgspec.Struct, frozen=True, tag="find_servers"):
    """Which model servers run on this machine?"""


class SetPrices(msgspec.Struct, frozen=True, tag="set_prices"):
    """The user's own prices, as the settings hold them."""

    prices: dict[str, Any]


class SetNetwork(msgspec.Struct, frozen=True, tag="set_network"):
    """How the user wants to get out."""

    setting: NetworkSetting


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """What went over the wire in this run, as far as it has come?"""

    run: int


class ExplainCosts(msgspec.Struct, frozen=True, tag="explain_costs"):
    """What do these calls come to by the prices that are known, term by term?"""

    id: int
    calls: tuple[PastCall, ...]


class Quit(msgspec.Struct, frozen=True, tag="quit"):
    """End every run, every child and the engine itself."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    pid: int


class Streamed(msgspec.Struct, frozen=True, tag="streamed"):
    """Events of one run, in order."""

    run: int
    events: tuple[Event, ...]


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """A run is over; nothing of it follows."""

    record: RunRecord


class Estimated(msgspec.Struct, frozen=True, tag="estimated"):
    """One count for each encoding that the models of question `id` use; none, with the reason, if it failed."""

    id: int
    counts: tuple[Count, ...]
    error: str = ""


class OutputEstimated(msgspec.Struct, frozen=True, tag="output_estimated"):
    """What the answer of a run that has ended is likely to be, where its provider has not counted it."""

    run: int
    count: Count


class Models(msgspec.Struct, frozen=True, tag="models"):
    """One vendor's models, as each is known."""

    listing: Listing


class KeysTold(msgspec.Struct, frozen=True, tag="keys_told"):
    """Which keys there are. `said` is what became of a wish; `trouble` is why the keyring cannot be looked into, and
    `absent` why there is none, so that keys are kept in memory."""

    accounts: tuple[Account, ...]
    said: str = ""
    is_good: bool = True
    trouble: str = ""
    absent: str = ""


class FoundKey(msgspec.Struct, frozen=True):
    """A variable that holds a key for a vendor; `kept` tells of one that the keyring has already."""

    variable: str
    vendor: str
    tail: str
    kept: bool = False


class KeysFound(msgspec.Struct, frozen=True, tag="keys_found"):
    """What `FindKeys` found there. `said` is what is wrong with the place, if anything is."""

    path: str
    keys: tuple[FoundKey, ...]
    said: str = ""


class ContactsTold(msgspec.Struct, frozen=True, tag="contacts_told"):
    """The user's own vendors as they are now. `said` is what became of a wish."""

    contacts: Contacts
    said: str = ""
    is_good: bool = True


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """What became of a test. `wants_model` is set where one token of a model could tell more."""

    vendor: str
    said: str
    is_good: bool = True
    wants_model: bool = False


class LookedAt(msgspec.Struct, frozen=True, tag="looked_at"):
    """What the typed line was taken for, if it is an address, and what answered there."""

    line: str
    vendor: OwnVendor | None
    said: str


class ServersFound(msgspec.Struct, frozen=True, tag="servers_found"):
    """Those that answered, by the ports where they usually listen."""

    servers: tuple[DeskServer, ...]


class NetworkTold(msgspec.Struct, frozen=True, tag="network_told"):
    """Which proxies the system tells of, in words, and why a wish could not be carried out."""

    system: str
    trouble: str = ""


class OfflineTold(msgspec.Struct, frozen=True, tag="offline_told"):
    """There is no way out of this machine, or there is one again."""

    is_offline: bool


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    """The exchanges of a run, in order; None if they are not kept any more, or never were."""

    run: int
    exchanges: tuple[Exchange, ...] | None


class CostsExplained(msgspec.Struct, frozen=True, tag="costs_explained"):
    """One answer for each call of question `id`; None where no price is known."""

    id: int
    quotes: tuple[Quote | None, ...]


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """Something in the engine that belongs to no run, in one sentence for the user."""

    text: str


KeyWish = AskKeys | StoreKey | DeleteKey | FindKeys | TakeKeys
ContactWish = SaveOwn | RemoveOwn | Adjust | ImportContacts | ExportContacts | LookAt
Wish = KeyWish | ContactWish | TryVendor | FindServers | ListModels | ExplainCosts
"""What the window wishes of connections and prices."""
Kept = SessionWish | HistoryWish | LedgerWish | LibraryWish | NumbersWish | RouteWish | CacheWish
Settling = SetPrices | SetNetwork | BudgetWish
Down = StartRuns | StopRuns | Estimate | Wish | Kept | Settling | Inspect | Quit
Connecting = KeysTold | KeysFound | ContactsTold | LookedAt | Tried
Surroundings = ServersFound | NetworkTold | OfflineTold
Up = (
    Ready
    | Streamed
    | Ended
    | Estimated
    | OutputEstimated
    | CostsExplained
    | Models
    | Connecting
    | Surroundings
    | SessionTold
    | HistoryTold
    | BudgetTold
    | LedgerSaid
    | LibraryTold
    | NumbersTold
    | RoutesTold
    | CacheTold
    | Inspected
    | Trouble
)
