"""What each fault does to each policy, before and after the first content: written down first, then met.

Real HTTP, the practice server's faults, and the models as the program makes them. A route's first model is the one with
the fault; where another one answers, that is written down too.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.compose import Workshop
from app.execute import StartLine, execute
from app.keys import Keys
from app.lag import LoopLag
from app.lanes import Lane
from app.limits import Limits
from app.messages import RunOrder
from app.records import RunRecord
from app.routes import spec
from app.routes.spec import Node, Route
from app.run import unpriced
from providers.types import Request
from tests.providers.practice.conftest import FAST, Server

FIRST, SECOND = "swift", "steady"
IDLE_S = 0.6

HARMLESS = ("json", "slow_head:s=1.2", "slow_first:s=1.2")
PASSING = ("429:retry_after=0", "500", "503", "close", "529", "html", "empty")
"""Before any content, and such as may pass by itself."""
STAYING = ("401",)
"""Before any content, and such as will not."""
LATE = ("stall:after=4", "error:after=4", "cut:after=4", "drop:after=4", "reset:after=4")
FAULTS = (*HARMLESS, *PASSING, *STAYING, *LATE)
KINDS = {
    "429:retry_after=0": "rate",
    "500": "server",
    "503": "overloaded",
    "close": "network",
    "529": "overloaded",
    "401": "authentication",
    "html": "server",
    "empty": "cut_off",
    "stall:after=4": "timeout_idle",
    "error:after=4": "server",
    "cut:after=4": "cut_off",
    "drop:after=4": "cut_off",
    "reset:after=4": "cut_off",
}
"""What the model alone ends with."""


def faulty(root: str, fault: str, tag: str) -> str:
    """A lane with that fault, whose requests are counted by themselves."""
    sign = "," if ":" in fault else ":"
    return f"openai_chat:{FIRST}@{root}/fault/{fault}{sign}tag={tag}/v1"


def once(lane: str) -> str:
    return lane.replace(",tag=", ",times=1,tag=").replace(":tag=", ":times=1,tag=")


def policies(root: str, fault: str) -> dict[str, Node]:
    good = f"openai_chat:{SECOND}@{root}/v1"

    def lane(policy: str) -> str:
        return faulty(root, fault, policy)

    return {
        "alone": lane("alone"),
        "retry": spec.Retry(once(lane("retry"))),
        "fallback": spec.Fallback((lane("fallback"), good), cooldown_s=0),
        "restart": spec.Fallback((lane("restart"), good), restart=True, cooldown_s=0),
        "kinds": spec.Fallback((lane("kinds"), good), ("rate", "cut_off"), restart=True, cooldown_s=0),
        "deadline": spec.Fallback((spec.Deadline(lane("deadline"), 0.5), good), cooldown_s=0),
        "hedge": spec.Hedge(lane("hedge"), good, 0.5),
        "cached": spec.Cached(lane("cached")),
        "limit": spec.Limit(lane("limit"), at_once=2),
        "escalate": spec.Escalate(lane("escalate"), good, spec.Ruled(found="^no such text$")),
    }


def expected(policy: str, fault: str) -> str:
    """Who answers; else what the run fails with."""
    alone = FIRST if fault in HARMLESS else KINDS[fault]
    slow = fault.startswith("slow")
    match policy:
        case "retry":
            return FIRST if fault in PASSING else alone
        case "fallback":
            return SECOND if fault in (*PASSING, "401") else alone
        case "restart":
            return SECOND if fault in (*PASSING, "401", *LATE) else alone
        case "kinds":
            return SECOND if alone in ("rate", "cut_off") else alone
        case "deadline":
            return SECOND if slow or fault in (*PASSING, "401") else alone
        case "hedge":
            return SECOND if slow else alone
        case "escalate":
            return SECOND if fault in HARMLESS else alone
        case _:
            return alone


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = Server(Path(tmp_path_factory.mktemp("practice")) / "log", *FAST)
    yield server.root
    server.close()


@pytest.fixture(scope="module")
def records(root: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], RunRecord]:
    """All runs of the matrix, by policy and fault."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ABREAST_HOME", str(home))
        asyncio.run(_all_policies({"first": policies(root, "json")["alone"]}))  # the first of a process is slow
        return {
            (policy, fault): record
            for fault in FAULTS
            for policy, record in asyncio.run(_all_policies(policies(root, fault))).items()
        }


async def _all_policies(nodes: dict[str, Node]) -> dict[str, RunRecord]:
    """The runs of one fault, at the same time. Each fault has a workshop of its own, since retries share a budget."""
    workshop, lag = Workshop(keys=Keys({})), LoopLag()
    request = Request.of("Count to ten", max_tokens=12)
    made = []
    for number, (policy, node) in enumerate(nodes.items()):
        lane = Lane(f"route:{policy}", limits=Limits(idle_s=IDLE_S), route=Route(policy, node))
        order = RunOrder(number, 0, 0, lane, request)
        made.append(execute(order, workshop.model(lane), line=StartLine(1), sink=_nobody, lag=lag, price=unpriced))
    try:
        return dict(zip(nodes, await asyncio.wait_for(asyncio.gather(*made), 30), strict=True))
    finally:
        await workshop.aclose()


def _nobody(_run: int, _event: Any) -> None:
    pass


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("policy", list(policies("", "500")))
def test_the_matrix(records: dict[tuple[str, str], RunRecord], policy: str, fault: str) -> None:
    record = records[policy, fault]
    came_to = record.error.kind if record.error is not None else record.model
    assert came_to == expected(policy, fault), record.error
    if record.error is None:
        assert record.outcome == "done"
        standing = [each for each in record.attempts if each.outcome == "done"]
        assert len(standing) == 1
        assert record.text.strip()
