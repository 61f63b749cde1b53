"""The wish for the network: how it is kept, and which plan it makes."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme

from app.contacts import Contacts, Extras, OwnVendor
from app.directory import Directory
from app.messages import OfflineTold, Up
from app.network import NetworkSetting, from_json, to_json
from app.network_plan import NetworkError, of_settings, plan, system_proxies
from app.offline import Offline
from app.records import RunRecord
from app.run import RunFold
from app.settings import Settings, SettingsFile
from app.tasks import Tasks
from providers.errors import Failure
from providers.events import Started
from providers.network import CONNECT_S, Origin
from providers.proxies import Proxy

API = Origin(True, "api.example.com", 443)
BARE = Origin(False, "gpu-box", 8000)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    "setting",
    [
        NetworkSetting(),
        NetworkSetting("none"),
        NetworkSetting("http://proxy:3128", ("nas.lan", "*.example.com"), "/ca.pem", 5.0, True),
    ],
)
def test_it_is_kept_with_the_settings(tmp_path: Path, setting: NetworkSetting) -> None:
    assert from_json(to_json(setting)) == setting
    SettingsFile(tmp_path).save(Settings(network=setting))
    loaded, trouble = SettingsFile(tmp_path).load()
    assert (loaded.network, trouble) == (setting, None)
    assert of_settings(tmp_path) == setting


@pytest.mark.parametrize(
    "said", [7, {"proxy": 1}, {"bypass": "x"}, {"bypass": [1]}, {"connect_s": 0}, {"connect_s": True}, {"ca_file": []}]
)
def test_what_is_damaged_is_not_used(said: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_json(said)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"network": 7}', b"\xff", b"[" * 100_000])
def test_damaged_settings_mean_the_usual_way(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(data)
    assert of_settings(tmp_path) == NetworkSetting()
    assert of_settings(tmp_path / "nowhere") == NetworkSetting()


def test_the_systems_proxies_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert system_proxies().told == "none is set"
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret@proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", ".lan,nas")
    found = system_proxies()
    assert found.of(API) == Proxy("http", "proxy.example", 3128, "me", "s3cret")
    assert found.of(BARE) == Proxy("socks5", "127.0.0.1", 1080)
    assert found.of(Origin(True, "box.lan", 443)) is None
    assert "http://proxy.example:3128 for https, from HTTPS_PROXY" in found.told
    assert "not for .lan,nas" in found.told
    assert "s3cret" not in found.told + repr(found)


def test_what_is_no_proxy_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "https://me:s3cret@x")
    found = system_proxies()
    assert found.of(API) is None
    assert "https_proxy is not used" in found.told
    assert "s3cret" not in found.told


def way(setting: NetworkSetting, place: Origin, *own: OwnVendor) -> tuple[str | None, tuple[str, ...]]:
    directory = Directory()
    directory.learn(Contacts(own))
    made = plan(setting, system_proxies(), directory)
    proxy = made.proxy(place)
    return (str(proxy) if proxy is not None else None), made.certificates(place)


def test_which_way_leads_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert way(NetworkSetting(), API)[0] == "http://proxy:3128"
    assert way(NetworkSetting(bypass=("*.example.com",)), API)[0] is None
    assert way(NetworkSetting("none"), API)[0] is None
    own = NetworkSetting("socks5://127.0.0.1:1080", ("gpu-box", ".lan"))
    assert way(own, API)[0] == "socks5://127.0.0.1:1080"
    assert way(own, BARE)[0] is None
    assert way(own, Origin(True, "a.lan", 443))[0] is None
    assert way(own, Origin(True, "alan", 443))[0] is not None
    assert way(NetworkSetting("http://x:1", ("*",)), API)[0] is None
    assert plan(NetworkSetting(connect_s=3.0), system_proxies(), Directory()).connect_s == 3.0
    assert plan(NetworkSetting(), system_proxies(), Directory()).connect_s == CONNECT_S


def test_certificates_of_all_and_of_one_place(tmp_path: Path) -> None:
    pem = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(pem))
    box = OwnVendor("box", "Box", "openai_chat", "https://api.example.com/v1", extras=Extras(ca_file="/own.pem"))
    assert way(NetworkSetting(ca_file=str(pem)), API, box)[1] == (str(pem), "/own.pem")
    assert way(NetworkSetting(), API, box)[1] == ("/own.pem",)
    assert way(NetworkSetting(), Origin(True, "other", 443), box)[1] == ()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (NetworkSetting("https://proxy"), "not supported"),
        (NetworkSetting("http://me:s3cret@proxy:1"), "a password is not kept in the settings"),
        (NetworkSetting(ca_file="/nowhere/ca.pem"), "cannot be read"),
        (NetworkSetting(ca_file=__file__), "holds no certificates"),
    ],
)
def test_what_cannot_be_carried_out(setting: NetworkSetting, said: str) -> None:
    with pytest.raises(NetworkError, match=said) as caught:
        plan(setting, system_proxies(), Directory())
    assert "s3cret" not in str(caught.value)


# Offline


def record(endpoint: str, kind: str | None = "network") -> RunRecord:
    fold = RunFold(run=1, lane_index=0, repeat=0, lane="x/y")
    fold.add(Started(0, 1, "answer", "x", endpoint, "y"))
    failure = None if kind is None else msgspec.convert({"kind": kind, "message": "m"}, Failure)
    return fold.record(failure=failure or Failure("cancelled", "m"))


def told_offline(monkeypatch: pytest.MonkeyPatch, reach: list[bool], *records: RunRecord) -> list[Up]:
    """`reach` is what the system says, one answer after the other, the last one for ever."""
    monkeypatch.setattr("app.offline.AGAIN_S", 0.001)
    told: list[Up] = []

    async def use() -> None:
        tasks = Tasks(lambda error: pytest.fail(repr(error)))
        made = Offline(tasks, told.append, reach=lambda: reach.pop(0) if len(reach) > 1 else reach[0])
        for each in records:
            made.ended(each)
        await asyncio.sleep(0.03)
        await tasks.end()

    asyncio.run(use())
    return told


def test_offline_is_told_once_and_its_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = [record("https://api.example.com")] * 5
    assert told_offline(monkeypatch, [False], *failed) == [OfflineTold(True)]
    assert told_offline(monkeypatch, [False, False, True], *failed) == [OfflineTold(True), OfflineTold(False)]


@pytest.mark.parametrize(
    ("endpoint", "kind", "reach"),
    [
        ("https://api.example.com", "network", True),
        ("https://api.example.com", "authentication", False),
        ("http://127.0.0.1:8000", "network", False),
    ],
)
def test_what_is_no_reason_to_think_so(monkeypatch: pytest.MonkeyPatch, endpoint: str, kind: str, reach: bool) -> None:
    assert told_offline(monkeypatch, [reach], record(endpoint, kind)) == []
