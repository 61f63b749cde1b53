"""One long Markdown answer: our view beside `setMarkdown` of the whole text, updated 30 times a second.

    python -m tests.benchmarks.rendering [TOKENS]

The answer grows by 100 tokens a second, so each update brings three or four. CPU is summed over all updates; of
`setMarkdown`, whose cost grows with what is already there, every 100th update is made and counted a hundredfold.
"""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QTextBrowser

from widgets.markdown.view import AnswerView

TOKENS_PER_UPDATE = 100 / 30
PARAGRAPH = (
    "Time to first token is what a reader **feels**; tokens per second is what a `batch` job feels. "
    "Neither says much alone, and *both* depend on load, on the length of the prompt and on the cache.\n\n"
)
BLOCKS = (
    "## What to measure\n\n",
    PARAGRAPH,
    PARAGRAPH,
    "- the queue before the model\n- the prefill, which grows with the prompt\n- the decoding, one token at a time\n\n",
    "```python\ndef ttft(start: float, first: float) -> float:\n    return (first - start) * 1000\n```\n\n",
    "| figure | unit | lower is better |\n|---|---|---|\n| TTFT | ms | yes |\n| rate | tokens/s | no |\n\n",
    PARAGRAPH,
)


def answer(tokens: int) -> str:
    """Markdown of about `tokens` tokens of four characters."""
    parts: list[str] = []
    size = 0
    while size < tokens * 4:
        parts.append(BLOCKS[len(parts) % len(BLOCKS)])
        size += len(parts[-1])
    return "".join(parts)


def updates(text: str) -> list[str]:
    step = round(4 * TOKENS_PER_UPDATE)
    return [text[i : i + step] for i in range(0, len(text), step)]


def ours(app: QApplication, pieces: list[str]) -> list[float]:
    view = AnswerView()
    view.resize(600, 800)
    view.show()
    costs: list[float] = []
    for piece in pieces:
        began = time.process_time()
        view.append(piece)
        app.processEvents()
        costs.append(time.process_time() - began)
    view.finish()
    view.deleteLater()
    return costs


def whole(app: QApplication, pieces: list[str], every: int) -> list[float]:
    view = QTextBrowser()
    view.resize(600, 800)
    view.show()
    costs: list[float] = []
    for n in range(0, len(pieces), every):
        text = "".join(pieces[: n + 1])
        began = time.process_time()
        view.setMarkdown(text)
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        app.processEvents()
        costs.append(time.process_time() - began)
    view.deleteLater()
    return costs


def main() -> None:
    tokens = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    app = QApplication([])
    app.setStyle("Fusion")
    pieces = updates(answer(tokens))
    ours(app, pieces[:200])
    mine, every = ours(app, pieces), 100
    theirs = whole(app, pieces, every)
    early = mine[len(mine) // 20 : len(mine) * 3 // 20]
    late = mine[-len(early) :]
    print(f"{tokens} tokens in {len(pieces)} updates")
    print(f"  ours         {sum(mine):8.2f} CPU-s   worst update {max(mine) * 1e3:6.1f} ms")
    print(f"  setMarkdown  {sum(theirs) * every:8.2f} CPU-s   worst update {max(theirs) * 1e3:6.1f} ms")
    print(f"  ratio        1/{sum(theirs) * every / sum(mine):.0f}")
    print(f"  cost of an update at {tokens} tokens over that at {tokens // 10}: {sum(late) / sum(early):.2f}")


if __name__ == "__main__":
    main()
