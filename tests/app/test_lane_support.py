"""What becomes of parameters, for every vendor: what is told before is what the encoder says."""

from typing import Any

import pytest

from app.contacts import Contacts, Extras, OwnVendor
from app.directory import Directory
from app.lane_support import OPEN, SAMPLES, Support, support
from providers.vendors import VENDORS

DIRECTORY = Directory()


def states(text: str, **params: Any) -> dict[str, str]:
    return {name: found.state for name, found in support(text, params, DIRECTORY).items() if found != OPEN}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("openai/gpt-5", {"temperature": "refused", "top_p": "refused", "top_k": "refused"}),
        ("openai/gpt-4o", {"top_k": "refused"}),
        ("llamacpp/x", {}),
        ("practice/swift", {}),
        ("openai_chat:gpt-4o@https://api.openai.com/v1", {"top_k": "refused"}),
        ("openai_chat:gpt-5@http://127.0.0.1:8000/v1", {}),
        ("nobody/x", {}),
        ("no lane", {}),
    ],
)  # fmt: skip
def test_what_a_lane_takes(text: str, told: dict[str, str]) -> None:
    assert states(text) == told


def test_what_is_sent_although_it_is_unset_is_told() -> None:
    found = support("anthropic/claude-x", {}, DIRECTORY)["max_tokens"]
    assert found == Support("default", "Anthropic requires `max_tokens`; 4096 is sent.")
    assert "max_tokens" not in states("anthropic/claude-x", max_tokens=100)


def test_one_parameter_may_forbid_another() -> None:
    assert "temperature" not in states("anthropic/claude-sonnet-4-5")
    told = states("anthropic/claude-sonnet-4-5", reasoning_effort="low", max_tokens=4096)
    assert told["temperature"] == "refused"
    assert "temperature" not in states("openai/gpt-5", reasoning_effort="none")


def test_what_the_user_drops_is_told() -> None:
    directory = Directory()
    box = OwnVendor("box", "Box", "openai_chat", "http://box/v1", extras=Extras(drop=("seed",)))
    directory.learn(Contacts((box,)))
    assert support("box/m", {}, directory)["seed"].state == "refused"


@pytest.mark.parametrize("row", VENDORS, ids=lambda row: row.id)
def test_every_vendor_can_be_asked(row: Any) -> None:
    told = support(f"{row.id}/some-model", {}, DIRECTORY)
    assert told.keys() == SAMPLES.keys()
    assert all(each.note for each in told.values() if each.state != "open")
