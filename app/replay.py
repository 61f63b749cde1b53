"""Runs that have ended, played again from the moments at which their pieces came: offline, and costing nothing.

What a pane shows live, it shows again: the same states, the same text at the same time. What a run does not tell is not
played: attempts that were void, and when the pieces of tool calls came; calls appear at the end.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from app.session.document import ChunkKind, Run
from app.shown import Advance, Kind, Segment, State

US = 1e6


@dataclass(frozen=True)
class Piece:
    at_s: float
    kind: Kind
    text: str


class Track:
    """One run on the common clock. `lane` is the place that shows it, `begin_s` when it was sent."""

    def __init__(self, lane: int, run: Run, begin_s: float = 0.0) -> None:
        self.lane, self.run, self.begin_s = lane, run, begin_s
        self.pieces = _pieces(run, begin_s)
        self._times = [piece.at_s for piece in self.pieces]
        total = run.record.timings_ms.total or run.record.timings_ms.last
        last = self._times[-1] if self._times else begin_s
        self.end_s = max(last, begin_s + (total or 0.0) / 1e3)

    def came(self, at_s: float) -> int:
        """How many pieces have come by then."""
        return bisect_right(self._times, at_s)

    def state(self, at_s: float) -> State:
        if at_s < self.begin_s:
            return "empty"
        if at_s >= self.end_s:
            return self.run.record.outcome
        count = self.came(at_s)
        if count == 0:
            return "waiting"
        return "reasoning" if self.pieces[count - 1].kind == "reasoning" else "streaming"

    def advance(self, from_count: int, to_count: int, at_s: float) -> Advance:
        """From so many pieces to so many. Backwards, everything is shown anew."""
        reset = to_count < from_count
        new = self.pieces[0 if reset else from_count : to_count]
        return Advance(self.state(at_s), _joined(new), segments=self.segments(to_count), reset=reset)

    def segments(self, count: int) -> tuple[Segment, ...]:
        """The status line as it grew."""
        if count == 0:
            return ()
        ttft = (self.pieces[0].at_s - self.begin_s) * 1e3
        chunks = "1 chunk" if count == 1 else f"{count:,} chunks"
        return (Segment(f"TTFT {ttft:.0f} ms", "TTFT 00,000 ms"), Segment(f"≈ {chunks}", "≈ 00,000 chunks"))

    def phases(self) -> tuple[tuple[str, float, float], ...]:
        """Waiting, reasoning and text, each from when to when in seconds."""
        found: list[tuple[str, float, float]] = []
        first = self._times[0] if self._times else self.end_s
        found.append(("waiting", self.begin_s, first))
        for piece, after in zip(self.pieces, [*self._times[1:], self.end_s], strict=True):
            name = "reasoning" if piece.kind == "reasoning" else "text"
            if found[-1][0] == name:
                found[-1] = (name, found[-1][1], after)
            else:
                found.append((name, piece.at_s, after))
        return tuple(found)


@dataclass(frozen=True)
class Race:
    tracks: tuple[Track, ...]

    @property
    def duration_s(self) -> float:
        return max((track.end_s for track in self.tracks), default=0.0)


def together(runs: Iterable[tuple[int, Run]]) -> Race:
    """As if all had been sent in the same moment: what is compared is how fast each was. Each with its place."""
    return Race(tuple(Track(place, run) for place, run in runs))


def as_it_was(runs: Iterable[tuple[int, Run]]) -> Race:
    """Each begins when it was sent."""
    known = [(place, run, _sent(run)) for place, run in runs]
    first = min((at for _, _, at in known), default=0.0)
    return Race(tuple(Track(place, run, at - first) for place, run, at in known))


def _sent(run: Run) -> float:
    try:
        return datetime.fromisoformat(run.at).timestamp()
    except ValueError:
        return 0.0


def _pieces(run: Run, begin_s: float) -> list[Piece]:
    """The text in pieces, each at its time. Whatever the chunks say, together they are the text and no more."""
    texts: dict[ChunkKind, str] = {
        "text": run.record.text,
        "reasoning": run.record.reasoning,
        "refusal": run.record.refusal,
    }
    taken: dict[ChunkKind, int] = dict.fromkeys(texts, 0)
    kinds = [kind for kind, count in run.chunks.kinds for _ in range(count)]
    times = [begin_s + at / US for at in accumulate(run.chunks.at_us)]
    found: list[Piece] = []
    for at_s, kind, characters in zip(times, kinds, run.chunks.characters, strict=True):
        text = texts[kind][taken[kind] : taken[kind] + characters]
        taken[kind] += characters
        if text:
            found.append(Piece(at_s, kind, text))
    last = times[-1] if times else begin_s + (run.record.timings_ms.last or run.record.timings_ms.total or 0.0) / 1e3
    order: tuple[ChunkKind, ...] = ("reasoning", "text", "refusal")
    rest = ((kind, texts[kind][taken[kind] :]) for kind in order)
    return found + [Piece(last, kind, text) for kind, text in rest if text]


def _joined(pieces: list[Piece]) -> tuple[tuple[Kind, str], ...]:
    found: list[tuple[Kind, list[str]]] = []
    for piece in pieces:
        if found and found[-1][0] == piece.kind:
            found[-1][1].append(piece.text)
        else:
            found.append((piece.kind, [piece.text]))
    return tuple((kind, "".join(texts)) for kind, texts in found)
