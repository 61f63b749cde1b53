"""Which runs had a fault injected on purpose, so that no figure of theirs is mistaken for a real one."""

from app.records import RunRecord


def fault_of(record: RunRecord) -> str:
    """The fault that was injected into a run, "" for a run whose figures are real."""
    told = next((each.text for each in record.notices if each.kind == "fault"), "")
    return told.partition(": ")[2]
