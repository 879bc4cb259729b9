"""The words of an answer that its question can take over: noun phrases, things to do, others that stand together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from slmaug.augment.domain import Domain, Seed, content_words, stem
from slmaug.augment.frames.clauses import LEXICON, is_verb
from slmaug.augment.sides import OTHERS, TOKEN
from slmaug.function_words import (
    ARTICLES,
    AUXILIARIES,
    BE,
    FUNCTION_WORDS,
    LIGHT_VERBS,
    MODALS,
    NEGATIONS,
    PARTICLES,
    POSSESSIVES,
    PREPOSITIONS,
)
from slmaug.opposites import turned_round
from slmaug.text import KEPT_WORDS

Kind = Literal["thing", "deed", "words"]
_SPLIT = re.compile(
    r"[.;:!?,()\u25c6\n]+|(?<![\w-])(?:and|or|but|which|who|that|because|if|when|while|so|unless|until|before|after|once|"
    r"where|then)(?![\w-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;:!?]\s|\n")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]*")
_TELLS = re.compile(r"(?:you (?:can|could|should|must|may|need to|have to)|(?:please|first|just)) ")
_EMPTY = FUNCTION_WORDS | LIGHT_VERBS | {"per"}
_LONGEST = 7  # words of the answer that are taken over together
_OPENS_THING = ARTICLES | POSSESSIVES
_LEADS_TO_THING = PREPOSITIONS - PARTICLES - {"than", "like", "as"}
_VAGUE = frozenset("this that these those it its they them their each same such there here one ones you".split())
_PALE = frozenset(
    "time reason way thing things place number kind part case end name names amount day days week month year".split()
)  # "Is it about the reason?" says nothing


@dataclass(frozen=True)
class Piece:
    """A few words of an answer that stand together there."""

    words: tuple[str, ...]
    weight: float
    kind: Kind
    """A noun phrase, something to do, or words that are neither."""


def pieces_of(seed: Seed, domain: Domain) -> list[Piece]:
    """All that the answer of a seed lends, weighted by how much it tells the seed from the others.

    No code, numbers or negations are among them, nothing that the question has, and nothing that says the opposite.
    """
    found: dict[tuple[str, ...], Piece] = {}
    question = str(seed.text)
    names = _names(seed.prose)
    for sentence in _SENTENCE.split(seed.prose):
        chunks = [chunk.lower().replace("\u2019", "'") for chunk in _SPLIT.split(sentence)]
        is_order = is_verb((chunks[0].split() or [""])[0])
        for chunk in chunks:
            words = chunk.split()
            if NEGATIONS & set(words):
                continue
            told = _TELLS.match(" ".join(words))
            deed = len(told[0].split()) if told else 0
            for start, run, is_thing in _runs(words):
                new = content_words(" ".join(run)) - seed.asked
                if not new or turned_round(" ".join(run), question):
                    continue
                weight = sum(domain.specificity(word) for word in run if stem(word) in new)
                kind: Kind = "thing" if is_thing else "words"
                whole = start == deed and start + len(run) == len(words)
                if whole and (told or is_order) and _is_deed(run, bool(told)):
                    kind = "deed"
                if run not in found or found[run].kind == "words":
                    said = tuple(names.get(word, word) for word in run)
                    found[run] = Piece(said, weight + 0.1, kind)
    return list(found.values())


def is_searchable(said: Sequence[str]) -> bool:
    """Whether people would type the words: no lone verb or adverb, nor what is left of a clause."""
    words = [word.lower() for word in said]
    first, last = LEXICON.parts_of_speech(words[0])[:1], LEXICON.parts_of_speech(words[-1])
    if len(words) == 1:
        return last[:1] in ((), ("noun",))
    is_cut = first == ("verb",) and words[0].endswith("s")  # "shows the plan"
    is_cut |= last[:1] == ("verb",) and ("noun" not in last or words[-1].endswith("s"))  # "row knows"
    is_cut |= last[:1] == ("adverb",)
    is_cut |= words[0].endswith("ed") and "verb" in LEXICON.parts_of_speech(words[0])  # "verified by the bank"
    return not is_cut and not set(words) & (BE | MODALS)


def _names(prose: str) -> dict[str, str]:
    """Words that stand in capitals inside a sentence, and nowhere in small letters, by their small letters."""
    words = set(TOKEN.findall(prose))
    return {word.lower(): word for word in _INSIDE.findall(prose) if word.lower() not in words}


def _runs(words: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Stretches of plain words with a content word at each end, and the noun phrases in them.

    Yields where it starts, the words as the asker says them, and whether it is a noun phrase.
    """
    stretch: list[str] = []
    for at, word in enumerate([*words, ""]):
        if TOKEN.fullmatch(word) and word not in KEPT_WORDS | _VAGUE:
            stretch.append(OTHERS.get(word, word))
            continue
        first = at - len(stretch)
        if len(stretch) <= _LONGEST + 2:
            for start, run in _trimmed(stretch):
                if len(run) <= _LONGEST:
                    yield first + start, run, False
        for start, run in _noun_phrases(stretch):
            yield first + start, run, True
        stretch = []


def _trimmed(stretch: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    start, end = 0, len(stretch)
    while start < end and stretch[start] in _EMPTY - _OPENS_THING:
        start += 1
    while end > start and (stretch[end - 1] in _EMPTY or stretch[end - 1].endswith("'s")):
        end -= 1
    if end > start:
        yield start, tuple(stretch[start:end])


def _noun_phrases(stretch: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The expiry date, a monthly plan; without an article two words at least: by credit card, sick days are."""
    for at, word in enumerate(stretch):
        bare = word not in _OPENS_THING
        if bare and (word in _EMPTY or (at and stretch[at - 1] not in _LEADS_TO_THING)):
            continue
        start = at if bare else at + 1
        end = start
        while end < len(stretch) and stretch[end] not in _EMPTY and _may_go_on(stretch[start : end + 1]):
            end += 1
        while end > start and not _is_noun(stretch[start:end]):
            end -= 1
        if end == start or stretch[end - 1].endswith("'s") or (end == start + 1 and stretch[start] in _PALE):
            continue
        whole = end == len(stretch) or stretch[end] in _EMPTY
        subject = end < len(stretch) and stretch[end] in AUXILIARIES
        if not bare or (end > start + 1 and ((at and whole) or (not at and subject))):
            yield at, tuple(stretch[at:end])


def _may_go_on(phrase: Sequence[str]) -> bool:
    """Whether the last word can belong to the noun phrase: a verb with -s or -ed behind a noun does not."""
    parts = LEXICON.parts_of_speech(phrase[-1])
    return len(phrase) == 1 or not parts or parts[0] in ("noun", "adjective") or _is_noun(phrase)


def _is_noun(phrase: Sequence[str]) -> bool:
    """Whether the last word is a noun there: a limit is one behind "a spending", not behind "the rules"."""
    word, parts = phrase[-1], LEXICON.parts_of_speech(phrase[-1])
    if word.endswith("ly"):  # "a monthly"
        return False
    if not parts or parts[0] == "noun":
        return True
    inflected = word.endswith(("s", "ed", "ing")) or (len(phrase) > 1 and phrase[-2].endswith("s"))
    return parts[0] == "verb" and "noun" in parts and not inflected


def _is_deed(run: Sequence[str], told: bool) -> bool:
    """Whether all that the asker is told to do can stand behind "Should I": a verb with its object."""
    if not is_verb(run[0]) or "i" in run:
        return False
    object_ = [word for word in run[1:3] if word not in PARTICLES and word != "you"]  # turn off the, send you a
    return bool(object_) and (told or object_[0] in _OPENS_THING)
