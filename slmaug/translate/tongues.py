"""Which language a text is written in, as translating it needs to know: by its script, its letters and its words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from slmaug.foreign_words import WORDS
from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA, locked_spans
from slmaug.model_files import needed

CYRILLIC = ("be", "bg", "mk", "ru", "sr", "uk")
LATIN = ("en", *(language for language in WORDS if language not in CYRILLIC))
"""Languages in Latin script that are told apart; what is written in another one is taken for one of these, or None."""
_SCRIPTS = {
    language: re.compile(f"[{letters}]")
    for language, letters in {
        "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
        "cyrillic": "\u0400-\u052f",
        "arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff",
        "zh": HAN + KANA,
        "ko": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
        "el": "\u0370-\u03ff\u1f00-\u1fff",
        "he": "\u05d0-\u05ea",
        "hi": "\u0900-\u097f",
        "bn": "\u0980-\u09ff",
        "ta": "\u0b80-\u0bff",
        "te": "\u0c00-\u0c7f",
        "th": "\u0e01-\u0e4e",
        "ka": "\u10a0-\u10ff",
        "hy": "\u0531-\u0587",
    }.items()
}
"""Letters by the language that they decide, or by the script where several languages share them."""
_KANA = re.compile(f"[{KANA}]")
_OTHERS = re.compile("|".join(letters.pattern for name, letters in _SCRIPTS.items() if name != "latin"))
_WORTH = {"zh": 3, "ko": 2}
"""A Chinese sign or a Korean syllable says as much as so many letters."""
_LEAST_SHARE = 0.2  # of the Latin letters: "pull request とは"
_PERSIAN, _URDU = re.compile("[\u067e\u0686\u0698\u06af]"), re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_MOST = 2000  # characters of a text that are looked at; a language shows long before
_LEAST_SURE = 0.5
_MORE_ENGLISH = 1.0  # on top of its log-probability: technical terms of all languages are English
_WORTH_OF_A_WORD = 3.0
"""What a word of a language's list adds to its log-probability; of words that several languages have, a part of it."""

LANGUAGES = frozenset({*LATIN, *CYRILLIC, *(name for name in _SCRIPTS if len(name) == 2), "ja", "ar", "fa", "ur"})
"""All languages that :func:`tongue` may give."""


def tongue(text: str) -> str | None:
    """The ISO 639-1 code of the language of a text, None where there is too little to tell it by.

    Code, names and numbers do not count (:func:`slmaug.locks.locked_spans`). Scripts that one language has decide by
    themselves; languages in Latin and Cyrillic script are told by py3langid (Lui and Baldwin, "langid.py", 2012)
    together with the small words of :mod:`slmaug.foreign_words`, because a question such as "Co je to pull request?"
    has few others of its own. Raises :class:`slmaug.errors.MissingPackage` where py3langid is needed and not installed.

    >>> tongue("कैसे पढ़ें?"), tongue("如何用 pandas 读取 JSON 文件"), tongue("HttpClient 4.8")
    ('hi', 'zh', None)
    """
    text = text[:_MOST]
    script = _script_of(text)
    if script == "cyrillic":
        return _by_letter(text) or _likeliest(_letters_of(script, text), CYRILLIC)
    if script == "arabic":
        return "ur" if _URDU.search(text) else "fa" if _PERSIAN.search(text) else "ar"
    if script is not None:
        return script
    return _likeliest(_prose(_OTHERS.sub(" ", text)), LATIN)


def _prose(text: str) -> str:
    """The text without its locked spans."""
    parts, position = [], 0
    for start, end in locked_spans(text):
        parts.append(text[position:start])
        position = end
    return " ".join([*parts, text[position:]])


def _script_of(text: str) -> str | None:
    """The language or the script that is not Latin and that a text is in; None where it is Latin or has no letters.

    Terms in Latin letters stand in questions of all languages. So the other script decides, unless it has few letters
    or is itself the term: "What does 你好 mean?".
    """
    counts = {name: len(letters.findall(text)) * _WORTH.get(name, 1) for name, letters in _SCRIPTS.items()}
    latin = counts.pop("latin")
    best = max(counts, key=counts.__getitem__)
    if not counts[best] or counts[best] < _LEAST_SHARE * latin:
        return None
    if counts[best] < latin and sum(word in _SPEAKS_FOR for word in _OTHERS.sub(" ", text.lower()).split()) >= 2:
        return None
    return "ja" if best == "zh" and _KANA.search(text) else best


def _letters_of(script: str, text: str) -> str:
    return " ".join(word for word in _WORD.findall(text) if _SCRIPTS[script].search(word))


def _by_letter(text: str) -> str | None:
    """The language of a Cyrillic text, by letters that others do not have."""
    letters = set(text.lower())
    if "\u045e" in letters or ("\u0456" in letters and letters & {*"ыэё"}):
        return "be"
    own = {"uk": "\u0456їєґ", "ru": "ыэё", "mk": "ѓќ", "sr": "ђћ"}
    return next((language for language, some in own.items() if letters & {*some}), None)


def _likeliest(prose: str, languages: tuple[str, ...]) -> str | None:
    """The language with the highest probability, if it is more likely than all others together."""
    words = [word.lower().replace("\u2019", "'") for word in _WORD.findall(prose)]
    if not any(len(word) > 1 for word in words):
        return None
    scores = dict.fromkeys(languages, 0.0)
    for word in words:
        for part in [word] if word in _SPEAKS_FOR else word.split("'"):
            found = _SPEAKS_FOR.get(part, ())
            for language in found:
                if language in scores:
                    scores[language] += _WORTH_OF_A_WORD / math.sqrt(len(found))
    for language, probability in _probabilities(prose, languages).items():
        scores[language] += math.log(probability + 1e-4) + (_MORE_ENGLISH if language == "en" else 0)
    best = max(scores, key=scores.__getitem__)
    odds = sum(math.exp(score - scores[best]) for score in scores.values())
    return best if 1 / odds > _LEAST_SURE else None


def _probabilities(prose: str, languages: tuple[str, ...]) -> Mapping[str, float]:
    return {language: float(share) for language, share in _identifier(languages).rank(" ".join(prose.split()))}


@lru_cache(maxsize=2)
def _identifier(languages: tuple[str, ...]) -> Any:
    """py3langid's model, which gives probabilities of these languages. Loading takes about a second."""
    langid = needed("py3langid.langid", "translate")
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages)
    return identifier


def _by_word() -> dict[str, tuple[str, ...]]:
    """Each small word's languages."""
    lists = {"en": FUNCTION_WORDS, **WORDS}
    words = sorted(frozenset().union(*lists.values()))
    return {word: tuple(language for language in lists if word in lists[language]) for word in words}


_SPEAKS_FOR = _by_word()
