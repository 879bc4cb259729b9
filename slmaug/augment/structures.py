"""Where an English text can be built otherwise with the words it has: relative clauses, owners, pairs, particles.

After Huddleston and Pullum, "The Cambridge Grammar of the English Language" (2002), chapters 4, 5, 12 and 15. A rule
fires where the lexicon tells nouns from verbs; elsewhere the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from slmaug.augment.alternatives import Alternative, interrupted
from slmaug.augment.frames.clauses import LEXICON, LOCK, is_verb, signs_of
from slmaug.augment.frames.word_classes import is_plain_noun, may_be_noun, phrase_end
from slmaug.augment.lexicon.morphology import lemmas
from slmaug.augment.relative_clauses import Found, Words, relative, whose
from slmaug.function_words import AUXILIARIES, CONJUNCTIONS, DETERMINERS, FUNCTION_WORDS, PREPOSITIONS
from slmaug.templates import filled, side_by_side
from slmaug.text import FREE, LOCKED, Text

_OWNERS = frozenset("my your our his her their this".split())
_OF_OWNERS = _OWNERS | {"the"}
# "the end of the street", "a kind of": the first noun is a part or a measure of the second, or only names it.
_PARTS = frozenset(
    """
    kind sort type part number lot list copy end top back front rest use way amount set group piece bottom side
    middle beginning start case course lack cost purpose meaning idea name date point means half majority terms
    """.split()
)
# What is done with two things one after the other, or to each in its turn.
_IN_ORDER = frozenset(
    """
    concatenate cat merge join append diff compare subtract divide rename swap print echo respectively order replace
    then first convert copy move
    """.split()
)
_NAME = re.compile("[A-Z][a-z]+|[A-Z]{1,2}")
# Phrasal verbs whose object may stand on either side of the particle.
_SEPARABLE = {
    verb: frozenset(particles.split(" "))
    for verb, particles in (
        entry.strip().split(": ")
        for entry in """
        turn: on off up|switch: on off|set: up|plug: in|fill: in out|hand: in out|pick: up|put: on away back down|
        take: off back away|throw: away out|pay: back off|send: back off out|give: back up|get: back|back: up|
        look: up|write: down|cut: off out|print: out|try: on out|call: off|bring: back|clean: up out|close: down|
        shut: down off|lock: up|add: up|charge: up|heat: up|warm: up|cool: down|slow: down|speed: up|hang: up|
        wash: off out|tidy: up|fix: up|cover: up|carry: out|sort: out|work: out|figure: out|cross: out|
        note: down|hold: back|move: up down
        """.split("|")
    )
}


def structures(text: Text) -> list[Alternative]:
    """The places that can be built otherwise."""
    words = signs_of(text).split(" ") if len(text) else []
    found = [place for at in range(len(words)) for rule in _RULES for place in rule(text, words, at)]
    return [Alternative(start, end, (new,)) for start, end, new in found if not interrupted(text, start, end)]


def _owner(text: Text, words: Words, at: int) -> Found:
    """ "my dog's weight": "the weight of my dog". "The driver's licence" may be a kind of licence and stays."""
    is_owner = words[at].endswith("'s") and text.status[at] == FREE
    if not is_owner or at < 2 or words[at - 1] not in _OWNERS:
        return
    end = at + 1
    while end < len(words) and words[end] not in FUNCTION_WORDS and words[end] != LOCK and not _is_verbal(words[end]):
        end += 1
    if at + 1 < end <= at + 3 and is_plain_noun(words[end - 1]) and not _is_verbal(*words[end : end + 1]):
        owner = text.slice(at - 1, at + 1)
        slots = {"thing": text.slice(at + 1, end), "owner": owner.reworded(1, owner.words[1][:-2])}
        yield at - 1, end, filled("the {thing} of {owner}", slots, "en")


def _owned(text: Text, words: Words, at: int) -> Found:
    """ "the status of my order": "my order's status"."""
    if words[at] != "of" or at < 2 or words[at - 2] != "the" or words[at + 1 : at + 2] == []:
        return
    end = phrase_end(words, at + 1) if words[at + 1] in _OF_OWNERS else 0
    if not end or not is_plain_noun(words[end - 1]) or words[at - 1] in _PARTS:
        return
    is_free = text.status[at - 1] == FREE == text.status[end - 1] and may_be_noun(words[at - 1])
    if is_free and (end == len(words) or words[end] in AUXILIARIES):
        owner = text.slice(at + 1, end)
        owner = owner.reworded(len(owner) - 1, owner.words[-1] + ("'" if words[end - 1].endswith("s") else "'s"))
        yield at - 2, end, side_by_side(owner, text.slice(at - 1, at))


def _pair(text: Text, words: Words, at: int) -> Found:
    """ "PNG and JPG files": "JPG and PNG files"; two names, or two nouns that are whole phrases."""
    if words[at] not in ("and", "or") or not 0 < at < len(words) - 1:
        return
    left, right = at - 1, at + 1
    before, after = words[left - 1] if left else "", words[right + 1] if right + 1 < len(words) else ""
    in_list = left and text.parts[2 * left].strip()
    if in_list or before in ("between", "from", "a", "an") or sum(word in ("and", "or") for word in words) > 1:
        return
    if _IN_ORDER & set(words):
        return
    spans = text.words[left], text.words[right]
    are_locked = text.status[left] == LOCKED == text.status[right]
    are_names = are_locked and not any(" " in span or span.isdigit() or _NAME.fullmatch(span) for span in spans)
    are_nouns = is_plain_noun(words[left]) and is_plain_noun(words[right]) and words[left] not in _PARTS
    are_nouns &= not is_verb(words[right])
    are_whole = (before in DETERMINERS | PREPOSITIONS or is_verb(before)) and (not after or after in FUNCTION_WORDS)
    if are_names or (are_nouns and are_whole):
        yield left, right + 1, side_by_side(*(text.slice(i, i + 1) for i in (right, at, left)))


def _particle(text: Text, words: Words, at: int) -> Found:
    """ "turn on the light": "turn the light on", and back."""
    particles = next((_SEPARABLE[lemma] for lemma in lemmas(words[at], "verb") if lemma in _SEPARABLE), frozenset())
    if not particles or at + 3 >= len(words):
        return
    first = at + 2 if words[at + 1] in particles else at + 1
    end = phrase_end(words, first) if words[first] in _OF_OWNERS | {"a", "an"} else 0
    if not end:
        return
    is_behind = first == at + 1
    if is_behind and (end == len(words) or words[end] not in particles):
        return
    stop = end + 1 if is_behind else end
    if stop < len(words) and words[stop] not in (PREPOSITIONS | CONJUNCTIONS) - {"of", "and", "or"}:
        return
    thing = text.slice(first, end)
    particle = text.slice(end, end + 1) if is_behind else text.slice(at + 1, at + 2)
    yield at + 1, stop, side_by_side(particle, thing) if is_behind else side_by_side(thing, particle)


_RULES: tuple[Callable[[Text, Words, int], Found], ...] = (relative, whose, _owner, _owned, _pair, _particle)


def _is_verbal(word: str = "") -> bool:
    """Whether the word may be a verb that goes on behind a noun: "my dog's fur smells"."""
    return bool(word) and word not in FUNCTION_WORDS and LEXICON.parts_of_speech(word)[:1] == ("verb",)
