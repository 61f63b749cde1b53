"""What the window and the engine say to each other of graphs of the ledger."""

import msgspec

from app.numbers.chart import Chart
from app.numbers.question import Box, Choices, Picked, Question


class AskChoices(msgspec.Struct, frozen=True, tag="ask_choices"):
    """What could the runs in the ledger be narrowed to?"""


class AskChart(msgspec.Struct, frozen=True, tag="ask_chart"):
    """Answered as soon as no run is live; of those that wait, only the newest."""

    question: Question


class AskPicked(msgspec.Struct, frozen=True, tag="ask_picked"):
    """Which runs lie in that rectangle over the answer to that question?"""

    question: Question
    box: Box


class ChoicesTold(msgspec.Struct, frozen=True, tag="choices_told"):
    choices: Choices


class ChartTold(msgspec.Struct, frozen=True, tag="chart_told"):
    question: Question
    chart: Chart


class PickedTold(msgspec.Struct, frozen=True, tag="picked_told"):
    question: Question
    runs: tuple[Picked, ...]


class NumbersRefused(msgspec.Struct, frozen=True, tag="numbers_refused"):
    """The ledger cannot be read: `said` tells why."""

    said: str


NumbersWish = AskChoices | AskChart | AskPicked
NumbersTold = ChoicesTold | ChartTold | PickedTold | NumbersRefused
