"""What a stranger's session says of where keys go on to is found, told once, and known once it was sent."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app import lanes
from app.routes.spec import Route
from app.routes.text import from_text
from app.session.document import Lane, LaneSpec, Session
from app.session.onward import FILE, Allowed, of_session, sent_by
from tests.app.session.samples import a_session

AWAY = "https://elsewhere.example"


def a_stranger(params: dict[str, Any], model: str = "portkey/gpt-5") -> Session:
    return replace(a_session(), lanes=(Lane(1, LaneSpec(model, params)),))


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"extra_headers": {"X-Portkey-Custom-Host": AWAY}}, "the header X-Portkey-Custom-Host"),
        ({"extra_headers": {"Helicone-Target-Url": "elsewhere.example"}}, "the header Helicone-Target-Url"),
        ({"api_base": "elsewhere.example"}, "the field api_base"),
        ({"litellm_params": {"api_base": "elsewhere.example"}}, "the field litellm_params"),
        ({"fallbacks": [{"model": "m", "url": AWAY}]}, "the field fallbacks"),
    ],
)
def test_what_leads_on_is_named(params: dict[str, Any], name: str) -> None:
    (found,) = of_session(a_stranger(params | {"temperature": 0.5}))
    assert (found.lane, found.name) == ("portkey/gpt-5", name)
    assert "elsewhere.example" in found.value


def test_all_else_is_no_matter() -> None:
    params = {"extra_headers": {"X-Team": "red", "HTTP-Referer": AWAY}, "temperature": 1, "provider": {"order": ["a"]}}
    assert of_session(a_stranger(params)) == ()
    assert of_session(a_stranger({"extra_headers": "no object"})) == ()
    assert of_session(a_session()) == ()


def test_that_of_a_run_counts_since_a_lane_may_have_it_again() -> None:
    session = a_session()
    spec = LaneSpec("portkey/gpt-5", {"api_base": AWAY})
    assert of_session(replace(session, runs=(replace(session.runs[0], spec=spec),)))


def test_what_was_sent_is_known_from_then_on(tmp_path: Path) -> None:
    allowed, session = Allowed(tmp_path), a_stranger({"api_base": AWAY})
    assert len(allowed.unknown(session)) == 1
    allowed.allow([LaneSpec("portkey/other-model", {"api_base": AWAY})])
    assert Allowed(tmp_path).unknown(session) == (), "of the same vendor's, whose key it is"
    assert len(allowed.unknown(a_stranger({"api_base": AWAY}, "helicone/gpt-5"))) == 1
    assert len(allowed.unknown(a_stranger({"api_base": f"{AWAY}/other"}))) == 1
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "elsewhere" not in (tmp_path / FILE).read_text()


@pytest.mark.parametrize("data", [b"", b"[]", b'{"allowed": 5}', b'{"allowed": [[]]}', b"\xff", b"[" * 100_000])
def test_one_that_cannot_be_read_allows_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    allowed, spec = Allowed(tmp_path), LaneSpec("portkey/gpt-5", {"api_base": AWAY})
    assert len(allowed.unknown(a_stranger(spec.params))) == 1
    allowed.allow([spec])
    assert allowed.unknown(a_stranger(spec.params)) == ()
    assert json.loads((tmp_path / FILE).read_bytes())["version"] == 1


ROUTE = """\
prompted:
  of:
    fallback:
      of:
      - ask: {lane: portkey/gpt-5, params: {extra_headers: {X-Portkey-Custom-Host: "https://elsewhere.example"}}}
      - litellm/gpt-5
  params: {api_base: elsewhere.example}
"""


def test_what_a_route_asks_of_its_models_counts_as_theirs(tmp_path: Path) -> None:
    session = replace(a_session(), routes={"r": ROUTE, "odd": 3, "broken": "retry: {"})
    found = of_session(session)
    assert [(each.lane, each.name) for each in found] == [
        ("portkey/gpt-5", "the field api_base"),
        ("portkey/gpt-5", "the header X-Portkey-Custom-Host"),
        ("litellm/gpt-5", "the field api_base"),
    ]
    lane = lanes.Lane("route:r", route=Route("r", from_text(ROUTE)))
    Allowed(tmp_path).allow(sent_by(lane))
    assert Allowed(tmp_path).unknown(session) == ()


def test_the_parameters_of_a_routes_lane_go_to_each_of_its_models() -> None:
    session = replace(a_stranger({"api_base": AWAY}, "route:r"), routes={"r": "fallback: {of: [a/x, b/y]}"})
    assert [each.lane for each in of_session(session)] == ["a/x", "b/y"]
