"""Which keys there are, as values without the keys. Light: the window shows them."""

import msgspec

LONG_ENOUGH = 12
"""Of a shorter key, four signs would be too much of it."""
SESSION = "memory, until Abreast is closed"
"""Where a key is that no keyring keeps."""


class Account(msgspec.Struct, frozen=True):
    """One key: what to know it by and where it is kept. `id` is a vendor's id, or the origin of one of the user's own;
    `name` is empty for a key of the environment."""

    id: str
    name: str
    tail: str
    where: str

    @property
    def is_ours(self) -> bool:
        """Whether it can be deleted here."""
        return bool(self.name)

    @property
    def is_passing(self) -> bool:
        """Whether it is gone when the engine is."""
        return self.where == SESSION


def tail(key: str) -> str:
    """The last four signs, by which people know a key again."""
    return f"…{key[-4:]}" if len(key) >= LONG_ENOUGH else "…"
