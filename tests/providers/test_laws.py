"""Whatever the tree and however it ends, the laws hold: on asyncio's loop, with virtual time, and on the window's."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from providers.errors import Failure
from providers.events import Finished
from providers.scripted import Fail, Hang, Wait
from providers.usage import TokenUsage
from tests.providers.laws import Stop, hear
from tests.providers.trees import Tree, races, trees
from tests.providers.virtual_loop import VirtualLoop
from widgets.loop import GuiLoop

at_ticks = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
cut_short = st.one_of(
    st.builds(Stop, events=st.integers(1, 12)),
    st.builds(Stop, ticks=at_ticks, twice=st.booleans()),
)


QUICK = (Wait(0.0), Finished(0, 0, "m", TokenUsage(), "stop"))
BROKE = ("budgeted", ("leaf", (QUICK,), False, False), (), 0.0)
"""Nothing is left for it: it never begins."""
REFUSING = ("leaf", ((Fail(Failure("quota", "none left")),),), False, False)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(tree=("deadline", ("leaf", (QUICK,), False, False), 0.0), stop=Stop(events=1))
@example(tree=("fallback", (REFUSING, ("deadline", ("leaf", (QUICK,), False, False), 0.0)), False), stop=Stop(events=1))
@example(tree=("fallback", (BROKE, ("leaf", (QUICK,), False, False)), False), stop=Stop())
@example(tree=("retry", BROKE, 2), stop=Stop())
@given(tree=trees, stop=st.one_of(st.just(Stop()), cut_short))
def test_on_asyncio(tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=VirtualLoop, tick_s=1.0)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=races, stop=st.builds(Stop, ticks=st.sampled_from([0.5, 1.0, 1.5, 2.0]), twice=st.booleans()))
@example(tree=("deadline", ("leaf", ((Hang(),),), True, True), 2.0), stop=Stop(ticks=1.5))
def test_when_everything_happens_at_once(tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=VirtualLoop, tick_s=1.0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees, stop=st.one_of(st.just(Stop(ticks=40)), cut_short))
def test_on_the_windows_loop(qapp: QApplication, tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=lambda: GuiLoop(qapp), tick_s=0.002)


@pytest.mark.long
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees, stop=st.one_of(st.just(Stop()), cut_short))
def test_a_thousand_on_asyncio(tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=VirtualLoop, tick_s=1.0)


@pytest.mark.long
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tree=trees, stop=st.one_of(st.just(Stop(ticks=40)), cut_short))
def test_a_thousand_on_the_windows_loop(qapp: QApplication, tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=lambda: GuiLoop(qapp), tick_s=0.0005)
