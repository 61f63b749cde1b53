"""Joining a base URL and a path, without any cleverness."""


def join(base_url: str, path: str) -> str:
    """`base_url` verbatim save one trailing `/`, then `path`; if the base has a query, the path goes before it."""
    base, question, query = base_url.partition("?")
    path, _, asked = path.partition("?")
    queries = "&".join(part for part in (query if question else "", asked) if part)
    return base.removesuffix("/") + path + (f"?{queries}" if queries else "")
