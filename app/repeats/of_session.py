"""An experiment as the session holds it: its runs, put together to a report."""

from dataclasses import dataclass
from datetime import datetime

from app.bench import split
from app.repeats.report import Report, labels
from app.repeats.sample import One, sample
from app.session.document import Experiment, LaneSpec, Run, Session


@dataclass(frozen=True)
class Held:
    """`colors` and `runs` go by the lanes of the report."""

    experiment: Experiment
    report: Report
    colors: tuple[int, ...]
    runs: tuple[tuple[Run, ...], ...]
    is_same: bool
    """All its lanes are one and the same: it tells of noise."""

    @property
    def made(self) -> int:
        return sum(map(len, self.runs))


def held(session: Session, id_: str) -> Held | None:
    """None if the session has no such experiment."""
    experiment = next((each for each in session.experiments if each.id == id_), None)
    if experiment is None:
        return None
    by_lane: dict[int, list[Run]] = {}
    for run in session.runs:
        if run.experiment == id_:
            by_lane.setdefault(run.record.lane_index, []).append(run)
    runs = tuple(tuple(by_lane[index]) for index in sorted(by_lane))
    names = labels([split(own[0].spec.model)[0] for own in runs])
    ones = [One(n, e.record.repeat, e.warmup, e.record) for n, own in enumerate(runs) for e in own]
    report = Report(experiment.plan, tuple(sample(name, lane, ones) for lane, name in enumerate(names)))
    return Held(experiment, report, tuple(_color(session, own[0]) for own in runs), runs, _is_same(runs))


def _color(session: Session, run: Run) -> int:
    lane = session.lane(run.lane)
    return lane.color if lane is not None else 0


def _is_same(runs: tuple[tuple[Run, ...], ...]) -> bool:
    specs: list[LaneSpec] = [own[0].spec for own in runs]
    return len(specs) == 2 and specs[0].model == specs[1].model and specs[0].params == specs[1].params


def titles(session: Session) -> tuple[tuple[str, str], ...]:
    """Id and name of each experiment that has runs, the newest first; times are those of this machine."""
    of_runs = {run.experiment for run in session.runs}
    return tuple((each.id, _title(each)) for each in reversed(session.experiments) if each.id in of_runs)


def _title(experiment: Experiment) -> str:
    runs = f"{experiment.plan.repeats} {'run' if experiment.plan.repeats == 1 else 'runs'} per lane"
    try:
        at = datetime.fromisoformat(experiment.at).astimezone()
    except ValueError:
        return runs
    return f"{at:%d %b, %H:%M:%S}: {runs}"


def newest(session: Session) -> str:
    """The id of the last experiment of which there are runs, else ""."""
    return next((id_ for id_, _ in titles(session)), "")
