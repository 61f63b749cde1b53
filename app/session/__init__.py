"""The document a user saves: what it holds, how it is written, and how it is kept from getting lost."""
