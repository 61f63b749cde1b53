"""A key belongs to an origin."""

import pytest

from app.keys import Keys, checked
from app.lanes import UrlTarget, VendorTarget
from providers.errors import ProviderError

ENVIRON = {"OPENAI_API_KEY": "sk-usual", "MINE": " tk-mine ", "EMPTY": "  "}


def of_url(url: str, **given: str) -> str | None:
    return Keys(ENVIRON, given).for_target(UrlTarget("openai_chat", "m", url))


def test_a_vendor_has_its_usual_variable() -> None:
    assert Keys(ENVIRON).for_target(VendorTarget("openai", "m")) == "sk-usual"
    assert Keys(ENVIRON).for_target(VendorTarget("groq", "m")) is None
    assert Keys({"OPENAI_API_KEY": " "}).for_target(VendorTarget("openai", "m")) is None
    assert Keys(ENVIRON).for_target(VendorTarget("practice", "swift")) is None


@pytest.mark.parametrize("variable", ["GEMINI_API_KEY", "GOOGLE_API_KEY"])
def test_a_vendor_may_have_several(variable: str) -> None:
    assert Keys({variable: "k"}).for_target(VendorTarget("google", "m")) == "k"


def test_a_vendors_key_goes_to_the_vendors_own_origin_only() -> None:
    assert of_url("https://api.openai.com/v1") == "sk-usual"
    assert of_url("https://API.OpenAI.com:443/other") == "sk-usual"
    for other in (
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.example/v1",
        "https://example/api.openai.com",
        "http://127.0.0.1/v1",
        "http://localhost:443/v1",
    ):
        assert of_url(other) is None, other


def test_a_named_variable_goes_first_and_to_its_origin_only() -> None:
    given = {"https://api.openai.com:443": "MINE", "http://127.0.0.1:8000": "MINE"}
    assert of_url("https://api.openai.com/v1", **given) == "tk-mine"
    assert of_url("http://127.0.0.1:8000/v1", **given) == "tk-mine"
    assert of_url("http://127.0.0.1:8001/v1", **given) is None
    assert Keys(ENVIRON, given).for_target(VendorTarget("openai", "m")) == "tk-mine"


def test_a_named_variable_must_hold_a_key() -> None:
    with pytest.raises(ProviderError, match="EMPTY") as caught:
        of_url("http://127.0.0.1:8000/v1", **{"http://127.0.0.1:8000": "EMPTY"})
    assert caught.value.failure.kind == "authentication"


@pytest.mark.parametrize("key", ["a b", "a\tb", "a\r\nb", "ключ", "a\x7fb", "a\udcffb"])
def test_what_cannot_be_a_key_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ProviderError, match="MINE") as caught:
        checked(key, "MINE")
    assert key not in str(caught.value)


def test_keys_are_not_in_its_representation() -> None:
    assert "sk-usual" not in repr(Keys(ENVIRON))
