"""Fronting: what a sentence ends with, put first."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import per_text
from slmaug.augment.frames.clauses import LEXICON, LOCK, is_verb, signs_of
from slmaug.augment.frames.inversion import subject_end
from slmaug.augment.frames.word_classes import is_plain_noun
from slmaug.function_words import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
)
from slmaug.rng import Random
from slmaug.templates import filled
from slmaug.text import LOCKED, Text

_CLAUSE = frozenset("if when whenever once after before while until unless because although though since".split())
_PLACE = frozenset(
    "in on at under within without during for inside outside after before via using near through".split()
)
# What these govern is asked about or known, and goes nowhere: "tell me if", "know when", "check whether".
_GOVERNS = frozenset(
    """
    know knows knew tell see check ask asks asked wonder wondering sure say says find out verify test decide determine
    matter explain understand remember forget clear unclear depends depend idea doubt guess mind
    """.split()
)
_TIMES = frozenset("date day time year month week hour long".split())  # "the date when", "how long until"
_PLACING = frozenset("put keep place plug enrol enroll set fix change share store leave".split())  # something somewhere
_RELATIVE = frozenset("that which who whose whom".split())
_OTHERS = frozenset("his her its their".split())
_LEAD = PREPOSITIONS | CONJUNCTIONS | DETERMINERS | AUXILIARIES | frozenset("even only just not".split())
_SHORTEST = 3  # words of what stays behind


@dataclass(frozen=True)
class Fronting:
    """Put the clause or the place and time that a question ends with in front of it.

    >>> from slmaug.augment import vary
    >>> vary("What do I do if the alarm won't stop?", Fronting())
    "If the alarm won't stop, what do I do?"

    After Huddleston and Pullum, "The Cambridge Grammar of the English Language" (2002), chapter 16 (preposing). Only
    what belongs to the sentence as a whole is moved: not "for a visa" of "apply for a visa".
    """

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language != "en":
            return text
        fronted = text.fact("fronted", _fronted)
        return text if fronted is None else fronted.made_by(text.steps)


def _fronted(text: Text) -> Text | None:
    if not len(text) or any(gap.strip() for gap in text.parts[2:-1:2]):
        return None
    words = signs_of(text).split(" ")
    if words[0] not in FUNCTION_WORDS and text.parts[1][:1].isupper() and not is_verb(words[0]):
        return None  # it may be a name
    at = _clause_at(words)
    at = _phrase_at(words) if at is None else at
    if at is None or text.status[0] == LOCKED or not (AUXILIARIES & set(words[:at]) or is_verb(words[0])):
        return None
    slots = {"first": text.slice(at, len(text)), "then": text.slice(0, at).uncapitalised()}
    new = filled("{first}, {then}", slots, "en").ending(text.parts[-1])
    return new.capitalised() if text.parts[1][:1].isupper() else new


def _clause_at(words: list[str]) -> int | None:
    if _RELATIVE & set(words[1:]) or {"and", "or"} & set(words):
        return None  # "the files that were changed after": who knows what it belongs to
    for at in range(_SHORTEST, len(words) - 1):
        if (
            words[at] in _CLAUSE
            and not (_GOVERNS | _TIMES) & set(words[max(0, at - 2) : at])
            and words[at - 1] not in _LEAD - {"do"}
        ):
            after = words[at + 1]
            if "other" in words[at + 1 : at + 3]:
                return None  # "one after the other"
            if after in SUBJECT_PRONOUNS | DETERMINERS or after not in FUNCTION_WORDS:
                return at
    return None


def _phrase_at(words: list[str]) -> int | None:
    """Where the last phrase of place, time or means begins, if nothing but its noun phrase follows."""
    if _RELATIVE & set(words[1:]) or _PLACING & set(words) or _is_predicate(words):
        return None
    for at in range(len(words) - 2, _SHORTEST - 1, -1):
        word, before = words[at], words[at - 1]
        if word in _PLACE:
            is_phrase = _is_noun_phrase(words[at + 1 :])
            return at if is_phrase and not _clings(words, at) and before not in _LEAD - {"up", "off", "on"} else None
        if word in FUNCTION_WORDS - DETERMINERS and word not in ("of", "and", "or"):
            return None
    return None


def _is_predicate(words: list[str]) -> bool:
    """Whether the question has no verb but "be", and the phrase is what it asks for: "is the button on the left"."""
    if words[0] in ("what", "who", "when", "where") and words[1:2] and words[1] in BE:
        return True  # "what is the tax on cigarettes"
    at = 1 if words[0] in ("why", "how") else 0
    if words[at : at + 1] and words[at] in BE and words[at + 1 : at + 2] != ["there"]:
        end = subject_end(words[at:], words[at])
        return end is None or words[at + end] in PREPOSITIONS
    return False


def _is_noun_phrase(words: list[str]) -> bool:
    inner = [word for word in words if word not in DETERMINERS and word not in ("of", "and", "or")]
    if _OTHERS & set(words) or words in (["time"], ["purpose"], ["foot"]):
        return False  # "their name": whose comes first
    return bool(inner) and not FUNCTION_WORDS & set(inner) and (words[-1] == LOCK or is_plain_noun(words[-1]))


def _clings(words: list[str], at: int) -> bool:
    """Whether a preposition belongs to the word before it: "apply for", "good at", "plug in"."""
    word, before = words[at - 1], words[at - 2]
    if word == LOCK:
        return False
    parts = LEXICON.parts_of_speech(word)
    is_used = before in SUBJECT_PRONOUNS | AUXILIARIES | {"to", "and", "or"} and "verb" in parts
    return parts[:1] in (("verb",), ("adjective",)) or is_used
