"""What the window says when the engine has ended and another one is there."""

import pytest

from app.accounts import SESSION, Account
from app.messages import AskKeys, KeysTold
from tests.widgets.conftest import Bench
from widgets.news import KEYS_GONE, READY
from widgets.strip import Strip

HERE = Account("openai", "default", "…6789", SESSION)
KEPT = Account("groq", "default", "…6789", "Secret Service")


def strips(bench: Bench) -> list[str]:
    bench.qtbot.wait(1)
    return [strip.text for strip in bench.window.findChildren(Strip) if strip.isVisible()]


def test_keys_in_memory_are_told_to_be_gone_with_the_engine(bench: Bench) -> None:
    bench.engine.ready.emit()
    bench.engine.told.emit(KeysTold((HERE, KEPT)))
    bench.engine.died.emit("The engine ended.")
    bench.engine.ready.emit()
    assert KEYS_GONE in strips(bench)
    bench.engine.died.emit("The engine ended.")
    bench.engine.ready.emit()
    assert READY in strips(bench), "the next one has none to lose"


def test_they_are_told_of_although_the_strip_was_closed(bench: Bench) -> None:
    bench.engine.told.emit(KeysTold((HERE,)))
    bench.engine.died.emit("The engine ended.")
    assert bench.conductor.news.lost is not None
    bench.conductor.news.lost.closed.emit()
    bench.engine.ready.emit()
    assert KEYS_GONE in strips(bench)


@pytest.mark.parametrize("accounts", [(), (KEPT,)])
def test_what_a_keyring_keeps_is_no_matter(bench: Bench, accounts: tuple[Account, ...]) -> None:
    bench.engine.told.emit(KeysTold((HERE,)))
    bench.engine.told.emit(KeysTold(accounts))
    bench.engine.died.emit("The engine ended.")
    bench.engine.ready.emit()
    assert READY in strips(bench)


def test_the_sheet_asks_a_new_engine_which_keys_there_are(bench: Bench) -> None:
    bench.engine.ready.emit()
    assert bench.engine.wishes == []
    bench.window.do("connections")
    bench.engine.wishes.clear()
    bench.engine.ready.emit()
    assert bench.engine.wishes == [AskKeys()]
