"""What the words of a question are where questions are measured and compared.

A locked span is one word and stays as it is; all else is in lower case, and an apostrophe is a straight one. A Chinese
or Japanese question has its characters for words, as is usual where overlap is measured in these languages. Punctuation
is no word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA, locked_spans

Words = tuple[str, ...]

_EAST = f"{HAN}{KANA}"
_LATIN = rf"[^\W{_EAST}]+"
_WORD = re.compile(rf"[{_EAST}]|{_LATIN}(?:['\u2010-]{_LATIN})*")
_JOINS = re.compile(rf"[^\W{_EAST}]")
# What Chinese questions are held together with, one character each: particles, pronouns, prepositions, light verbs and
# question words.
_FUNCTION_CHARACTERS = frozenset(
    "的地得了着过吗呢吧啊呀嘛么呗哦我你您他她它们这那哪谁怎如何什啥为因所以是有在把被从到对给跟和与及或但而且就都也还又再很"
    "请问要想会能可应该用做让个些里中上下不没无"
)
_FUNCTION_WORDS = FUNCTION_WORDS | _FUNCTION_CHARACTERS


def locks_of(question: str, protect: Sequence[str | re.Pattern[str]] = ()) -> tuple[str, ...]:
    """The locked spans of a question, the longest first: what :func:`words_of` takes for one word each."""
    spans = {question[start:end] for start, end in locked_spans(question, protect)}
    # What is one word anyway needs no lock, and a name in small letters is the same name.
    return tuple(sorted((span for span in spans if not _WORD.fullmatch(span)), key=lambda span: (-len(span), span)))


def words_of(question: str, locks: Sequence[str] = ()) -> Words:
    """The words of a question in order; one of marks alone, such as an emoji, is its own only word.

    >>> words_of("How do I run `ls -l` in C#?", ["`ls -l`", "C#"])
    ('how', 'do', 'i', 'run', '`ls -l`', 'in', 'C#')
    """
    return tuple(_words(question, locks)) or ("".join(question.split()),)


def _words(text: str, locks: Sequence[str]) -> list[str]:
    pieces = [text]  # locked spans at odd places, what is between them at even ones
    for lock in locks:
        if lock in text:
            pieces = [
                part for place, piece in enumerate(pieces) for part in ([piece] if place % 2 else _parted(piece, lock))
            ]
    words: list[str] = []
    for place, piece in enumerate(pieces):
        words += [piece] if place % 2 else _WORD.findall(piece.casefold().replace("\u2019", "'"))
    return words


def _parted(text: str, lock: str) -> list[str]:
    """The text in parts, every second of which is the locked span: wherever it is no part of a word."""
    parts, start, at = [], 0, text.find(lock)
    while at >= 0:
        end = at + len(lock)
        if _inside_word(text, at) or _inside_word(text, end):
            at = text.find(lock, at + 1)
        else:
            parts += [text[start:at], lock]
            start, at = end, text.find(lock, end)
    return [*parts, text[start:]]


def _inside_word(text: str, at: int) -> bool:
    """Whether a word goes on from before ``at`` to behind it."""
    return 0 < at < len(text) and bool(_JOINS.match(text, at - 1) and _JOINS.match(text, at))


def content_words(words: Sequence[str]) -> list[str]:
    """The words that say what a question is about: those that are no function words.

    >>> content_words(words_of("How do I read a large file?"))
    ['read', 'large', 'file']
    """
    return [word for word in words if word not in _FUNCTION_WORDS]
