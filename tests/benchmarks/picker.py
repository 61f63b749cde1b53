"""What a keystroke costs in the lane picker with thousands of models: finding them, all that the picker does with a
letter (it also judges the lane and its parameters), and painting what is found.

python -m tests.benchmarks.picker [MODELS]
"""

import os
import statistics
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.listing import Listing

TYPED = ("gpt-5 mini", "claude sonnet", "g5mini", "snt45", "openrouter/vendor7/model-9", "zzzz", "llama 70b vision")
MARKS = ("vision", "audio", "files", "tools", "reasoning", "logprobs", "json_schema")
NAMES = ("gpt-5-mini", "claude-sonnet-4-5", "llama-3.3-70b", "gemini-3-flash", "qwen3-235b", "model")
LIMIT_MS = 16.0
"""What a keystroke may cost at most, half of the time; one frame of a screen with 60 Hz."""


def listing(count: int) -> "Listing":
    from app.listing import ListedModel, Listing
    from app.tariff import Rates, Tariff

    price = Tariff(Rates(Decimal("0.15"), Decimal("0.60")))
    models = []
    for n in range(count):
        model = f"vendor{n % 40}/{NAMES[n % len(NAMES)]}-{n}"
        facts = (f"Model {n}", 131072, 8192, price, MARKS[: n % 8])
        models.append(ListedModel(f"openrouter/{model}", "openrouter", model, *facts))  # type: ignore[arg-type]
    return Listing("openrouter", tuple(models), time.time())


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QWidget

    from app.directory import Directory
    from widgets.known_models import KnownModels
    from widgets.lane_picker import LanePicker

    app = QApplication(["abreast"])
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    ground = QWidget()
    ground.resize(1280, 900)
    known = KnownModels(ground)
    known.learn(listing(count))
    picker = LanePicker(ground, known, Directory())
    ground.show()
    picker.add((), 16)
    app.processEvents()
    filtering, typing, painting = [], [], []
    for _ in range(5):
        for text in TYPED:
            for end in range(1, len(text) + 1):
                began = time.perf_counter()
                picker._models.choices.narrow(text[:end])
                filtered = time.perf_counter()
                picker._models.choices.narrow("")
                pressed = time.perf_counter()
                picker._text.setText(text[:end])
                typed = time.perf_counter()
                picker.grab()
                filtering.append((filtered - began) * 1e3)
                typing.append((typed - pressed) * 1e3)
                painting.append((time.perf_counter() - typed) * 1e3)
    for name, took in (("filter", filtering), ("whole key", typing), ("paint", painting)):
        steps = statistics.quantiles(took, n=100)
        print(f"{name:9} of {count:,}: p50 {steps[49]:5.1f} ms   p99 {steps[98]:5.1f} ms   worst {max(took):5.1f} ms")
    picker.dismiss()
    if statistics.median(typing) > LIMIT_MS:
        sys.exit(f"a keystroke takes more than {LIMIT_MS:g} ms")


if __name__ == "__main__":
    main()
