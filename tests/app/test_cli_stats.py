"""`abreast run --repeat N --stats` as it is used: processes, practice models, lines."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.limits import Limits
from app.session.codec import to_bytes
from app.session.document import Draft, Lane, LaneSpec, Session

PRACTICE = ("run", "--prompt", "Why do ships float?", "--param", "max_tokens=45", "--param", "temperature=0")


def _abreast(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "app", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    plan = ("--repeat", "6", "--warmup", "1", "--order", "random", "--seed", "3", "--stats", "--json")
    ran = _abreast(*PRACTICE, "--lane", "practice/swift", "--lane", "practice/steady", *plan)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_the_lines_of_runs_are_as_ever_and_one_follows(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 15
    assert all("run" in line and "stats" not in line for line in lines[:-1])
    assert sorted((line["repeat"], line["lane_index"]) for line in lines[:-1]) == [
        (n, m) for n in range(7) for m in (0, 1)
    ]
    assert lines[-1].keys() == {"schema", "stats"}


def test_it_says_how_it_was_run_and_what_came_of_it(lines: list[dict[str, Any]]) -> None:
    stats = lines[-1]["stats"]
    assert stats["plan"] == {
        "repeats": 6,
        "warmup": 1,
        "order": "random",
        "seed": 3,
        "concurrency": None,
        "warm": False,
        "warm_in_part": False,
    }
    swift = stats["lanes"][0]
    assert (swift["lane"], swift["n"], swift["warmup"], swift["not_done"]) == ("practice/swift", 6, 1, 0)
    ttfts = sorted(line["timings_ms"]["ttft"] for line in lines[:-1] if line["lane_index"] == 0 and line["repeat"])
    figure = swift["figures"]["ttft"]
    assert figure["median"]["value"] == pytest.approx((ttfts[2] + ttfts[3]) / 2)
    assert ttfts[0] <= figure["median"]["low"] <= figure["median"]["high"] <= ttfts[-1]
    assert figure["p95"]["low"] is None  # six runs cannot tell
    assert swift["determinism"]["identical"] == 1.0
    [total] = [each for each in stats["comparisons"] if each["figure"] == "total"]
    assert total["paired"]
    assert total["sentence"].endswith((", 6 rounds", ")"))


def test_lanes_of_a_session_that_connect_before_are_told_of(tmp_path: Path) -> None:
    params = {"max_tokens": 5}
    specs = [LaneSpec("practice/swift", params, Limits(warm=warm)) for warm in (True, False)]
    lanes = tuple(Lane(number, spec) for number, spec in enumerate(specs, 1))
    (tmp_path / "s.abreast").write_bytes(to_bytes(Session("s", draft=Draft("Why?"), lanes=lanes, next_lane=3)))
    ran = _abreast("run", str(tmp_path / "s.abreast"), "--stats", "--json")
    assert ran.returncode == 0, ran.stderr
    plan = json.loads(ran.stdout.splitlines()[-1])["stats"]["plan"]
    assert (plan["warm"], plan["warm_in_part"]) == (False, True)


def test_for_people_there_is_a_table() -> None:
    ran = _abreast(*PRACTICE, "--lane", "practice/swift", "--repeat", "2", "--concurrency", "2", "--stats")
    assert ran.returncode == 0, ran.stderr
    table = ran.stdout[ran.stdout.index("--- statistics") :]
    assert "2 runs per lane · up to 2 at once to each vendor" in table
    assert "practice/swift  TTFT ms" in table
    assert "An interval needs 6 runs for a median, 72 for a p95, 10 for a mean." in table


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--seed", "3"), "--seed draws the order of --order random"),
        (("--concurrency", "65"), "--concurrency is at most 64"),
        (("--warmup", "-1"), "is not a number of 0 or more"),
        (("--order", "best"), "invalid choice: 'best'"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: tuple[str, ...], said: str) -> None:
    ran = _abreast(*PRACTICE, "--lane", "practice/swift", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
