"""Turns of phrase in an English text, with and without a noun phrase in their slots, and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slmaug.augment.alternatives import Alternative, entries_at, interrupted, singular
from slmaug.augment.frames.clauses import LEXICON, LOCK, is_verb, signs_of
from slmaug.augment.frames.word_classes import is_plural
from slmaug.augment.lexicon.equivalents import Entry, Equivalents
from slmaug.augment.lexicon.morphology import indefinite_article
from slmaug.function_words import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    FUNCTION_WORDS,
    NEGATIONS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SUBJECT_PRONOUNS,
)
from slmaug.templates import filled
from slmaug.text import FREE, KEPT, KEPT_WORDS, LOCKED, Text

_SHORT = 4  # words behind a noun phrase that may go with it
_SLOT = re.compile(r"\{(\w)\}")
_ARTICLE = re.compile(r"\ban? \{(\w)\}")


def turns(text: Text, table: Equivalents) -> list[Alternative]:
    """The places of phrases, with and without slots."""
    words = signs_of(text).split(" ") if len(text) else []
    found = []
    for entry, at in entries_at(words, table, "p"):
        found += _phrase(text, words, entry, at)
    return found


def _phrase(text: Text, words: Sequence[str], entry: Entry, at: int) -> list[Alternative]:
    if entry.when and not entry.when & singular(words):
        return []
    if _opens_sentence(entry.words) and at and not re.search("[.?!,;:]", text.parts[2 * at]):
        return []  # "what cards can I use": "can I use" is no question of its own
    spans = _matched(words, entry.words, at - _lead(entry.words, words, at))
    if spans is None:
        return []
    start, end, slots = spans
    following = words[end : end + 1]
    if interrupted(text, start, end) or _asks_for_object(words, entry.words, at):
        return []
    if slots and following and following[0] in ("of", "and", "or"):
        return []
    fixed = [i for i in range(start, end) if not any(a <= i < b for a, b in slots.values())]
    if any(text.status[i] == LOCKED for i in fixed):
        return []
    kept = [words[i] for i in fixed if words[i] in NEGATIONS or words[i] in KEPT_WORDS]
    others = [other for other in entry.others if all(word in other.lower().split() for word in kept)]
    if len(entry.words) == 1 and following and following[0] not in FUNCTION_WORDS:
        others = [other for other in others if " " not in other]  # not "the every month pass"
    if following == ["to"] and slots and entry.words[-1][0] != "{":
        # "how long does {x} take to arrive": "how much time does {x} need to arrive", not "when is {x} done to arrive"
        others = [other for other in others if is_verb(other.split()[-1])]
    if following == ["to"] and slots and entry.words[-1][0] == "{":
        # "can I use {x} to cut": not "is {x} accepted to cut"
        others = [other for other in others if other[-1] == "}"]
    if following == ["to"] and not slots:
        # "add money to": not "top up to"; "log in to": not "get into my account to"
        others = [other for other in others if _ends_in_noun(other) == _ends_in_noun(entry.words[-1])]
    if end == len(words) or entry.words[-1] in PREPOSITIONS or (slots and entry.words[-1][0] != "{"):
        return _filled(text, start, end, slots, others)
    stranded = [other for other in others if other.split()[-1] in PREPOSITIONS or "," in other]
    found = _filled(text, start, end, slots, [other for other in others if other not in stranded])
    rest = words[end:]
    if slots and rest[0] in PREPOSITIONS and len(rest) <= _SHORT and not interrupted(text, start, len(words)):
        # "this fee on my bill": "where does this fee on my bill come from", not "this fee come from on my bill"
        last = max(slots, key=lambda name: slots[name])
        found += _filled(text, start, len(words), {**slots, last: (slots[last][0], len(words))}, stranded)
    return found


def _asks_for_object(words: Sequence[str], pattern: Sequence[str], at: int) -> bool:
    """Whether "to" behind the verb is "in order to": "which form do I need to", but not "what do I need to"."""
    if tuple(pattern) not in (("need", "to"), ("have", "to")) or at < 4:
        return False
    return words[at - 2] in DO and words[at - 3] not in FUNCTION_WORDS and bool({"what", "which"} & set(words[:at]))


def _ends_in_noun(phrase: str) -> bool:
    return LEXICON.parts_of_speech(phrase.split()[-1].lower())[:1] == ("noun",)


def _filled(
    text: Text, start: int, end: int, slots: Mapping[str, tuple[int, int]], others: Sequence[str]
) -> list[Alternative]:
    values = {name: text.slice(a, b) for name, (a, b) in slots.items()}
    plural = {name for name, value in values.items() if _is_plural(value)}
    others = [
        other
        for other in others
        if not any(f"{verb} {{{name}}}" in other for name in plural for verb in ("does", "is", "was", "has"))
    ]
    made = [filled(_with_articles(other, values), values, "en") for other in others]
    return [Alternative(start, end, tuple(made if values else map(_loosened, made)))] if made else []


def _with_articles(other: str, values: Mapping[str, Text]) -> str:
    """ "why is there a {x}" with "an" where ``x`` begins like a vowel: "an automatic payment"."""
    return _ARTICLE.sub(lambda m: f"{indefinite_article(values[m[1]].words[0])} {{{m[1]}}}", other)


def _is_plural(phrase: Text) -> bool:
    """Whether the noun of a noun phrase, in front of its first preposition, is a plural: not "where does fees"."""
    words = [word.lower() for word in phrase.words]
    end = next((i for i, word in enumerate(words) if i and word in PREPOSITIONS), len(words))
    head = words[end - 1] if words else ""
    return head.isalpha() and is_plural(head)


def _opens_sentence(pattern: Sequence[str]) -> bool:
    second = pattern[1] if len(pattern) > 1 else ""
    return pattern[0] in QUESTION_WORDS | {"i"} or (
        pattern[0] in AUXILIARIES and second in SUBJECT_PRONOUNS | {"there"}
    )


def _loosened(text: Text) -> Text:
    """The words of a phrase are as free to edit as those it stands for; negations and numbers stay."""
    status = tuple(
        LOCKED if s == LOCKED else KEPT if w.lower() in KEPT_WORDS else FREE
        for w, s in zip(text.words, text.status, strict=True)
    )
    return Text(text.parts, status, text.language)


def _lead(pattern: Sequence[str], words: Sequence[str], at: int) -> int:
    """How many words before ``at`` a slot in front of the pattern takes: the noun phrase that ends there."""
    if pattern[0][0] != "{":
        return 0
    count = 0
    while count < 5 and at - count > 0 and _in_noun_phrase(words[at - count - 1]):
        count += 1
        if words[at - count] in DETERMINERS:
            break
    return count


def _in_noun_phrase(word: str) -> bool:
    return word in DETERMINERS or word == LOCK or word not in FUNCTION_WORDS


def _matched(
    words: Sequence[str], pattern: Sequence[str], start: int
) -> tuple[int, int, dict[str, tuple[int, int]]] | None:
    """Where the pattern, begun at ``start``, ends, and what its slots take; None where it does not fit."""
    slots: dict[str, tuple[int, int]] = {}
    at = start
    for i, piece in enumerate(pattern):
        slot = _SLOT.fullmatch(piece)
        if slot is None:
            if at >= len(words) or words[at] != piece:
                return None
            at += 1
            continue
        stop = pattern[i + 1] if i + 1 < len(pattern) else None
        end = at
        while end < len(words) and end - at < 6 and words[end] != stop and _in_noun_phrase(words[end]):
            end += 1
        is_open = stop is None and end < len(words) and words[end] not in PREPOSITIONS | CONJUNCTIONS
        if end == at or is_open or not _has_noun(words[at:end]):
            return None
        slots[slot[1]] = (at, end)
        at = end
    return start, at, slots


def _has_noun(words: Sequence[str]) -> bool:
    """Whether the words are a noun phrase: something besides determiners, and no plain verb at its end."""
    if words[-1] in DETERMINERS:
        return False
    if words[-1] == LOCK:
        return True
    parts = LEXICON.parts_of_speech(words[-1])
    return not parts or "noun" in parts
