"""From a question and columns to a chart."""

from app.numbers.chart import Chart
from app.numbers.columns import Columns
from app.numbers.cost import cost
from app.numbers.latency import latency
from app.numbers.narrowing import narrowed
from app.numbers.percentiles import percentiles
from app.numbers.question import Question
from app.numbers.spread import spread
from app.numbers.token_classes import tokens
from app.numbers.worth import worth

DRAWN = {
    "spread": spread,
    "latency": latency,
    "cost": cost,
    "tokens": tokens,
    "worth": worth,
    "percentiles": percentiles,
}


def answer(columns: Columns, question: Question) -> Chart:
    return DRAWN[question.graph](narrowed(columns, question.filters), question)
