"""Which language a short text is in: by its script, else by its small words. Enough to choose a model by."""

import re
import unicodedata

SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
}
"""The most spoken language of each script. Han characters among kana are Japanese."""
SMALL_WORDS = {
    "en": "the and of to is in that it for with as on are this what how be you from which",
    "de": "der die das und ist nicht ein eine zu mit den von für auf wie was sich auch im dem",
    "fr": "le la les des est une que pour dans qui pas sur avec ce plus comment quel du au ne",
    "es": "el los las que una por con para como del es está qué cómo se lo su al más no",
    "it": "il che di una per con non sono come della del questo più gli nel cosa è anche si le",
    "pt": "o os as que uma para com não como do da em é por mais um qual dos se na",
    "nl": "de het een van en is niet dat op te voor met hoe wat zijn aan deze er ook bij",
    "pl": "nie jest się na co jak w do że z to i dla czy są być tego o po jako",
    "sv": "och det att en som är på för inte med till av hur vad den ett om har de kan",
    "tr": "ve bir bu için ile nasıl nedir mi çok daha ne olarak var gibi en ama da de o mı",
}
ENOUGH = 2
"""So many small words at least, and more than any other language has, tell a language."""
SAMPLE = 2000
_WORDS = {code: frozenset(words.split()) for code, words in SMALL_WORDS.items()}


def language_of(text: str) -> str:
    """The code of ISO 639-1, "" if it cannot be told."""
    sample = text[:SAMPLE]
    return _by_script(sample) or _by_words(re.findall(r"[^\W\d_]+", sample.lower()))


def _by_script(text: str) -> str:
    letters = [unicodedata.name(sign, "").split(" ")[0].split("-")[0] for sign in text if sign.isalpha()]
    seen = [SCRIPTS[name] for name in letters if name in SCRIPTS]
    if len(seen) * 2 < len(letters) or not seen:
        return ""
    return "ja" if "ja" in seen else max(set(seen), key=seen.count)


def _by_words(words: list[str]) -> str:
    hits = sorted(((sum(word in known for word in words), code) for code, known in _WORDS.items()), reverse=True)
    (best, code), (second, _) = hits[0], hits[1]
    return code if best >= ENOUGH and best > second else ""
