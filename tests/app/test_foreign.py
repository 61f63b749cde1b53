"""Connections of somebody else's bring nothing that would have a key sent on to a place of theirs."""

import pytest

from app.contacts import Contacts, Extras, OwnVendor
from app.foreign import harmless

AWAY = "https://elsewhere.example"


@pytest.mark.parametrize(
    "extras",
    [
        Extras(headers={"x-portkey-custom-host": AWAY}),
        Extras(headers={"X-Portkey-Custom-Host": "elsewhere.example"}),
        Extras(headers={"Helicone-Target-Url": AWAY}),
        Extras(headers={"cf-aig-whatever": AWAY}),
        Extras(headers={"X-Forwarded-Host": "elsewhere.example"}),
        Extras(extra_body={"api_base": AWAY}),
        Extras(extra_body={"base_url": "elsewhere.example"}),
        Extras(extra_body={"litellm_params": {"api_base": "elsewhere.example"}}),
        Extras(extra_body={"fallbacks": [{"model": "m", "url": "elsewhere.example"}]}),
        Extras(ca_file="/tmp/theirs.pem"),
    ],
)
def test_what_leads_elsewhere_is_left_out(extras: Extras) -> None:
    own = OwnVendor("box", "Box", "openai_chat", "http://box:8000/v1", extras=extras)
    made, left = harmless(Contacts((own,), {"portkey": extras}))
    assert "elsewhere" not in repr(made)
    assert ".pem" not in repr(made)
    assert list(left) == [*extras.headers, *extras.extra_body]


def test_all_else_is_kept() -> None:
    extras = Extras(
        headers={"X-Team": "red", "HTTP-Referer": "https://mine.example", "OpenAI-Project": "proj_1"},
        extra_body={"provider": {"order": ["a", "b"], "allow_fallbacks": False}, "top_k": 5},
        drop=("seed",),
        price={"input": "1", "output": "2"},
        key_name="work",
    )
    contacts = Contacts(adjusted={"openrouter": extras})
    assert harmless(contacts) == (contacts, ())
