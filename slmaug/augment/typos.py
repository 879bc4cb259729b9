"""Spelling mistakes of fast fingers."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.lexicon import default_lexicon
from slmaug.augment.lexicon.chinese import slip
from slmaug.function_words import FUNCTION_WORDS
from slmaug.rng import Random
from slmaug.text import Text

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in _ROWS for i, key in enumerate(row)}
_SHORTEST = 4


@dataclass(frozen=True)
class Typos:
    """Misspell ordinary words: letters exchanged, left out, doubled, or hit beside the right key.

    Only English words that the lexicon knows are misspelt, from their second letter on; ``htdocs`` or
    a name it has never seen might be exact. The four slips are those of Damerau, "A technique for
    computer detection and correction of spelling errors" (1964). In Chinese one word is mistyped as people do
    who type by sound.
    """

    rate: float = 0.15
    """Probability with which each such word is misspelt, 0 to 1; at least one is."""

    def __post_init__(self) -> None:
        check_share("rate", self.rate)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language == "zh":
            return _mistyped(text, rng)
        candidates = text.fact("misspellable", _misspellable)
        if not candidates:
            return text
        chosen = [i for i in candidates if rng.random() < self.rate] or [rng.choice(candidates)]
        for index in chosen:
            text = text.replaced(index, _slip(text.parts[2 * index + 1], rng))
        return text


def _mistyped(text: Text, rng: Random) -> Text:
    candidates = text.fact("mistypable", lambda text: [i for i in text.free if slip(text.parts[2 * i + 1], Random(0))])
    if not candidates:
        return text
    index = rng.choice(candidates)
    return text.replaced(index, slip(text.parts[2 * index + 1], rng) or text.parts[2 * index + 1])


def _misspellable(text: Text) -> tuple[int, ...]:
    lexicon = default_lexicon("en") if text.language == "en" else None
    if lexicon is None:
        return ()
    words = [word.lower() for word in text.words]
    return tuple(
        i
        for i in text.free
        if len(words[i]) >= _SHORTEST
        and words[i].isascii()
        and words[i].isalpha()
        and (words[i] in FUNCTION_WORDS or lexicon.parts_of_speech(words[i]))
    )


def _slip(word: str, rng: Random) -> str:
    at = 1 + rng.randrange(len(word) - 2)
    kind = rng.randrange(4)
    if kind == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(_BESIDE[word[at].lower()]) + word[at + 1 :]
