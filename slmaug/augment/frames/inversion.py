"""Inverted questions turned into clauses: "is my payment still pending" is "my payment is still pending".

One step is beyond patterns: finding the end of the subject (Huddleston and Pullum, "The Cambridge Grammar of the
English Language", 2002, chapter 10). Where it is not sure there is no clause, and what needs it is not made.
"""

from __future__ import annotations

from slmaug.augment.frames.clauses import LEXICON, LOCK, is_verb, signs_of
from slmaug.augment.frames.word_classes import is_participle
from slmaug.augment.lexicon.morphology import past, third_person
from slmaug.function_words import (
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    HAVE,
    LIGHT_VERBS,
    NEGATIONS,
    OPERATOR_ADVERBS,
    PREPOSITIONS,
)
from slmaug.templates import filled
from slmaug.text import LOCKED, Text

_PRONOUNS = frozenset("i you we they it he she there".split())
# What goes on the subject, or stands behind a verb that was taken for a part of it.
_NO_PREDICATE = CONJUNCTIONS - {"once", "as", "than", "since", "so", "yet"} | {"who", "which", "whose"}
_NO_PREDICATE |= {"me", "him", "us", "them", "i", "we", "you"}
_DO = {"do": None, "does": third_person, "did": past}
# Verbs that nothing has to follow: at the end of a question they are its verb ("how does a heat pump work").
_LAST = frozenset("work mean end happen expire exist arrive matter fail crash last begin cost apply differ do".split())


def uninverted(raw: Text) -> Text | None:
    """``is my payment still pending`` as a clause: ``my payment is still pending``."""
    words = signs_of(raw).split(" ")
    aux = words[0]
    end = subject_end(words, aux)
    if end is None or end >= len(words) or any(gap.strip() for gap in raw.parts[2 : 2 * end + 1 : 2]):
        return None
    subject, rest = raw.slice(1, end), raw.slice(end, len(raw))
    if aux not in _DO or "not" in words[end : end + 2]:  # "why did you not let me": "why you did not let me"
        return filled("{subject} {aux} {rest}", {"subject": subject, "aux": raw.slice(0, 1), "rest": rest}, "en")
    inflect = _DO[aux]
    at = 0
    while inflect and at < len(rest) - 1 and words[end + at] in OPERATOR_ADVERBS | NEGATIONS:
        at += 1
    if inflect and (rest.status[at] == LOCKED or not is_verb(words[end + at]) or words[end + at] in NEGATIONS):
        return None
    if inflect:
        rest = rest.reworded(at, inflect(words[end + at]))
    return filled("{subject} {rest}", {"subject": subject, "rest": rest}, "en")


def subject_end(words: list[str], aux: str) -> int | None:
    """The index behind the subject that starts at word 1, or None where it is not sure."""
    if len(words) < 3:
        return None
    first, second = words[1], words[2]
    if first in _PRONOUNS or (first in ("this", "that", "these", "those") and second in FUNCTION_WORDS):
        return 2
    start = 2 if first in DETERMINERS else 1
    if words[-1] == "do" and aux in _DO and not FUNCTION_WORDS & set(words[start:-1]):
        return len(words) - 1  # "what does the grep command do"
    end, is_named, has_other_verb = _nouns_end(words, start, aux)
    is_late = has_other_verb and end < len(words) and words[end] not in (FUNCTION_WORDS - PREPOSITIONS) | LIGHT_VERBS
    if aux not in BE | HAVE and (end == len(words) or is_late):
        end = _verb_of(words[: end + 1], start) or len(words)
    is_named |= first in DETERMINERS and end > start and "noun" in LEXICON.parts_of_speech(words[end - 1])
    if not is_named or end == len(words) or words[end] in _NO_PREDICATE or words[end - 1].endswith("'s"):
        return None
    if words[end] in DETERMINERS and aux not in BE:
        return None
    if words[end] in PREPOSITIONS:
        return _behind_place(words, end) if aux in BE else None
    return end


def _nouns_end(words: list[str], at: int, aux: str) -> tuple[int, bool, bool]:
    """Where the words that may be nouns end, whether one of them is, and whether one of them may be the verb."""
    seen = is_named = has_verb = False
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word == "of" and seen and following:  # "the leaves of my basil"
            at += 2 if following in DETERMINERS else 1
            seen = False
            continue
        if word != LOCK:
            pos = LEXICON.parts_of_speech(word)
            if word in FUNCTION_WORDS or (seen and _opens_predicate(word, following, aux, pos)):
                break
            has_verb |= seen and is_named and "verb" in pos and is_verb(word) and aux not in BE
            is_named |= not pos or pos[0] == "noun"
        else:
            is_named = True
        seen = True
        at += 1
    return at, is_named, has_verb


def _verb_of(words: list[str], start: int) -> int | None:
    """Where the verb of "the policy cover damage" is: the only word that can be one, or that is one before all else."""
    if words[-1] in _LAST and len(words) - start > 1:
        return len(words) - 1
    verbs = [i for i in range(start + 1, len(words)) if is_verb(words[i])]
    parts = [LEXICON.parts_of_speech(words[i]) for i in verbs]
    only = [i for i, pos in zip(verbs, parts, strict=True) if pos == ("verb",)]
    mostly = [i for i, pos in zip(verbs, parts, strict=True) if pos[:1] == ("verb",)]
    return next((found[0] for found in (verbs, only, mostly) if len(found) == 1), None)


def _behind_place(words: list[str], at: int) -> int | None:
    """Where the subject ends whose noun a preposition follows: "the balance on my card | wrong", "the fee | for me"."""
    last = LEXICON.parts_of_speech(words[-1])
    if last[:1] != ("adjective",) and not words[-1].endswith("ed"):
        return at
    end = len(words) - 1
    while end > at + 1 and words[end - 1] in OPERATOR_ADVERBS | NEGATIONS:
        end -= 1
    is_noun = words[end - 1] == LOCK or "noun" in (LEXICON.parts_of_speech(words[end - 1]) or ("noun",))
    return end if is_noun and words[at + 1] in DETERMINERS and end > at + 2 else None


def _opens_predicate(word: str, following: str, aux: str, pos: tuple[str, ...]) -> bool:
    if not pos:
        return False
    if aux in _DO or aux not in BE | HAVE:
        ends = not following or following in FUNCTION_WORDS or following == LOCK
        return (
            "verb" in pos and is_verb(word) and (ends or (pos[0] == "verb" and aux in _DO and following in DETERMINERS))
        )
    ends = not following or following in PREPOSITIONS - {"of"}
    may_describe = pos[0] in ("adverb", "adjective") or (ends and pos[0] != "noun" and "adjective" in pos)
    return may_describe or is_participle(word)
