"""llama.cpp sends no message_start when the first token is half a character: the answer is one all the same."""

from tests.providers.folding import finished_of, fold

STREAM = (
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
    b'"content_block":{"type":"text","text":""}}\n\n'
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
    b'"delta":{"type":"text_delta","text":"whole"}}\n\n'
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'
    b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},'
    b'"usage":{"output_tokens":200}}\n\n'
    b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)


def test_an_answer_without_its_start_is_done() -> None:
    folded = fold("anthropic", [STREAM])

    finished = finished_of(folded)
    assert folded.text == "whole"
    assert (finished.stop, finished.model, finished.usage.output) == ("max_tokens", "asked", 200)
    assert finished.usage.input is None
