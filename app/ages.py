"""How old something is, in words."""

_STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def ago(seconds: float) -> str:
    """`just now`, `1 minute ago`, `3 hours ago`, `12 days ago`; never of the future."""
    for length, name in _STEPS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"
