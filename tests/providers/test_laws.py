"""Whatever the tree and however it ends, the laws hold: on asyncio's loop, with virtual time, and on the window's."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.providers.laws import Stop, hear
from tests.providers.trees import Tree, trees
from tests.providers.virtual_loop import VirtualLoop

stops = st.one_of(
    st.just(Stop()),
    st.builds(Stop, events=st.integers(1, 12)),
    st.builds(Stop, ticks=st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]), twice=st.booleans()),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees, stop=stops)
def test_the_laws_hold_on_asyncio(tree: Tree, stop: Stop) -> None:
    hear(tree, stop, loop_factory=VirtualLoop, tick_s=1.0)
