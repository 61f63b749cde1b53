"""What a keystroke costs in the lane picker with thousands of models: filtering, and painting what is found.

python -m tests.benchmarks.picker [MODELS]
"""

import os
import statistics
import sys
import time
from decimal import Decimal

TYPED = ("gpt-5 mini", "claude sonnet", "g5mini", "snt45", "vendor7/model-9", "zzzz", "llama 70b vision")
MARKS = ("vision", "audio", "files", "tools", "reasoning", "logprobs", "json_schema")
NAMES = ("gpt-5-mini", "claude-sonnet-4-5", "llama-3.3-70b", "gemini-3-flash", "qwen3-235b", "model")


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.choices import of_model
    from app.listing import ListedModel
    from app.tariff import Rates, Tariff
    from widgets.pick_list import PickList

    app = QApplication(["abreast"])
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    price = Tariff(Rates(Decimal("0.15"), Decimal("0.60")))
    lines = []
    for n in range(count):
        model = f"vendor{n % 40}/{NAMES[n % len(NAMES)]}-{n}"
        facts = (f"Model {n}", 131072, 8192, price, MARKS[: n % 8])
        listed = ListedModel(f"openrouter/{model}", "openrouter", model, *facts)  # type: ignore[arg-type]
        lines.append(of_model(listed))
    picker = PickList(None)  # type: ignore[arg-type]
    picker.resize(460, 400)
    picker.show()
    picker.choices.know(tuple(lines))
    app.processEvents()
    filtering, painting = [], []
    for _ in range(5):
        for text in TYPED:
            for end in range(1, len(text) + 1):
                began = time.perf_counter()
                picker.choices.narrow(text[:end])
                filtered = time.perf_counter()
                picker.grab()
                filtering.append((filtered - began) * 1e3)
                painting.append((time.perf_counter() - filtered) * 1e3)
    for name, took in (("filter", filtering), ("paint", painting)):
        steps = statistics.quantiles(took, n=100)
        print(f"{name:8} of {count:,}: p50 {steps[49]:5.1f} ms   p99 {steps[98]:5.1f} ms   worst {max(took):5.1f} ms")


if __name__ == "__main__":
    main()
