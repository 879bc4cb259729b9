"""What an answer states, as its asker would repeat it: "you can" of the answer is "I can", "our" is "your"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

from slmaug.augment.domain import Domain, Seed, content_words
from slmaug.augment.frames.clauses import LEXICON, is_finite, is_verb
from slmaug.augment.frames.word_classes import is_participle
from slmaug.augment.sides import lowered, other_side
from slmaug.function_words import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    MODALS,
    NEGATIONS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
)
from slmaug.opposites import turned_round

Kind = Literal["order", "fact", "purpose"]
_UNFIT = re.compile(
    r"[\u25c6`\"\u201c\u201d()\[\]{}|=#*\d:;]|[.!?]\s|\b(?:[Yy]ou(?:,| and| or)|of us|I|[Mm]y|[Mm]e"
    r"|[Yy]ours|[Ll]et['\u2019]s|[Tt]hanks?|[Ff]or (?:example|instance),"
    r"|(?:are|were|do|did|had|should|could|would|can|will) you)(?!\w)"
)
_AFFIRMS = re.compile(
    r"^(?:Yes|Sure|Please|First|Just|Of course|Absolutely|Certainly|Definitely)\b(?:[,:]| [-\u2013\u2014])?\s+",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?:This|The (?:following )?(?:code|command|snippet|script|example|query|function|program)(?: (?:below|above))?) "
    r"([a-z].*?):$"
)
"""What is said of code in front of it: "This lists the files of a folder:"."""
_CONDITION = re.compile(r" and (?:I|you|they|it|he|she)\b")
_ANOTHERS_PART = re.compile(r",? (?:so|or|but) (?:I|you|they|it)\b.*")
"""What somebody else does behind an order: "call the desk, or we lock the badge"."""
_SHORTEST, _LONGEST = 4, 30  # words
# What leans on the sentence before, or goes on with it.
_LEANS = frozenset(
    """
    it they he she this that these those such then so thus hence therefore otherwise also too instead both neither
    either else however and or but nor yet because here there one another no yes note what who how his her their its
    """.split()
)
_HANGING = frozenset("also too one ones latter former well".split())
_POINTS = frozenset("this these those such therefore thus hence however".split())
_LEADS = frozenset("if when once unless until while whenever after before as since although though whether".split())
_OPENS_CLAUSE = frozenset("what whether how whatever so".split()) | _LEADS
_LEADS_TO_NOUN = DETERMINERS | PREPOSITIONS - PARTICLES
_OPENS_OBJECT = (DETERMINERS | PRONOUNS) - {"that", "which", "who", "it", "them"}
_GOES_ON = PARTICLES | PREPOSITIONS | {"if", "whether", "how", "where", "what"}


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer without its mark, from the asker's side."""

    said: str
    kind: Kind
    """An order ("open the app and tap Exchange"), a fact ("the first card is free") or what the answer's code is for
    ("lists the files of a folder")."""


def statements_of(seed: Seed, domain: Domain) -> list[Statement]:
    """The sentences of a seed's answer that stand alone, in its order.

    Left out are those with code, numbers, negations or quotes, those that lean on another sentence, those that another
    answer has too, and what says the opposite of the question.
    """
    question = str(seed.text)
    found = []
    for at, sentence in enumerate(seed.sentences):
        purpose = _DOES.match(sentence) if at == 0 else None  # "this" is the code
        if domain.is_shared(sentence):
            continue
        statement = _purpose(purpose[1]) if purpose else _read(_AFFIRMS.sub("", sentence), domain)
        if not statement or len(statement.said.split()) < _SHORTEST:
            continue  # nothing, or little before what was cut
        if content_words(statement.said) - seed.asked and not turned_round(statement.said, question):
            found.append(statement)
    return found


def _purpose(does: str) -> Statement | None:
    words = lowered(does)
    if _UNFIT.search(does) or not words or not words[0].endswith("s") or words[0] in AUXILIARIES:
        return None
    if not _SHORTEST <= len(words) <= _LONGEST or NEGATIONS & set(words) or not is_finite(words[0]):
        return None
    said = other_side(does)
    return Statement(said, "purpose") if said else None


