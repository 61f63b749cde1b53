"""`transformers serve` with a tiny random model: it sends no end marker, and usage in its last chunk."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Call
from tests.servers.conftest import free_port, place, running

pytestmark = pytest.mark.long

MAKE = """
import sys, pathlib
from tokenizers import Tokenizer, models, pre_tokenizers, decoders, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
out = sys.argv[1]
tok = Tokenizer(models.BPE())
tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tok.decoder = decoders.ByteLevel()
texts = [path.read_text(errors="replace") for path in pathlib.Path(sys.argv[2]).rglob("*.py")][:80]
tok.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=2048, special_tokens=["<s>", "</s>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
fast = PreTrainedTokenizerFast(tokenizer_object=tok, bos_token="<s>", eos_token="</s>")
fast.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\\n{% endfor %}assistant:"
fast.save_pretrained(out)
config = LlamaConfig(vocab_size=2048, hidden_size=128, intermediate_size=256, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=2048, bos_token_id=0, eos_token_id=1)
LlamaForCausalLM(config).save_pretrained(out)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The base URL and the model's name."""
    command = place("ABREAST_TRANSFORMERS")
    folder = tmp_path_factory.mktemp("transformers")
    model = folder / "tiny-llama"
    python = command.with_name("python")
    sources = Path(__file__).resolve().parents[2] / "providers"
    subprocess.run([python, "-c", MAKE, model, sources], check=True, timeout=200, capture_output=True)
    port = free_port()
    words = [command, "serve", model, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with running(words, f"http://127.0.0.1:{port}/health", folder / "log", {"HF_HUB_OFFLINE": "1"}):
        yield f"http://127.0.0.1:{port}/v1", str(model)


def test_text_with_usage_without_an_end_marker(call: Call, served: tuple[str, str]) -> None:
    base_url, model = served
    words = ("--lane", f"openai_chat:{model}@{base_url}", "--param", "max_tokens=24", "--repeat", "3")
    said = call("run", "--json", "--prompt", "def main():", *words)

    assert [line["error"] for line in said.lines] == [None, None, None]
    for line in said.lines:
        assert line["finish_reason"] in ("stop", "length")
        assert 0 < line["usage"]["output"] <= 24


def test_responses(call: Call, served: tuple[str, str]) -> None:
    base_url, model = served
    lane = f"openai_responses:{model}@{base_url}"
    said = call("run", "--json", "--prompt", "def main():", "--lane", lane, "--param", "max_tokens=24").only

    assert said["outcome"] == "done", json.dumps(said["error"])
    assert said["text"]


def test_a_model_that_is_not_there(call: Call, served: tuple[str, str]) -> None:
    said = call("run", "--json", "--prompt", "x", "--lane", f"openai_chat:nobody/nothing@{served[0]}").only

    assert said["outcome"] == "failed"
    assert said["error"]["status"] is not None
