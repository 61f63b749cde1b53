"""The words of the command line: what is refused, with what sentence, before anything is sent."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.release import release
from tests.app.conftest import Call
from tests.app.recorded import Server

ROOT = Path(__file__).resolve().parents[2]
LANE = ("--lane", "practice/swift")
ASK = ("run", "--json", "--prompt", "hello")
HERE = "openai_chat:m@http://127.0.0.1:{port}/chat-text/v1"


def test_the_version(call: Call) -> None:
    said = call("--version")
    assert (said.code, said.out) == (0, f"abreast {release()}\n".encode())
    assert release()[0].isdigit()


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("models", "--help"), ("practice", "--help")])
def test_help_is_a_result(call: Call, words: tuple[str, ...]) -> None:
    said = call(*words)
    assert (said.code, said.err) == (0, "")
    assert said.out.isascii(), "it must be readable on any terminal"


def test_the_help_decides_what_the_contract_leaves_open(call: Call) -> None:
    said = call("run", "--help").out.decode()
    for word in ("rounds", "not\n  durations", "chunks are deltas with text", "kind authentication", "ORIGIN=NAME"):
        assert word in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "required: COMMAND"),
        (("sing",), "invalid choice: 'sing'"),
        (("run",), "--prompt, --lane"),
        (("run", "--prompt", "x"), "--lane"),
        (("run", *LANE), "--prompt"),
        (("run", "--prom", "x", *LANE), "unrecognized arguments: --prom"),
        ((*ASK, *LANE, "--repeat", "0"), "'0' is not a number of 1 or more"),
        ((*ASK, *LANE, "--repeat", "-1"), "--repeat"),
        ((*ASK, *LANE, "--repeat", "1.5"), "1 or more"),
        ((*ASK, *LANE, "--timeout", "0"), "positive number of seconds"),
        ((*ASK, *LANE, "--timeout", "nan"), "positive number of seconds"),
        ((*ASK, *LANE, "--timeout", "inf"), "positive number of seconds"),
        ((*ASK, *LANE, "--timeout", "soon"), "positive number of seconds"),
        ((*ASK, *LANE, "--param", "temperature"), "not name=value"),
        ((*ASK, *LANE, "--param", "=1"), "not name=value"),
        ((*ASK, *LANE, "--param", " =1"), "not name=value"),
        ((*ASK, *LANE, "--param", "x=1e999"), "too large"),
        ((*ASK, *LANE, "--param", 'x="\\ud800"'), "lone surrogate"),
        ((*ASK, *LANE, "--param", "x=" + "[" * 100_000), "nested too deeply"),
        ((*ASK, *LANE, "--attach", "nothing.png"), "--attach: nothing.png cannot be read"),
        ((*ASK, *LANE, "--tools", "nothing.json"), "--tools nothing.json: No such file"),
        ((*ASK, *LANE, "--tools", __file__), "it is not JSON"),
        ((*ASK, *LANE, "--tool-choice", "auto"), "there are none"),
        ((*ASK, *LANE, "--schema", "nothing.json"), "--schema nothing.json: No such file"),
        ((*ASK, "--lane", "swift"), "neither vendor/model nor dialect:model@base_url"),
        ((*ASK, "--lane", "nobody/m"), "there is no vendor 'nobody'; there are practice,"),
        ((*ASK, "--lane", "openai_chat:m"), "no @http:// or @https:// base URL"),
        (("run", "--prompt", "", *LANE), "the prompt is empty"),
        (("run", "--prompt", "caf\udce9", *LANE), "--prompt is not valid UTF-8"),
        ((*ASK, "--system", "\ud83d", *LANE), "--system is not valid UTF-8"),
        ((*ASK, "--lane", "practice/\udcff"), "--lane is not valid UTF-8"),
        ((*ASK, *LANE, "--param", "x=\udcff"), "--param is not valid UTF-8"),
        ((*ASK, *LANE, "unasked"), "--prompt does not go with a session ('unasked' is taken for one)"),
        (("models", "nobody"), "there is no vendor 'nobody'; there are practice,"),
        (("practice", "--port", "70000"), "not a port"),
        (("practice", "--fault", "flood"), "there is no fault 'flood'"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(call: Call, words: tuple[str, ...], sentence: str) -> None:
    said = call(*words)
    assert (said.code, said.out) == (2, b"")
    assert sentence in said.err


@pytest.mark.parametrize(
    ("stdin", "sentence"),
    [(b"", "empty"), (b"\n", "empty"), (b"caf\xe9", "at byte 3"), (b"\xed\xa0\x80", "not valid UTF-8")],
)
def test_a_prompt_from_standard_input_is_whole_unicode(call: Call, stdin: bytes, sentence: str) -> None:
    said = call("run", "--prompt", "-", *LANE, stdin=stdin)
    assert (said.code, said.out) == (2, b"")
    assert sentence in said.err


@pytest.mark.parametrize(
    ("stdin", "sent"),
    [
        (b"one\n", b'"one"'),
        (b"two\n\n", b'"two\\n"'),
        (b"no end", b'"no end"'),
        (b"\xef\xbb\xbfcr\r\n", b'"\xef\xbb\xbfcr\\r"'),
        ("𝄞\u2028é".encode(), '"𝄞\u2028é"'.encode()),
    ],
)
def test_a_prompt_from_standard_input_loses_one_line_end(call: Call, server: Server, stdin: bytes, sent: bytes) -> None:
    said = call("run", "--prompt", "-", "--lane", HERE.format(port=server.server_port), stdin=stdin)
    assert said.code == 0
    assert sent in server.requests[0][2]


def test_parameters_are_json_where_they_parse(call: Call, server: Server) -> None:
    params = ("temperature=0.5", "n=1", "mode=fast", 'deep={"a":[null,true]}', "big=NaN", 's="1"', "e=", "n=2")
    words = [word for param in params for word in ("--param", param)]
    said = call(*ASK, "--lane", HERE.format(port=server.server_port), *words)
    assert said.code == 0
    body = server.requests[0][2]
    for part in (b'"temperature":0.5', b'"n":2', b'"mode":"fast"', b'"deep":{"a":[null,true]}', b'"big":"NaN"',
                 b'"s":"1"', b'"e":""'):  # fmt: skip
        assert part in body.replace(b": ", b":").replace(b", ", b",")


def test_the_command_line_loads_nothing_of_the_window() -> None:
    script = (
        "import sys; from app import cli, cli_run, cli_models, cli_practice; cli.main(['--version']);"
        "print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'qasync', 'pyqtgraph', 'widgets')])"
    )
    ended = subprocess.run([sys.executable, "-uc", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[1] == "[]"


def test_the_price_list_is_imported_only_for_those_who_are_on_it() -> None:
    script = (
        "import sys; from app import cli;"
        "cli.main(['run', '--json', '--prompt', 'x', '--lane', 'openai_chat:m@http://127.0.0.1:9/v1']);"
        "print('genai_prices' in sys.modules); cli.main(['run', '--json', '--prompt', 'x', '--lane', 'openai/m']);"
        "print('genai_prices' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-uc", script], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin"}
    )
    assert ended.stdout.splitlines()[1::2] == ["False", "True"]
