"""Parameters of a session's lanes that tell a gateway where a request goes on to, with the key that is kept here.

Who sends a session to somebody could have their keys by it. So what a file brings is told when it is opened, and held
back until the user allows it. What was sent once is known from then on, and not asked about again.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from app import foreign, whole_file
from app.lanes import ROUTE, Lane, route_name
from app.routes import spec as tree
from app.routes.text import RouteTextError, from_text
from app.session.document import LaneSpec, Session
from providers.extra_headers import NAME as EXTRA_HEADERS

FILE = "onward.json"
MOST = 1000
"""Of what was allowed lately so much is known."""


class Onward(msgspec.Struct, frozen=True):
    """One such parameter: the lane that has it, how it is called, what it says."""

    lane: str
    name: str
    value: str

    @property
    def digest(self) -> str:
        """The same for the same name and value, in whichever lane of that vendor's."""
        said = [self.lane.partition("/")[0], self.name, self.value]
        return hashlib.sha256(json.dumps(said).encode(errors="surrogatepass")).hexdigest()


def of_spec(spec: LaneSpec) -> Iterator[Onward]:
    for name, value in spec.params.items():
        if name == EXTRA_HEADERS and isinstance(value, Mapping):
            yield from (
                Onward(spec.model, f"the header {header}", _text(said))
                for header, said in value.items()
                if foreign.leads_on(str(header), said)
            )
        elif foreign.leads_on(name, value):
            yield Onward(spec.model, f"the field {name}", _text(value))


def of_session(session: Session) -> tuple[Onward, ...]:
    """Of its lanes, its routes, and its runs, whose parameters a lane may have again; each once."""
    routes = (LaneSpec(f"{ROUTE}{name}") for name in session.routes)
    specs = (*(lane.spec for lane in session.lanes), *(run.spec for run in session.runs), *routes)
    found = (each for spec in specs for asked in asked_by(spec, session.routes) for each in of_spec(asked))
    return tuple({each.digest: each for each in found}.values())


def asked_by(spec: LaneSpec, routes: Mapping[str, Any]) -> Iterator[LaneSpec]:
    """The lane itself; of a route, what it asks of each model. One that cannot be read asks nothing."""
    if not (name := route_name(spec.model)):
        yield spec
        return
    with contextlib.suppress(KeyError, RouteTextError):
        yield from asked_in(from_text(str(routes[name])), spec.params)


def sent_by(lane: Lane) -> Iterator[LaneSpec]:
    """As `asked_by`, of a lane that brings its route along."""
    if lane.route is None:
        yield LaneSpec(lane.text, lane.params)
    else:
        yield from asked_in(lane.route.root, lane.params)


def asked_in(node: tree.Node, params: Mapping[str, Any]) -> Iterator[LaneSpec]:
    """Each model of a route with the parameters that it is asked with: what stands further in goes over the rest."""
    match node:
        case str():
            yield LaneSpec(node, dict(params))
        case tree.Ask(lane=lane):
            yield LaneSpec(lane, {**params, **node.params})
        case _:
            own = node.params if isinstance(node, tree.Prompted) else {}
            for _, child in tree.children(node):
                yield from asked_in(child, {**params, **own})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


class Allowed:
    """What was allowed, in the user's data folder. One that cannot be read has allowed nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def unknown(self, session: Session) -> tuple[Onward, ...]:
        """What of a session the user has not allowed yet."""
        found = of_session(session)
        known = self._known() if found else ()
        return tuple(each for each in found if each.digest not in known)

    def allow(self, specs: Iterable[LaneSpec]) -> None:
        """These are sent, so they are known. What cannot be written is asked about again."""
        sent = [each.digest for spec in specs for each in of_spec(spec)]
        if sent and not set(sent) <= set(self._known()):
            with contextlib.suppress(OSError), whole_file.locked(self._path):
                allowed = list(dict.fromkeys((*sent, *self._known())))[:MOST]
                whole_file.write(self._path, json.dumps({"version": 1, "allowed": allowed}, indent=1).encode())

    def _known(self) -> tuple[str, ...]:
        try:
            said = json.loads(self._path.read_bytes())["allowed"]
        except (OSError, ValueError, RecursionError, TypeError, KeyError):
            return ()
        return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()
