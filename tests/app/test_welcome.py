"""The line that says what there is to begin with."""

from app.desk_server import DeskServer
from app.keys import variables_set
from app.welcome import welcome

OLLAMA = DeskServer("http://127.0.0.1:11434", "ollama", ("a", "b"))
LITELLM = DeskServer("http://127.0.0.1:4000", "litellm", wants_key=True)
VLLM = DeskServer("http://127.0.0.1:8000", "vllm", ("m",))


def test_with_nothing_but_practice() -> None:
    assert welcome(3, (), ()) == "3 practice models: tiny language models on this machine, play prices"
    assert welcome(1, (), ()).startswith("1 practice model:")


def test_what_was_found_stands_beside_it() -> None:
    said = welcome(3, (OLLAMA, VLLM, LITELLM), ("OPENAI_API_KEY",))
    assert "found Ollama (2 models), vLLM (1 model), LiteLLM (wants a key) on this machine" in said
    assert said.endswith("OPENAI_API_KEY in your environment")


def test_it_stays_one_line() -> None:
    said = welcome(3, (OLLAMA,) * 9, [f"KEY_{n}" for n in range(7)])
    assert "and 6 more on this machine" in said
    assert "KEY_0, KEY_1, KEY_2 and 4 more in your environment" in said


def test_of_variables_only_the_names_are_told() -> None:
    environ = {"OPENAI_API_KEY": "s3cret", "GROQ_API_KEY": "  ", "OTHER": "x", "GEMINI_API_KEY": "s3cret"}
    assert variables_set(environ) == ("OPENAI_API_KEY", "GEMINI_API_KEY")
