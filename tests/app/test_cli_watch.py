"""`abreast watch` as CI uses it: processes, practice models, files, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.session.codec import from_bytes, to_bytes
from app.session.document import Baseline, Draft, Lane, LaneSpec, Session

SPEC = LaneSpec("practice/swift", {"temperature": 0, "max_tokens": 12})


def _abreast(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that asks, and the same one with five answers."""
    folder = tmp_path_factory.mktemp("watch")
    session = Session("s1", draft=Draft("Why do ships float?"), lanes=(Lane(1, SPEC),), next_lane=2)
    (folder / "asks.abreast").write_bytes(to_bytes(session))
    made = _abreast("run", folder / "asks.abreast", "--repeat", 5, "--save", folder / "before.abreast", "--json")
    assert made.returncode == 0, made.stderr
    return folder


def test_nothing_has_drifted(folder: Path) -> None:
    bounds = ("--max-tokens", 5, "--min-similarity", 0.9, "--max-ttft", 2000)
    ran = _abreast("watch", folder / "asks.abreast", "--against", folder / "before.abreast", *bounds, "--repeat", 4)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert ran.stdout.startswith("practice/swift, turn 1: 4 runs against 5 of the baseline\n  TTFT ")
    assert "answers are 100.0% like those of the baseline" in ran.stdout


def test_what_drifts_ends_with_1_and_says_what(folder: Path) -> None:
    """The baseline was ten times faster, other words by another model; and only two of its runs are the baseline."""
    session = from_bytes((folder / "before.abreast").read_bytes())
    runs = []
    for run in session.runs:
        times = replace(run.record.timings_ms, ttft=(run.record.timings_ms.ttft or 0) / 10)
        runs.append(replace(run, record=replace(run.record, timings_ms=times, text="Else.", model="swift-2")))
    session = replace(session, runs=tuple(runs), baselines=(Baseline("b", "", (runs[0].id, runs[1].id)),))
    (folder / "else.abreast").write_bytes(to_bytes(session))
    bounds = ("--max-ttft", "50%", "--min-similarity", 0.9, "--json")
    ran = _abreast("watch", folder / "asks.abreast", "--against", folder / "else.abreast", *bounds)
    assert ran.returncode == 1, ran.stderr
    [said] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert said["n"] == {"before": 2, "after": 1, "not_done": 0}
    assert [each.split()[0] for each in said["past"]] == ["TTFT", "answers", "served"]
    assert said["fingerprints"] == {"before": ["fp_practice"], "after": ["fp_practice"]}


def test_an_answer_that_does_not_fit_its_schema_is_drift(folder: Path) -> None:
    session = from_bytes((folder / "before.abreast").read_bytes())
    held = Baseline("b", "", (session.runs[0].id,), {"type": "object"})
    (folder / "held.abreast").write_bytes(to_bytes(replace(session, baselines=(held,))))
    asks = folder / "asks.abreast"
    ran = _abreast("watch", asks, "--against", folder / "held.abreast", "--json")
    assert ran.returncode == 1, ran.stderr
    said = json.loads(ran.stdout)
    assert said["json"] == {"before": 0.0, "after": 0.0, "schema": True, "faults": ["it is no JSON"]}
    (folder / "any.json").write_text("{")
    ran = _abreast("watch", asks, "--against", folder / "held.abreast", "--schema", folder / "any.json")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "any.json: it is not JSON" in ran.stderr
    ran = _abreast("watch", asks, "--against", folder / "held.abreast", "--min-valid", 0)
    assert ran.returncode == 0, ran.stdout


def test_runs_that_warm_up_are_no_part_of_it(folder: Path) -> None:
    saved = folder / "warmed.abreast"
    arguments = (folder / "asks.abreast", "--against", folder / "before.abreast", "--warmup", 1, "--save", saved)
    ran = _abreast("watch", *arguments)
    assert ran.stdout.startswith("practice/swift, turn 1: 1 runs against 5 of the baseline\n")
    assert [run.warmup for run in from_bytes(saved.read_bytes()).runs] == [True, False]


def test_usage_errors_send_nothing(folder: Path, tmp_path: Path) -> None:
    other = Session("s2", draft=Draft("Why?"), lanes=(Lane(1, LaneSpec("practice/deep")),), next_lane=2)
    (tmp_path / "other.abreast").write_bytes(to_bytes(other))
    for arguments, said in (
        ((folder / "asks.abreast", "--against", tmp_path / "none.abreast"), "none.abreast"),
        ((folder / "asks.abreast", "--against", folder / "asks.abreast"), "holds no run that is done"),
        ((tmp_path / "other.abreast", "--against", folder / "before.abreast"), "no lane of the session is one of the"),
        ((folder / "asks.abreast",), "--against"),
    ):
        ran = _abreast("watch", *arguments)
        assert (ran.returncode, ran.stdout) == (2, ""), said
        assert said in ran.stderr
