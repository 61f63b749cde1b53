"""The practice embedding: words and their letters, hashed into a vector. Real, and no notion of meaning."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from providers.practice.face import JSON
from providers.practice.retrieval import WORD

DIMENSIONS = 256
MODEL = "practice-embed"


async def answer(request: Request) -> Response:
    """OpenAI's `/v1/embeddings`, for one text or several."""
    try:
        asked = msgspec.json.decode(await request.body(), type=_Asked)
    except msgspec.DecodeError as error:
        body = {"error": {"message": str(error), "type": "invalid_request_error", "param": None, "code": None}}
        return Response(msgspec.json.encode(body), 400, media_type=JSON)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    data = [{"object": "embedding", "index": at, "embedding": vector(text)} for at, text in enumerate(texts)]
    tokens = sum(len(WORD.findall(text)) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    made = {"object": "list", "model": asked.model, "data": data, "usage": usage}
    return Response(msgspec.json.encode(made), media_type=JSON)


class _Asked(msgspec.Struct):
    input: str | list[str]
    model: str = MODEL


def vector(text: str) -> list[float]:
    """Of length 1: each word counts as itself and as its trigrams, more of the same counting ever less."""
    sums = [0.0] * DIMENSIONS
    for feature, count in Counter(_features(text.casefold())).items():
        digest = hashlib.blake2b(feature.encode("utf-8", "replace"), digest_size=4).digest()
        sign = 1.0 if digest[3] & 1 else -1.0
        sums[int.from_bytes(digest[:3], "big") % DIMENSIONS] += sign * math.log1p(count)
    length = math.sqrt(sum(each * each for each in sums)) or 1.0
    return [round(each / length, 7) for each in sums]


def _features(text: str) -> Iterator[str]:
    for word in WORD.findall(text):
        yield f"={word}"
        padded = f"^{word}$"
        yield from (padded[at : at + 3] for at in range(len(padded) - 2))
