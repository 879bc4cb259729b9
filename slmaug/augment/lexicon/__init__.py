"""What the augmenters know about English words: synonyms, parts of speech and how common a word is."""

from __future__ import annotations

from typing import Protocol

from slmaug.augment.lexicon.chinese import Chinese
from slmaug.augment.lexicon.english import English
from slmaug.augment.lexicon.morphology import Pos
from slmaug.augment.lexicon.wordnet import WordNet

__all__ = ["Chinese", "English", "Lexicon", "Pos", "WordNet"]


class Lexicon(Protocol):
    """Anything that answers these three questions; pass your own to an augmenter in place of ``English()``."""

    def synonyms(self, word: str, pos: Pos | None) -> tuple[str, ...]:
        """Words that may stand for ``word``, in the same inflection, best first, in lower case; () if none.

        ``pos`` is None where a language's words show none.
        """
        ...

    def parts_of_speech(self, word: str) -> tuple[Pos, ...]:
        """What ``word`` may be, the most frequent first; () for an unknown word."""
        ...

    def frequency(self, word: str) -> int:
        """How common ``word`` is, on the lexicon's own scale; 0 for an unknown word."""
        ...


def default_lexicon(language: str) -> Lexicon | None:
    """The embedded lexicon of a language, or None where there is none."""
    known: dict[str, Lexicon] = {"en": English(), "zh": Chinese()}
    return known.get(language)
