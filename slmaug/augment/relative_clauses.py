"""Relative clauses made shorter: "files that contain X" are "files containing X".

After Huddleston and Pullum, "The Cambridge Grammar of the English Language" (2002), chapter 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slmaug.augment.frames.clauses import LOCK, is_verb
from slmaug.augment.frames.word_classes import (
    compares,
    compound_start,
    describes,
    is_participle,
    is_plain_noun,
    is_plural,
    may_be_noun,
)
from slmaug.augment.lexicon.morphology import gerund, indefinite_article, lemmas, third_person
from slmaug.function_words import DETERMINERS, FUNCTION_WORDS, PREPOSITIONS, SUBJECT_PRONOUNS
from slmaug.templates import filled, plain, side_by_side
from slmaug.text import LOCKED, Text

Words = Sequence[str]
Found = Iterator[tuple[int, int, Text]]

_RELATIVE = frozenset("that which who".split())
_IS = frozenset("is are was were".split())
_NO_HEAD = frozenset("fact way reason moment day time".split())  # "the fact that"


def relative(text: Text, words: Words, at: int) -> Found:
    """The clause that begins at ``at`` without its pronoun, or with another one."""
    if words[at] not in _RELATIVE or not _follows_noun(words, at) or at + 2 >= len(words):
        return
    word = words[at + 1]
    if word in _IS:
        yield from _without_be(text, words, at)
    elif word in ("have", "has"):
        yield from _without_have(text, words, at)
    elif word in SUBJECT_PRONOUNS - {"who", "one"}:
        if words[at] != "who" and words[at - 2] in DETERMINERS and (at < 3 or words[at - 3] not in PREPOSITIONS):
            yield at, at + 2, text.slice(at + 1, at + 2)  # "the card that you sent", not "a fee on my bill that I know"
    elif word not in FUNCTION_WORDS and text.status[at + 1] != LOCKED and not {"and", "or"} & set(words[at + 2 :]):
        known = [lemma for lemma in lemmas(word, "verb") if is_verb(lemma)]
        base = next((lemma for lemma in known if third_person(lemma) == word), word if word in known else None)
        if base is not None:
            yield at, at + 2, plain(gerund(base))
    if words[at] == "which":
        yield at, at + 1, plain("that")


def whose(text: Text, words: Words, at: int) -> Found:
    """ "files whose size is greater than X": "files with a size greater than X"."""
    if words[at] != "whose" or not at or not may_be_noun(words[at - 1]):
        return
    be = next((i for i in (at + 2, at + 3) if i < len(words) - 1 and words[i] in _IS), None)
    if be is None or any(word in FUNCTION_WORDS or word == LOCK for word in words[at + 1 : be]):
        return
    follows, head = words[be + 1], words[be - 1]
    is_many = head.endswith("s") or is_plural(head)
    if compares(follows) or is_participle(follows) or (follows == LOCK and is_many) or follows in PREPOSITIONS:
        article = "" if is_many else f"{indefinite_article(words[at + 1])} "
        yield at, be + 1, filled(f"with {article}{{thing}}", {"thing": text.slice(at + 1, be)}, "en")


def _follows_noun(words: Words, at: int) -> bool:
    """Whether the word before is a noun that a clause may describe: not "is it true that"."""
    if not at or not may_be_noun(words[at - 1]) or words[at - 1] in _NO_HEAD:
        return False
    return is_plain_noun(words[at - 1]) or words[at - 1] == LOCK or (at > 1 and words[at - 2] in DETERMINERS)


def _without_be(text: Text, words: Words, at: int) -> Found:
    """ "files which are bigger than X": "files bigger than X"; "files that are empty": "empty files"."""
    after, follows = words[at + 2], words[at + 3] if at + 3 < len(words) else ""
    stands = compares(after) or is_participle(after) or (describes(after) and follows in PREPOSITIONS)
    if after in PREPOSITIONS or (follows and stands and not {"and", "or"} & set(words[at + 3 :])):
        yield at, at + 3, text.slice(at + 2, at + 3)
    elif not follows and describes(after):
        start = compound_start(words, at - 1)
        before = words[start - 1] if start else "and"
        if before in ("and", "or", "a", "an") or describes(before):
            return  # "files and folders that are empty", "an apple that is rotten", "old files that are big"
        yield start, at + 3, side_by_side(text.slice(at + 2, at + 3), text.slice(start, at))


def _without_have(text: Text, words: Words, at: int) -> Found:
    """ "files that have (not) been changed": "files (not) changed"; "people who have a dog": "people with a dog"."""
    after = words[at + 2]
    denied = 1 if after == "not" else 0
    rest = words[at + 2 + denied :]
    if rest[:1] == ["been"] and len(rest) > 2 and is_participle(rest[1]):
        done = at + 3 + denied
        kept = (text.slice(at + 2, at + 3),) if denied else ()
        yield at, done + 1, side_by_side(*kept, text.slice(done, done + 1))
    elif not denied and after in ("a", "an", "the", "no", "my"):
        yield at, at + 2, plain("with")
