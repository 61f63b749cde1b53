"""Budgets before models: runs from a scripted leaf, the real file, the real thread."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from app.attempt import Attempt
from app.budgets.budget import Budget
from app.budgets.gate import Gate, cautious
from app.budgets.lease import Lease
from app.budgets.meter import estimated_input
from app.budgets.overview import Row, overview
from app.budgets.store import FILE
from app.budgets.written import budget
from app.records import Cost, plain
from providers.errors import Failure, ProviderError
from providers.events import Event, Finished, Response, Started, Text, Usage
from providers.routes.budgeted import Budgeted
from providers.types import Request
from providers.usage import TokenUsage

ASKED = Request.of("Why do ships float?")
FIRST = estimated_input(ASKED)
HEAD = Response(0, 0, 200, "1.1", False)
ENDLESS = tuple(Text(0, 0, "word") for _ in range(10_000))


@dataclass
class Leaf:
    """Plays events, then fails or ends; tells when it was closed."""

    events: tuple[Event, ...]
    failure: Failure | None = None
    vendor: str = "openai"
    model: str = "gpt-5"
    base_url: str = "https://api.openai.com/v1"
    name: str = "openai/gpt-5"
    ends: list[str] = field(default_factory=list)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        try:
            yield Started(0, 0, role="answer", vendor=self.vendor, endpoint=self.base_url, model=self.model)
            for event in self.events:
                yield event
            if self.failure is not None:
                raise ProviderError(self.failure)
        finally:
            self.ends.append("closed")


def answer(pieces: int, usage: TokenUsage) -> tuple[Event, ...]:
    said = tuple(Text(0, 0, "word") for _ in range(pieces))
    return (HEAD, *said, Usage(0, 0, usage), Finished(0, 0, "gpt-5", usage, "stop"))


def price(attempt: Attempt) -> Cost | None:
    """3 and 15 dollars a million."""
    usage = attempt.usage
    if usage.cost_usd is not None:
        return Cost(usage.cost_usd, "USD", "provider", None)
    if attempt.model == "unknown" or usage.input is None or usage.output is None:
        return None
    amount = (usage.input * Decimal(3) + usage.output * Decimal(15)) / 1_000_000
    return Cost(plain(amount), "USD", "user", None)


@dataclass
class Counter:
    home: Path
    told: list[str] = field(default_factory=list)

    def set(self, *budgets: Budget) -> None:
        gate = self.gate()
        for each in budgets:
            gate.file.put(each)

    def gate(self) -> Gate:
        return Gate(self.home, self.home / "data", price, self.told.append, self.told.append)

    def spend(self, *leaves: Leaf, session: str = "") -> list["Heard"]:
        """All at once, in one process."""

        async def main() -> list[Heard]:
            gate = self.gate()
            try:
                return await asyncio.gather(*(hear(gate, leaf, session) for leaf in leaves))
            finally:
                gate.close()

        return asyncio.run(main())

    @property
    def rows(self) -> tuple[Row, ...]:
        gate = self.gate()
        try:
            return gate.till.do(lambda store: overview(store, gate.file.budgets(), gate.user)).result(5)
        finally:
            gate.close()

    @property
    def spent(self) -> list[str]:
        assert all(row.held == 0 for row in self.rows)
        return [plain(row.spent) for row in self.rows]


@dataclass
class Heard:
    text: str = ""
    notices: list[str] = field(default_factory=list)
    failure: Failure | None = None


async def hear(gate: Gate, leaf: Leaf, session: str) -> Heard:
    heard = Heard()
    try:
        async with aclosing(gate.over(leaf, session).stream(ASKED)) as events:
            async for event in events:
                if isinstance(event, Text):
                    heard.text += event.text
                elif event.__struct_config__.tag == "notice":
                    heard.notices.append(event.text)  # type: ignore[union-attr]
    except ProviderError as error:
        heard.failure = error.failure
    return heard


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def test_without_budgets_nothing_stands_before_a_model_and_no_file_is_made(counter: Counter) -> None:
    leaf = Leaf(())
    gate = counter.gate()
    assert gate.over(leaf, "") is leaf
    counter.set(budget("vendor:anthropic", "5 USD", "day"))
    assert gate.over(leaf, "") is leaf
    assert not (counter.home / "data").exists()


def test_a_budget_that_is_set_meanwhile_holds_for_the_next_run(counter: Counter) -> None:
    gate = counter.gate()
    counter.set(budget("user", "5 USD", "day"))
    assert isinstance(gate.over(Leaf(()), ""), Budgeted)
    gate.close()


def test_what_was_reported_is_what_is_spent_in_every_unit(counter: Counter) -> None:
    counter.set(budget("user", "1 USD", "day"), budget("user", "9k tokens", "day"), budget("user", "9 requests", "day"))
    counter.spend(Leaf(answer(7, TokenUsage(input=13, output=1007))))
    assert counter.spent == ["0.015144", "1020", "1"]


def test_the_providers_own_cost_goes_first(counter: Counter) -> None:
    counter.set(budget("user", "1 USD", "day"))
    counter.spend(Leaf(answer(7, TokenUsage(input=13, output=7, cost_usd="0.0123456789"))))
    assert counter.spent == ["0.0123456789"]


def test_what_was_not_reported_is_estimated(counter: Counter) -> None:
    counter.set(budget("user", "9k tokens", "day"))
    counter.spend(Leaf(answer(7, TokenUsage())))
    assert counter.spent == [str(FIRST + 7)]


def test_a_stream_is_closed_where_the_estimate_would_cross_the_line(counter: Counter) -> None:
    counter.set(budget("user", "200 tokens", "day"))
    leaf = Leaf((HEAD, *ENDLESS))
    (heard,) = counter.spend(leaf)
    assert heard.failure is not None
    assert heard.failure.kind == "cancelled"
    assert "stopped by the budget of 200 tokens a day for you" in heard.failure.message
    assert leaf.ends == ["closed"]
    assert 200 - 16 - cautious(FIRST) <= len(heard.text) // 4 <= 200 - cautious(FIRST)
    assert counter.spent == [str(FIRST + len(heard.text) // 4)]
    assert any("is used" in sentence for sentence in heard.notices)


def test_lanes_at_once_share_what_is_left_and_never_pass_it(counter: Counter) -> None:
    counter.set(budget("user", "0.02 USD", "day"))
    leaves = [Leaf((HEAD, *ENDLESS)) for _ in range(16)]
    heard = counter.spend(*leaves)
    assert all(each.failure is not None and each.failure.kind == "cancelled" for each in heard)
    (spent,) = counter.spent
    used = sum(FIRST * 3 + len(each.text) // 4 * 15 for each in heard)
    assert Decimal(spent) == Decimal(used) / 1_000_000
    assert Decimal("0.018") < Decimal(spent) <= Decimal("0.02")


def test_large_pieces_pass_the_line_by_one_of_them_at_most(counter: Counter) -> None:
    counter.set(budget("user", "500 tokens", "day"))
    counter.spend(*(Leaf((HEAD, *(Text(0, 0, "x" * 160) for _ in range(99)))) for _ in range(4)))
    assert int(counter.spent[0]) <= 500 + 40


def test_blocked_before_sending_says_which_how_much_and_until_when(counter: Counter) -> None:
    counter.set(budget("vendor", "20 tokens", "day"))
    leaf = Leaf((HEAD, *ENDLESS))
    (heard,) = counter.spend(leaf)
    assert heard.failure is not None
    assert (heard.failure.kind, heard.failure.provider_code) == ("quota", "budget")
    needs = cautious(FIRST) + 16
    assert f"20 tokens a day for openai has only 20 tokens left, and this needs about {needs}" in heard.failure.message
    assert leaf.ends == []
    assert counter.spent == ["0"]


def test_each_vendor_and_session_has_its_own(counter: Counter) -> None:
    counter.set(budget("vendor", "9k tokens", "day"), budget("session", "9k tokens", "day"))
    usage = TokenUsage(input=10, output=5)
    counter.spend(Leaf(answer(5, usage)), Leaf(answer(5, usage), vendor="groq"), session="s1")
    counter.spend(Leaf(answer(5, usage)), session="s2")
    counter.spend(Leaf(answer(5, usage)))
    assert {(row.budget.scope, row.name): int(row.spent) for row in counter.rows} == {
        ("vendor", "openai"): 45, ("vendor", "groq"): 15, ("session", "s1"): 30, ("session", "s2"): 15,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("leaf", "spent"),
    [
        (Leaf((Response(0, 0, 429, "1.1", False),), Failure("rate", "slow")), ["0", "1"]),
        (Leaf((), Failure("network", "refused")), ["0", "0"]),
        (Leaf((HEAD, Text(0, 0, "word")), Failure("cut_off", "gone")), [str(FIRST + 1), "1"]),
        (Leaf((), Failure("timeout_first", "nothing")), [str(FIRST), "1"]),
    ],
    ids=["refused", "not there", "broken", "silent"],
)
def test_what_failed_costs_what_it_may_have_cost(counter: Counter, leaf: Leaf, spent: list[str]) -> None:
    counter.set(budget("user", "9k tokens", "day"), budget("user", "9 requests", "day"))
    counter.spend(leaf)
    assert counter.spent == spent


def test_a_model_without_a_price_runs_uncounted_and_says_so(counter: Counter) -> None:
    counter.set(budget("user", "1 USD", "day"), budget("user", "1 EUR", "day", unpriced="block"))
    unknown = Leaf(answer(5, TokenUsage(input=10, output=5)), model="unknown")
    (heard,) = counter.spend(unknown)
    assert heard.failure is not None
    assert "lets nothing run that it cannot count" in heard.failure.message
    counter.set(budget("user", "1 EUR", "day"))
    (heard,) = counter.spend(unknown)
    assert heard.failure is None
    assert [sentence.partition(":")[0] for sentence in heard.notices] == ["No price is known for openai/unknown"] * 2
    assert counter.spent == ["0", "0"]


def test_a_stop_by_the_user_counts_what_came(counter: Counter) -> None:
    counter.set(budget("user", "9k tokens", "day"))

    async def main() -> None:
        gate = counter.gate()
        stream = gate.over(Leaf((HEAD, *ENDLESS)), "").stream(ASKED)
        for _ in range(12):
            await anext(stream)
        await stream.aclose()
        gate.close()

    asyncio.run(main())
    assert counter.spent == [str(FIRST + 10)]


def test_a_stop_while_it_is_asked_leaves_nothing_held(counter: Counter) -> None:
    counter.set(budget("user", "9k tokens", "day"))

    async def main() -> None:
        gate = counter.gate()
        stream = gate.over(Leaf((HEAD, *ENDLESS)), "").stream(ASKED)
        first = asyncio.get_running_loop().create_task(anext(stream))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        await stream.aclose()
        gate.close()

    asyncio.run(main())
    assert counter.spent == ["0"]


def test_the_share_is_told_to_the_window_too_once(counter: Counter) -> None:
    counter.set(budget("user", "100 tokens", "day", warn="50"))
    usage = TokenUsage(input=40, output=20)
    counter.spend(*(Leaf(answer(1, usage)) for _ in range(2)))
    assert len(counter.told) == 1
    assert "% of the budget of 100 tokens a day for you is used" in counter.told[0]


@pytest.mark.parametrize("broken", ["budgets.json", f"data/{FILE}"])
def test_budgets_that_cannot_be_used_let_nothing_be_sent(counter: Counter, broken: str) -> None:
    counter.set(budget("user", "5 USD", "day"))
    path = counter.home / broken
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.mkdir()
    leaf = Leaf((HEAD, *ENDLESS))

    async def main() -> Heard:
        gate = counter.gate()
        try:
            return await hear(gate, leaf, "")
        except ProviderError as error:
            return Heard(failure=error.failure)
        finally:
            gate.close()

    heard = asyncio.run(main())
    assert heard.failure is not None
    assert heard.failure.message.startswith("Not sent: ")
    assert leaf.ends == []


def test_the_thread_is_never_waited_for_while_there_is_enough(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next slice is asked for ahead of need."""
    counter.set(budget("user", "1m tokens", "day"))
    waits: list[int] = []
    more: Callable[[Lease], object] = Lease.more

    async def counted(self: Lease) -> str:
        waits.append(1)
        return await more(self)  # type: ignore[misc]

    monkeypatch.setattr(Lease, "more", counted)

    @dataclass
    class Paced(Leaf):
        async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
            async for event in Leaf.stream(self, request):
                await asyncio.sleep(0.001)
                yield msgspec.structs.replace(event, at_ns=event.at_ns)

    counter.spend(Paced(answer(400, TokenUsage(input=10, output=400))))
    assert len(waits) <= 1
