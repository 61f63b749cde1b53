"""`abreast models`: lists of models in every dialect's shape, and vendors that do not answer."""

import json
import socket
from pathlib import Path

import msgspec
import pytest

from app import catalogue, cli_models
from app.keys import Keys
from providers.dialects.base import DialectName
from providers.vendors import VENDORS, Vendor
from tests.app.conftest import Call
from tests.app.recorded import Server

PRACTICE = ["practice/swift", "practice/steady", "practice/deep"]
Shown = tuple[int, str, str]


@pytest.fixture
def show(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> "Show":
    return Show(capfd, tmp_path)


class Show:
    """The command with vendors of our own."""

    def __init__(self, capfd: pytest.CaptureFixture[str], cache: Path) -> None:
        self._capfd, self.cache = capfd, cache

    def __call__(
        self, *rows: Vendor, wanted: str | None = None, as_json: bool = False, fresh: bool = False, **environ: str
    ) -> Shown:
        code = cli_models.show(rows, wanted, as_json=as_json, fresh=fresh, keys=Keys(environ), cache=self.cache)
        return code, *self._capfd.readouterr()


def vendor(server: Server, dialect: DialectName = "openai_chat", *, id_: str = "acme", path: str = "lists") -> Vendor:
    return Vendor(id_, id_.title(), dialect, f"{server.root}/{path}", (f"{id_.upper()}_KEY",))


def test_the_practice_models_are_always_there(call: Call) -> None:
    said = call("models")
    assert (said.code, said.err) == (0, "")
    lanes = [line.split("\t")[0] for line in said.out.decode().splitlines()]
    assert lanes[:3] == PRACTICE
    assert len([lane for lane in lanes if lane.startswith("practice")]) == 15, "in five dialects"


def test_one_vendors_models_as_json(call: Call) -> None:
    said = call("models", "practice", "--json")
    assert (said.code, [line["lane"] for line in said.lines]) == (0, PRACTICE)
    assert said.lines[0] == {
        "lane": "practice/swift", "vendor": "practice", "model": "swift", "name": "Swift", "context": 8192,
        "max_output": 1024, "prices": {"rates": {"input": "0.10", "output": "0.40", "cache_read": "0.025"}},
        "capabilities": [],
    }  # fmt: skip


def test_a_vendor_without_a_key_is_told_how(call: Call) -> None:
    said = call("models", "google")
    assert (said.code, said.out) == (1, b"")
    assert said.err == (
        "abreast models: there is no key for Google: `abreast keys set google` stores one, "
        "or set GEMINI_API_KEY or GOOGLE_API_KEY\n"
    )


@pytest.mark.parametrize(
    ("dialect", "lanes", "header", "pages"),
    [
        ("openai_chat", ["acme/org/o-1\t\t8192 tokens"], "authorization", ["/lists/models"]),
        (
            "anthropic",
            ["acme/a-1\tA", "acme/a-2\t\t200000 tokens"],
            "x-api-key",
            ["/lists/v1/models?limit=1000", "/lists/v1/models?limit=1000&after_id=a-1"],
        ),
        (
            "gemini",
            ["acme/g-1\tG"],
            "x-goog-api-key",
            ["/lists/v1beta/models?pageSize=1000", "/lists/v1beta/models?pageSize=1000&pageToken=t%2F2"],
        ),
    ],
)
def test_a_list_is_read_in_its_dialect_page_by_page(
    show: Show, server: Server, dialect: DialectName, lanes: list[str], header: str, pages: list[str]
) -> None:
    code, out, err = show(vendor(server, dialect), ACME_KEY="k3y")
    assert (code, out.splitlines(), err) == (0, lanes, "")
    assert [path for path, _, _ in server.requests] == pages
    assert all("k3y" in headers[header] for _, headers, _ in server.requests)


def test_a_bare_list_is_a_list(show: Show, server: Server) -> None:
    code, out, _ = show(vendor(server, path="bare"), as_json=True, ACME_KEY="k")
    assert (code, json.loads(out)["lane"], json.loads(out)["name"]) == (0, "acme/t-1", "T")


def test_a_dead_vendor_spoils_nothing_for_the_others(
    show: Show, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "LOOPBACK_S", 0.4)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        dead = Vendor("dead", "Dead", "openai_chat", f"http://127.0.0.1:{held.getsockname()[1]}", ("DEAD_KEY",))
        rows = (
            VENDORS[0],
            vendor(server, id_="mute", path="hang"),
            dead,
            vendor(server, id_="page", path="html"),
            vendor(server, id_="shut", path="status-401"),
            vendor(server, id_="keyless"),
            vendor(server),
        )
        keys = {"MUTE_KEY": "k", "DEAD_KEY": "k", "PAGE_KEY": "k", "SHUT_KEY": "k", "ACME_KEY": "k"}
        code, out, err = show(*rows, **keys)
    assert code == 1
    assert [line.split("\t")[0] for line in out.splitlines()] == [*PRACTICE, "acme/org/o-1"]
    told = err.splitlines()
    assert len(told) == 4
    assert told[0] == "abreast models: Mute: no answer within 0.4 s (timeout_first)"
    assert told[1].startswith("abreast models: Dead: ")
    assert told[2] == "abreast models: Page: its list of models is not JSON (protocol)"
    assert told[3] == "abreast models: Shut: The key is not known here. (authentication)"


def test_a_key_that_cannot_be_one_is_told_without_it(show: Show, server: Server) -> None:
    code, out, err = show(vendor(server), wanted="acme", ACME_KEY="two words")
    assert (code, out, server.requests) == (1, "", [])
    assert "ACME_KEY" in err
    assert "two words" not in err


def test_a_list_is_kept_and_asked_for_again_when_wished(
    show: Show, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "is_loopback", lambda _: False)  # as for a service
    acme = vendor(server)
    first = show(acme, ACME_KEY="k")
    assert first == show(acme, ACME_KEY="k")
    assert len(server.requests) == 1
    assert first == show(acme, fresh=True, ACME_KEY="k")
    assert len(server.requests) == 2


def test_what_was_kept_is_shown_with_its_age_when_the_vendor_is_gone(show: Show, server: Server) -> None:
    acme = vendor(server)
    assert show(acme, ACME_KEY="k") == (0, "acme/org/o-1\t\t8192 tokens\n", "")
    server.refuse = True
    code, out, err = show(acme, fresh=True, ACME_KEY="k")
    assert (code, out) == (1, "acme/org/o-1\t\t8192 tokens\n")
    assert (
        err == "abreast models: Acme: The key is not known here. (authentication); these are its models of just now\n"
    )


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_a_server_on_this_machine_that_does_not_run_is_passed_over_unless_named(show: Show) -> None:
    local = Vendor("local", "Local", "openai_chat", f"http://127.0.0.1:{free_port()}/v1", needs_key=False)
    assert show(local) == (0, "", "")
    assert show(local, LOCAL_KEY="k") == (0, "", ""), "not its key"
    code, _, err = show(msgspec.structs.replace(local, key_env=("LOCAL_KEY",)), LOCAL_KEY="k")
    assert code == 1
    assert err.startswith("abreast models: Local: ")
    code, out, err = show(local, wanted="local")
    assert (code, out) == (1, "")
    assert err.startswith("abreast models: Local: ")
    assert "(network)" in err


def test_a_server_on_this_machine_is_asked_every_time(show: Show, server: Server) -> None:
    local = Vendor("local", "Local", "openai_chat", f"{server.root}/lists", needs_key=False)
    for asked in (1, 2):
        assert show(local) == (0, "local/org/o-1\t\t8192 tokens\n", "")
        assert len(server.requests) == asked


def test_a_line_tells_what_the_list_tells(show: Show, server: Server) -> None:
    code, out, _ = show(vendor(server, path="telling"), ACME_KEY="k")
    assert (code, out) == (
        0, "acme/org/o-1\tOne\t131072 tokens\t$2.50+ / $10.00+\tvision tools reasoning\nacme/org/o-2\n"
    )  # fmt: skip