def _read(sentence: str, domain: Domain) -> Statement | None:
    if not sentence[:1].isalpha() or sentence.endswith(("?", ",")) or _UNFIT.search(sentence):
        return None
    words = lowered(sentence)
    if not _SHORTEST <= len(words) <= _LONGEST or NEGATIONS & set(words) or not _stands_alone(words):
        return None
    said = other_side(sentence.rstrip(".!, "))
    if len(said.split()) < _SHORTEST:  # "and/or/nor/but"
        return None
    if _is_order(words, said):
        small = said[0].lower() + said[1:]
        return None if _CONDITION.search(small) else Statement(_ANOTHERS_PART.sub("", small), "order")
    start = _opening(said, domain)
    if not start or not _is_fact(words, said):
        return None
    tail = re.search(r",? (?:so|then|but) (\w+) ", start)  # "salt slows it down, so add it last"
    return Statement(start[: tail.start()] if tail and is_verb(tail[1]) else start, "fact")


def _stands_alone(words: list[str]) -> bool:
    """Whether a sentence points at nothing outside it, as far as its words tell."""
    if words[0] in _LEANS or _HANGING & {*words[1:4], words[-1]} or _POINTS & set(words) or words[1] in ("it", "them"):
        return False
    if words[0] in MODALS:  # "May is the month"
        return False
    at = next((i for i, word in enumerate(words) if word in ("it", "them", "they")), None)
    return at is None or any(
        "noun" in (LEXICON.parts_of_speech(word) or ("noun",)) for word in words[:at] if word not in FUNCTION_WORDS
    )


def _is_fact(words: list[str], said: str) -> bool:
    """Whether the sentence states something: its verb stands in no clause that "what", "if" or "so" opens."""
    if words[0] in _LEADS | PREPOSITIONS | {"to", "had", "were"}:
        _, comma, behind = said.partition(", ")
        if comma or words[0] not in PREPOSITIONS - _LEADS - {"to"}:
            return bool(comma) and behind.split()[0].lower() in DETERMINERS | {"i", "you", "it", "they"}
    main = [words[0], *takewhile(lambda word: word not in _OPENS_CLAUSE, words[1:])]
    may_order = is_verb(words[0]) and LEXICON.parts_of_speech(words[0])[:1] == ("verb",)
    return not may_order and any(_is_its_verb(word) and before not in _LEADS_TO_NOUN for before, word in pairwise(main))


def _is_order(words: list[str], said: str) -> bool:
    """Whether the sentence tells to do something: "open the app", "choose Card", "rinse rice"."""
    first = LEXICON.parts_of_speech(words[0])[:1]
    if not is_verb(words[0]) or words[0] in FUNCTION_WORDS or is_participle(words[0]):
        return False
    second = LEXICON.parts_of_speech(words[1])[:1]
    bare = said.split()[1][:1].isupper() or second == ("noun",) or words[1].endswith("ly")
    bare &= not (words[1].endswith("s") and is_verb(words[2]))  # "express passports cost more"
    bare |= words[1] in _GOES_ON or (words[1] == "that" and words[2] in DETERMINERS)  # "check that the door is shut"
    if words[1] not in _OPENS_OBJECT and not (first == ("verb",) and bare):
        return False
    for word in words[1:]:
        if word in CONJUNCTIONS | _OPENS_CLAUSE | {"which", "who"}:
            break
        if word in AUXILIARIES or (word.endswith("s") and _is_its_verb(word)):
            return False  # "cash in hand is", "use of it shows"
    return True


def _is_its_verb(word: str) -> bool:
    """Whether a word can only be, or is before all else, the verb of a clause."""
    return word in AUXILIARIES or (is_finite(word) and LEXICON.parts_of_speech(word)[:1] == ("verb",))


def _opening(said: str, domain: Domain) -> str:
    """The sentence with a small letter at its start, unless a name stands there; empty where that cannot be told."""
    first, second = said.split()[:2]
    word = first.strip(",").lower()
    if first[1:] != first[1:].lower() or word.split("'")[0] == "i":
        return said
    if word in FUNCTION_WORDS or "-" in word:
        small: bool | None = True
    else:
        small = False if second[:1].isupper() and second.split("'")[0] != "I" else domain.is_small(word)
    if small is None:
        return ""
    return said[0].lower() + said[1:] if small else said
