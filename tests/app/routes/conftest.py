"""A practice server for embeddings, as the cache's tests have it."""

from tests.app.cache.conftest import practice_url

__all__ = ["practice_url"]
