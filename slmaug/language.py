"""Which language a question is written in, as far as augmenting it needs to know."""

from __future__ import annotations

import re
from typing import Literal

from slmaug.foreign_words import ENGLISH_TOO, WORDS
from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA

Language = Literal["en", "zh", "other"]

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile(f"[{KANA}]")

_ALL_WORDS: frozenset[str] = frozenset().union(*WORDS.values())
_ELSEWHERE = _ALL_WORDS - FUNCTION_WORDS
_CLEARLY = frozenset(word for word in _ELSEWHERE - ENGLISH_TOO if len(word) > 1)
"""Words that no English question has."""
_ENGLISH = FUNCTION_WORDS - (_ALL_WORDS - {"a", "i"})
"""English function words that speak for English: "was", "will" and "no" are words of other languages, too."""


def detect_language(prose: str) -> Language:
    """The language of ``prose``, a question with its locked spans taken out.

    Chinese is told by its characters, Japanese by its syllables ("other": its words are not
    parsed). Text in another script than Latin, or with more function words of other European
    languages than of English, is "other"; what is left counts as English.

    >>> detect_language("How do I read a file?"), detect_language("Wie kann ich das lesen?")
    ('en', 'other')
    """
    if _KANA.search(prose):
        return "other"
    if _HAN.search(prose):
        return "zh"
    words = [word.lower() for word in _WORD.findall(prose)]
    if not prose.isascii():
        letters = sum(map(len, words))
        if sum(c.isascii() for word in words for c in word) < 0.7 * letters:
            return "other"
    if _CLEARLY.isdisjoint(words):
        return "en"
    foreign = sum(word in _ELSEWHERE for word in words)
    return "other" if foreign > sum(word in _ENGLISH for word in words) else "en"
