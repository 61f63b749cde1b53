"""Routes choose by what the ledger knows, in the command line as in the window; and by a user's variables."""

from pathlib import Path

import pytest

from app.home import data_folder
from app.lanes import Lane
from app.ledger import place
from app.ledger.spool import Spool
from app.routes import spec
from app.routes.shared import Lately, learn
from app.routes.shelf import RouteShelf
from app.routes.spec import Route, chooses_by_figures, variables
from app.routes.templates import TEMPLATES
from app.session.asking import request
from app.session.document import Draft, Prompt, Session, Variable
from tests.app.conftest import Call
from tests.app.ledger.made import a_row


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.id)
def test_every_template_runs(call: Call, tmp_path: Path, template: object) -> None:
    RouteShelf(tmp_path).keep(Route("mine", template.root))  # type: ignore[attr-defined]
    said = call("run", "--lane", "route:mine", "--prompt", "Count", "--param", "max_tokens=4", "--json")
    assert (said.code, said.only["outcome"]) == (0, "done"), said.err


def test_retries_around_a_tree_have_a_budget_of_their_own(call: Call, tmp_path: Path) -> None:
    RouteShelf(tmp_path).keep(Route("mine", spec.Retry(spec.Fallback(("practice/swift", "practice/steady")), 2)))
    said = call("run", "--lane", "route:mine", "--prompt", "Count", "--param", "max_tokens=4", "--json")
    assert said.only["outcome"] == "done"


def test_only_what_chooses_by_figures_asks_the_ledger() -> None:
    two = ("practice/swift", "practice/steady")
    assert chooses_by_figures(spec.Cached(spec.Hedge(*two)))
    assert chooses_by_figures(spec.Fallback(two, order="cheapest"))
    assert not chooses_by_figures(spec.Fallback(two))
    assert not chooses_by_figures(spec.Hedge(*two, 1.0))
    lately = Lately()
    learn(lately, [Lane("route:x", route=Route("x", spec.Fallback(two)))], pytest.fail)
    assert lately.before == {}


def test_a_command_knows_what_other_runs_have_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    spool = Spool(data_folder() / place.SPOOL)
    spool.add(tuple(a_row(n, vendor="practice", model="swift", ttft_ms=100.0 + n) for n in range(8))).result()
    spool.close()
    lately = Lately()
    learn(lately, [Lane("route:x", route=Route("x", spec.Hedge("practice/swift", "practice/deep")))], pytest.fail)
    assert any("swift" in name for name in lately.before)


def test_a_ledger_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ABREAST_HOME", str(tmp_path))
    monkeypatch.setenv("ABREAST_LEDGER", "mysql://somewhere/else")
    said: list[str] = []
    lately = Lately()
    learn(lately, [Lane("route:x", route=Route("x", spec.Hedge("practice/swift", "practice/deep")))], said.append)
    assert said[0].startswith("routes choose without the ledger, which cannot be read: ")


def test_a_users_variables_go_with_the_request_and_no_further() -> None:
    draft = Draft("On {{plan}}", variables={"plan": Variable("pro"), "file": Variable("/etc/passwd", "file")})
    made = request(Session("s"), Prompt("p", "", draft, ("On pro", "")), None)
    assert made.labels == {"plan": "pro"}


def test_a_cache_before_a_choice_by_a_variable_keeps_answers_apart() -> None:
    pro = spec.Case(spec.VariableIs("plan", ("pro",)), "practice/deep")
    assert variables(spec.Retry(spec.Tier((pro,), "practice/swift"))) == {"plan"}
    assert variables("practice/swift") == frozenset()
