"""The lines of `abreast run --json`, held against golden files: the public contract to the last field."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Call
from tests.app.recorded import Server

GOLDEN = Path(__file__).with_name("golden")
FIGURES = ("icl_ms", "itl_ms", "loop_lag_ms_max", "stamp")


def normalised(line: Any, port: int) -> Any:
    """What differs from run to run or from system to system by its type, the port as PORT; what is null stays null."""
    match line:
        case dict():
            return {
                key: _figures(value) if key in FIGURES or key == "timings_ms" else normalised(value, port)
                for key, value in line.items()
            }
        case list():
            return [normalised(value, port) for value in line]
        case str():
            return line.replace(f":{port}/", ":PORT/")
        case _:
            return line


def _figures(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _figures(each) for name, each in value.items()}
    return value if value is None else f"<{type(value).__name__}>"


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_line_is_what_it_always_was(golden: Path, call: Call, server: Server) -> None:
    expected = json.loads(golden.read_text(encoding="utf-8"))
    lane = expected["lane"].replace("PORT", str(server.server_port))
    said = call("run", "--json", "--prompt", "What is a lighthouse?", "--lane", lane)
    assert said.code == (0 if expected["outcome"] == "done" else 1)
    assert said.err == ""
    found = normalised(said.only, server.server_port)
    assert found == expected
    assert json.dumps(found) == json.dumps(expected), "the order of the fields"
    assert said.out.count(b"\n") == 1


def test_every_outcome_has_a_golden_line() -> None:
    seen = {json.loads(path.read_text(encoding="utf-8"))["outcome"] for path in GOLDEN.glob("*.json")}
    assert seen == {"done", "cut_off", "failed"}  # "stopped" needs a signal: test_cli_signals.py
