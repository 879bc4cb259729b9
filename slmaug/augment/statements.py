"""What an answer states, as its asker would repeat it: "you can" of the answer is "I can", "our" is "your"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Literal

from slmaug.augment.domain import Domain, Seed, content_words
from slmaug.augment.frames.clauses import LEXICON, is_finite, is_verb
from slmaug.function_words import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    NEGATIONS,
    OPERATOR_ADVERBS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
)
from slmaug.opposites import turned_round

Kind = Literal["order", "fact"]
_TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_UNFIT = re.compile(
    r"[\u25c6`\"\u201c\u201d()\[\]{}|=#*\d]|://|\b(?:I|[Mm]y|[Mm]e|[Ll]et['\u2019]s|are you|were you|do you)\b"
)
_ANOTHERS_PART = re.compile(r",? (?:and|so|or|but) (?:I|you|they|it)\b.*")
"""What somebody else does behind an order: "call the desk, and we lock the badge"."""
_AFFIRMS = re.compile(r"^(?:Yes|Sure|Please|First|Just)\b[,:]?\s+", re.IGNORECASE)
_SHORTEST, _LONGEST = 4, 30  # words
# What leans on the sentence before, or goes on with it.
_LEANS = frozenset(
    """
    it they he she this that these those such then so thus hence therefore otherwise also too instead both neither
    either else however and or but nor yet because here there one another no yes note what who how
    """.split()
)
_HANGING = frozenset("also too one ones latter former".split())
_POINTS = frozenset("this these those such therefore thus hence however".split())
_OPENS_CLAUSE = frozenset("what whether how whatever".split())
_LEADS = frozenset("if when once unless until while whenever after before as since although though whether".split())
_OTHERS = dict(
    pair.split("/")
    for pair in """
    your/my yours/mine yourself/myself our/your ours/yours us/you we/you ourselves/yourselves
    we're/you're we've/you've we'll/you'll we'd/you'd you're/I'm you've/I've you'll/I'll you'd/I'd
    """.split()
)
_AGREES = {"are": "am", "were": "was", "aren't": "am not", "weren't": "wasn't"}
_LEADS_TO_NOUN = DETERMINERS | PREPOSITIONS - PARTICLES
_OPENS_OBJECT = DETERMINERS | PRONOUNS | PARTICLES | PREPOSITIONS | {"if", "whether", "how", "where", "all"}


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer without its mark, from the asker's side."""

    said: str
    kind: Kind
    """An order ("open the app and tap Exchange") or a fact ("the first card is free")."""


def statements_of(seed: Seed, domain: Domain) -> list[Statement]:
    """The sentences of a seed's answer that stand alone, in its order.

    Left out are those with code, numbers, negations or quotes, those that lean on another sentence, those that another
    answer has too, and what says the opposite of the question.
    """
    question = str(seed.text)
    found = []
    for sentence in seed.sentences:
        statement = None if domain.is_shared(sentence) else _read(_AFFIRMS.sub("", sentence))
        if statement and content_words(statement.said) - seed.asked and not turned_round(statement.said, question):
            found.append(statement)
    return found


def _read(sentence: str) -> Statement | None:
    if sentence.endswith((":", "?", ",")) or _UNFIT.search(sentence):
        return None
    said = sentence.rstrip(".! ")
    words = [word.lower().replace("\u2019", "'") for word in _TOKEN.findall(said)]
    if not _SHORTEST <= len(words) <= _LONGEST or NEGATIONS & set(words) or words[0] in _LEANS:
        return None
    if _HANGING & set(words[1:4]) or _POINTS & set(words) or words[1] in ("it", "them"):
        return None
    said = _from_the_other_side(said)
    start = said if said.startswith(("I ", "I'")) or _is_name(said, words[0]) else said[0].lower() + said[1:]
    if words[0] in _LEADS:
        behind = said.partition(", ")[2].split()
        is_clause = bool(behind) and behind[0].lower() in DETERMINERS | {"i", "you", "it", "they"}
        return Statement(start, "fact") if is_clause else None
    if _is_order(words, said):
        return Statement(_ANOTHERS_PART.sub("", said[0].lower() + said[1:]), "order")
    may_order = is_verb(words[0]) and LEXICON.parts_of_speech(words[0])[:1] == ("verb",)
    main = list(takewhile(lambda word: word not in _OPENS_CLAUSE, words))
    if may_order or not any(_is_its_verb(word) and before not in _LEADS_TO_NOUN for before, word in pairwise(main)):
        return None
    tail = re.search(r",? (?:so|then|but) (\w+) ", start)  # "salt slows it down, so add it last"
    return Statement(start[: tail.start()] if tail and is_verb(tail[1]) else start, "fact")


def _is_order(words: list[str], said: str) -> bool:
    """Whether the sentence tells to do something: "open the app", "choose Card"."""
    if not is_verb(words[0]) or words[0] in AUXILIARIES:
        return False
    named = said.split()[1][:1].isupper() and LEXICON.parts_of_speech(words[0])[:1] == ("verb",)
    if words[1] not in _OPENS_OBJECT and not named:
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


def _is_name(said: str, first: str) -> bool:
    """Whether the first word keeps its capital: one that the lexicon does not know, or with a second one inside."""
    start = said.split()[0]
    known = bool(LEXICON.parts_of_speech(first)) or first in FUNCTION_WORDS
    return start[1:] != start[1:].lower() or not (known or "-" in first)


def _from_the_other_side(said: str) -> str:
    tokens = list(_TOKEN.finditer(said))
    words = [token.group().lower().replace("\u2019", "'") for token in tokens]
    new, at, agrees = [], 0, ""
    for i, token in enumerate(tokens):
        word = words[i]
        if word == "you":
            turned = "I" if _is_subject(words, i) else "me"
        elif agrees == "I" and word in _AGREES:
            turned = _AGREES[word]
        elif word in _OTHERS and not token.group().isupper():  # "US dollars"
            turned = _OTHERS[word]
        else:
            turned = ""
        agrees = turned if word == "you" else ""
        new += [said[at : token.start()], turned or token.group()]
        at = token.end()
    return "".join([*new, said[at:]])


def _is_subject(words: list[str], at: int) -> bool:
    """Whether "you" at this place does something: "once you confirm", not "shows you the fee" or "lets you pay"."""
    after = [word for word in words[at + 1 : at + 3] if word not in OPERATOR_ADVERBS | NEGATIONS]
    before = words[at - 1] if at else ""
    if not after or not (after[0] in AUXILIARIES or is_finite(after[0])):
        return False
    if after[0] in AUXILIARIES:
        return True
    governs = LEXICON.parts_of_speech(before)[:1] == ("verb",) or before in {"let", "lets", "help", "helps"}
    return not (governs or (before in PREPOSITIONS and before not in CONJUNCTIONS))
