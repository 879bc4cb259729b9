"""What part of speech a word of a question is, from its neighbours; None where they do not settle it.

A synonym is right only for the part of speech it belongs to: "list the files" and "a list" have none in common.
This is a hand-written constraint tagger in the manner of Karlsson, "Constraint Grammar" (1990), cut down to what
decides in questions and commands: it prefers no answer to a wrong one, since no answer costs one substitution and
a wrong one costs a training row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from slmaug.augment.lexicon.morphology import Pos, lemmas
from slmaug.function_words import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    FUNCTION_WORDS,
    HAVE,
    LIGHT_VERBS,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECT_PRONOUNS,
)

if TYPE_CHECKING:
    from slmaug.augment.lexicon import Lexicon

# These make a new verb of the verb before them: "top up", "log in", "back off".
VERB_PARTICLES = frozenset({"up", "off", "out", "in", "on", "down", "over", "back", "away"})
_OBJECT_PRONOUNS = frozenset({"it", "them", "me", "him", "her", "us", "you", "this", "that", "these", "those"})
_DEGREE = frozenset({"how", "too", "very", "so", "as", "more", "most", "less", "least", "quite", "rather"})
_RELATIVE = frozenset({"that", "which", "who", "what"})
_COORDINATION = frozenset({"and", "or", "then", "but"})
_SENTENCE_ENDS = (".", "?", "!", ":", ";")
_OPENS_OBJECT = DETERMINERS | _OBJECT_PRONOUNS
# What comes before the verb of a clause when the verb is in its base form.
_BEFORE_BASE = MODALS | {"please", "to", "let's", "do", "does", "did", "don't", "doesn't", "didn't", "never"}


def is_particle_verb(words: Sequence[str], index: int) -> bool:
    """Whether ``words[index]``, if it is a verb, forms one verb with a particle: "top up", "turn it off".

    >>> is_particle_verb(["turn", "it", "off"], 0)
    True
    """
    following = [word.lower() for word in words[index + 1 : index + 3]]
    if following and following[0] in VERB_PARTICLES:
        # Only short verbs take "in" and "on" as particles: "log in", but "modified in May", "displayed on a page".
        return following[0] not in {"in", "on"} or len(re.findall("[aeiouy]+", _stem(words[index].lower()))) == 1
    return len(following) == 2 and following[0] in _OBJECT_PRONOUNS and following[1] in VERB_PARTICLES - {"in", "on"}


def _stem(verb: str) -> str:
    return re.sub("(?:ing|ed|es|e|s)$", "", verb)


def part_of_speech(words: Sequence[str], index: int, lexicon: Lexicon) -> Pos | None:
    """The part of speech of ``words[index]`` in its question, or None where it is uncertain or must stay as it is.

    None is also the answer for function words, for both halves of a particle verb and of a noun compound
    ("exchange rate"), and for a bare noun in a fixed phrase ("by hand", "take place"): the word alone does not carry
    the meaning there. ``words`` may hold code, numbers and names; what the lexicon does not know counts as a noun.

    >>> from slmaug.augment.lexicon import English
    >>> [part_of_speech("How do I delete a large file".split(), i, English()) for i in (3, 5, 6)]
    ['verb', 'adjective', 'noun']
    """
    word = words[index].lower()
    if word in FUNCTION_WORDS or not word.replace("-", "").isalpha():
        return None
    possible = lexicon.parts_of_speech(word)
    if not possible:
        possible = ("noun",)
    found = _Place(words, index, lexicon).decide(word, possible)
    if found == "verb" and is_particle_verb(words, index):
        return None
    if found is None or found not in possible:
        return None
    return found


class _Place:
    """A word's neighbourhood. ``before`` and ``after`` are "" at the ends of a sentence."""

    __slots__ = ("after", "before", "before_that", "index", "lexicon", "words")

    def __init__(self, words: Sequence[str], index: int, lexicon: Lexicon) -> None:
        self.words, self.index, self.lexicon = words, index, lexicon
        self.before = self._word(index - 1)
        self.before_that = self._word(index - 2) if self.before else ""
        self.after = self._word(index + 1) if index + 1 < len(words) else ""

    def _word(self, at: int) -> str:
        if at < 0:
            return ""
        word = self.words[at].lower()
        return "" if at < self.index and word.endswith(_SENTENCE_ENDS) else word

    def decide(self, word: str, possible: tuple[Pos, ...]) -> Pos | None:
        before, after = self.before, self.after
        if word.endswith("ly") and "adverb" in possible:
            return "adverb"
        if before == "as" and after == "as":
            return None  # "as soon as", "as long as" are conjunctions
        if before in _DEGREE:
            return "adjective" if "adjective" in possible else "adverb" if "adverb" in possible else None
        if "verb" in possible:
            verdict = self._as_verb(word, possible)
            if verdict != "undecided":
                return "verb" if verdict == "verb" else None
        if before in BE or (before in NEGATIONS and self.before_that in BE):
            fits = "adjective" in possible and possible[0] != "noun" and not self._noun_follows()
            return "adjective" if fits else None
        opens_noun = before in DETERMINERS or before[:1].isdigit() or self._is_adjective(before)
        if opens_noun or before in PREPOSITIONS:
            return self._in_noun_phrase(word, possible, bare=not opens_noun)
        return self._by_itself(word, possible)

    def _as_verb(self, word: str, possible: tuple[Pos, ...]) -> str:
        """Says "verb", "uncertain" or, where nothing speaks of a verb, "undecided"."""
        before, after = self.before, self.after
        only = possible == ("verb",)
        inflected = _inflected(word)
        opens_object = after in _OPENS_OBJECT or after[:1].isdigit()
        if before in BE or before in HAVE or (before in NEGATIONS and self.before_that in BE | HAVE):
            if inflected and not word.endswith("s"):
                return "verb" if not self._noun_follows() else "uncertain"
            return "undecided"
        if before == "to" and not inflected:
            return "verb" if only or opens_object or "noun" not in possible else self._by_weight(possible)
        if before in _BEFORE_BASE and not inflected:
            return "verb"
        if before in SUBJECT_PRONOUNS and before != "one":
            return "verb" if possible[0] == "verb" or "adjective" not in possible else "uncertain"
        if not before:
            if inflected:
                return "verb" if word.endswith("ing") and opens_object else "uncertain"
            return "verb" if possible[0] == "verb" or opens_object else "uncertain"
        if before in _COORDINATION:
            return "verb" if only or (opens_object and not word.endswith("s")) else "uncertain"
        if before in _RELATIVE:
            return "verb" if "noun" not in possible or (possible[0] == "verb" and opens_object) else "uncertain"
        if before in NEGATIONS:
            return "verb" if only else "uncertain"
        if word.endswith("ing") and (before in PREPOSITIONS or before in {"without", "for", "when", "while", "before"}):
            return "verb" if opens_object or only else "uncertain"
        if before in DETERMINERS or before in PREPOSITIONS:
            return "uncertain" if inflected and not word.endswith("s") else "undecided"
        if word.endswith("ly"):
            return "undecided"
        if before.endswith("ly") and before not in FUNCTION_WORDS and "adjective" not in possible:
            return "verb" if possible[0] == "verb" and (opens_object or only) else "uncertain"
        if inflected and not word.endswith(("ing", "s")):
            # "files modified in May", "a card issued by a bank"; "modified files" is left alone.
            return "verb" if not self._noun_follows() else "uncertain"
        if only:
            return "verb" if not self._noun_follows() or opens_object or not word.endswith("ing") else "uncertain"
        return "undecided"

    @staticmethod
    def _by_weight(possible: tuple[Pos, ...]) -> str:
        return "verb" if possible[0] == "verb" else "uncertain"

    def _in_noun_phrase(self, word: str, possible: tuple[Pos, ...], bare: bool) -> Pos | None:
        if self._noun_follows():
            return "adjective" if possible[0] == "adjective" else None
        if self._is_adjective(self.after) and "adjective" in possible and possible[0] == "adjective":
            return "adjective"  # "a large empty file"
        if "noun" not in possible or possible[0] == "adjective" or self.before in {"than", "like", "as", "past"}:
            return None
        if bare and not word.endswith("s"):
            return None  # "in order", "by hand", "on time"
        return "noun"

    def _by_itself(self, word: str, possible: tuple[Pos, ...]) -> Pos | None:
        if possible[0] == "adjective":
            return "adjective" if self._noun_follows() and "verb" not in possible else None
        if possible[0] == "noun":
            if self._noun_follows() or self._noun_precedes() or (self.before in LIGHT_VERBS and not word.endswith("s")):
                return None
            return "noun" if "verb" not in possible or self._verb_precedes() else None
        return "adverb" if possible == ("adverb",) else None

    def _noun_follows(self) -> bool:
        return self._nounish(self.after)

    def _noun_precedes(self) -> bool:
        return self._nounish(self.before) and not self._verb_precedes()

    def _verb_precedes(self) -> bool:
        """Whether the word before is plainly a verb: an imperative, or after "to", a modal or a pronoun."""
        if not self.before or "verb" not in self.lexicon.parts_of_speech(self.before) or self.before in FUNCTION_WORDS:
            return False
        start = self.index == 1 or not self.before_that
        parts = self.lexicon.parts_of_speech(self.before)
        return (
            parts[0] == "verb"
            or start
            or self.before_that in _BEFORE_BASE
            or self.before_that in SUBJECT_PRONOUNS
            or self.before_that in AUXILIARIES
        )

    def _nounish(self, word: str) -> bool:
        """A noun, or something the lexicon does not know: code, a number behind a word, a name."""
        if not word or word in FUNCTION_WORDS or word in PRONOUNS or not any(letter.isalnum() for letter in word):
            return False
        parts = self.lexicon.parts_of_speech(word.strip(",.?!:;()\"'"))
        if parts and parts[0] != "noun" and "noun" in parts and word == self.after:
            # "the exchange rates", "a bank transfer": after a modifier a verb form with -s or a bare one may be a noun.
            return True
        return not parts or parts[0] == "noun"

    def _is_adjective(self, word: str) -> bool:
        if not word or word in FUNCTION_WORDS:
            return False
        parts = self.lexicon.parts_of_speech(word)
        return bool(parts) and parts[0] == "adjective"


def _inflected(word: str) -> bool:
    """Whether a verb is not in its base form, by its ending or as an irregular past."""
    if word.endswith(("ing", "ed")) or (word.endswith("s") and not word.endswith("ss")):
        return len(word) > 4 or word.endswith("s")
    return len(lemmas(word, "verb")) > 1
