"""Which words of an English text may be nouns and participles, where no tagger is asked."""

from __future__ import annotations

from collections.abc import Sequence

from slmaug.augment.frames.clauses import LEXICON, LOCK
from slmaug.augment.lexicon.morphology import lemmas
from slmaug.function_words import FUNCTION_WORDS, LIGHT_VERBS


def is_plural(word: str) -> bool:
    """Whether it is the plural of a noun that the lexicon knows: "buses", not "bus"."""
    return any(lemma != word and "noun" in LEXICON.parts_of_speech(lemma) for lemma in lemmas(word, "noun"))


def may_be_noun(word: str) -> bool:
    """Whether it can be one at all; a word that the lexicon lacks can."""
    if word == LOCK:
        return True
    parts = LEXICON.parts_of_speech(word) or tuple(
        part for lemma in lemmas(word, "noun") for part in LEXICON.parts_of_speech(lemma)
    )
    return word not in FUNCTION_WORDS | LIGHT_VERBS and (not parts or "noun" in parts)


def is_plain_noun(word: str) -> bool:
    """Whether it is a noun before all else."""
    if word in FUNCTION_WORDS or word == LOCK:
        return False
    parts = LEXICON.parts_of_speech(word)
    return parts[:1] in ((), ("noun",)) or (is_plural(word) and "noun" in parts)


def is_participle(word: str) -> bool:
    """Whether it may be a participle: an inflected verb that does not end in -s."""
    return not word.endswith("s") and any(
        lemma != word and "verb" in LEXICON.parts_of_speech(lemma) for lemma in lemmas(word, "verb")
    )


def describes(word: str) -> bool:
    """Whether it may stand behind "be" and behind a noun alike: an adjective, its comparative or a participle."""
    if word in FUNCTION_WORDS:
        return False
    return LEXICON.parts_of_speech(word)[:1] == ("adjective",) or compares(word) or is_participle(word)


def compares(word: str) -> bool:
    """Whether it is the comparative of an adjective."""
    bases = lemmas(word, "adjective") if word.endswith("er") and word not in FUNCTION_WORDS else ()
    return any(base != word and LEXICON.parts_of_speech(base)[:1] == ("adjective",) for base in bases)


def compound_start(words: Sequence[str], head: int) -> int:
    """Where the nouns that end with ``head`` begin."""
    start = head
    while start and is_plain_noun(words[start - 1]):
        start -= 1
    return start


def phrase_end(words: Sequence[str], at: int) -> int:
    """Where the noun phrase of the determiner at ``at`` and one or two words ends; 0 where there is none."""
    end = at + 1
    while end < len(words) and words[end] not in FUNCTION_WORDS and words[end] != LOCK:
        end += 1
    return end if at + 1 < end <= at + 3 and may_be_noun(words[end - 1]) else 0
