"""Replays: at any moment a beginning of the answer, however one got there."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.replay import Track, as_it_was, together
from app.session.document import Chunks
from tests.app.session.samples import a_record, a_run

KINDS = st.sampled_from(("text", "reasoning", "refusal"))
RUNS = st.builds(
    lambda pieces, text, reasoning: a_run(
        record=a_record(text=text, reasoning=reasoning),
        chunks=Chunks(
            tuple(at for at, _, _ in pieces), tuple(n for _, n, _ in pieces), tuple((kind, 1) for _, _, kind in pieces)
        ),
    ),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 9), KINDS), max_size=30),
    st.text(max_size=60),
    st.text(max_size=40),
)


def text_of(track: Track, moments: list[float], kind: str) -> str:
    """What stands there after those moments, one after the other."""
    shown, count = "", 0
    for at_s in moments:
        advance = track.advance(count, track.came(at_s), at_s)
        shown = "" if advance.reset else shown
        shown += "".join(text for each, text in advance.pieces if each == kind)
        count = track.came(at_s)
    return shown


@given(RUNS, st.lists(st.floats(0, 40), max_size=12))
def test_at_any_moment_a_beginning_is_shown(run, moments) -> None:  # type: ignore[no-untyped-def]
    track = Track(1, run)
    for kind in ("text", "reasoning"):
        whole = getattr(run.record, kind)
        assert whole.startswith(text_of(track, moments, kind))
        assert text_of(track, [*moments, track.end_s], kind) == whole
        assert text_of(track, [*moments, 3.0], kind) == text_of(track, [3.0], kind)


def test_states_follow_the_run() -> None:
    run = a_run(
        record=a_record(text="abcdef", reasoning="hm"),
        chunks=Chunks((100_000, 100_000, 100_000), (2, 3, 3), (("reasoning", 1), ("text", 2))),
    )
    track = Track(1, run, begin_s=1.0)
    assert [track.state(at) for at in (0.5, 1.05, 1.15, 1.25, 1.35, 9.0)] == [
        "empty", "waiting", "reasoning", "streaming", "streaming", "done",
    ]  # fmt: skip
    assert [segment.text for segment in track.segments(1)] == ["TTFT 100 ms", "≈ 1 chunk"]
    assert [name for name, _, _ in track.phases()] == ["waiting", "reasoning", "text"]
    assert track.phases()[-1][2] == track.end_s == 1.0 + 831.5 / 1e3


def test_a_run_without_pieces_appears_at_its_end() -> None:
    track = Track(1, a_run(chunks=Chunks()))
    assert track.came(0.82) == 0
    assert track.advance(0, track.came(0.83), 0.83).pieces == (("text", "One line.\nAnother ✓ line.\n"),)


def test_lanes_begin_together_or_as_they_did() -> None:
    late = replace(a_run("r2"), at="2026-11-24T10:00:02.500Z")
    assert [track.begin_s for track in together([(1, a_run()), (2, late)]).tracks] == [0.0, 0.0]
    race = as_it_was([(1, a_run()), (2, late)])
    assert [track.begin_s for track in race.tracks] == [0.0, 2.5]
    assert race.duration_s == 2.5 + 0.8315
    strange = as_it_was([(1, replace(late, at="never")), (2, replace(late, at="never"))])
    assert [track.begin_s for track in strange.tracks] == [0.0, 0.0]
    assert together([]).duration_s == 0.0
