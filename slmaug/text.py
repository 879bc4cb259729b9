"""A question parsed once into words, the gaps between them, and what must not change.

Safety lives here. Every word has a status: FREE words are an augmenter's to edit; KEPT words
(negations, spelled-out numbers, the head of a question) may be said differently by a whole new
phrasing but never dropped, moved or replaced one by one; LOCKED spans survive byte for byte.
Edits go by position and refuse anything that is not free, so no augmenter has to remember to be
careful. Bytes that no edit touches stay as they came in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from typing import Any, TypeVar

from slmaug.function_words import NEGATIONS
from slmaug.heads import head
from slmaug.language import Language, detect_language
from slmaug.locks import HAN, KANA, locked_spans, without_quotes
from slmaug.segmentation import segment

T = TypeVar("T")

FREE, KEPT, LOCKED = 0, 1, 2

_EAST = re.compile(f"[{HAN}{KANA}]")
_LETTER = f"(?:(?![{HAN}{KANA}])[^\\W\\d_])"
_WORD = re.compile(f"[{HAN}{KANA}]+|{_LETTER}+(?:['\u2019\u2010-]{_LETTER}+)*")
_PLAIN = re.compile("[^\\W\\d_]+(?:['\u2019\u2010-][^\\W\\d_]+)*")
KEPT_WORDS = NEGATIONS | frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half
    first second third fourth fifth once twice only except unable
    """.split()
)
_ENDS_SENTENCE = re.compile("[.!?\u3002\uff01\uff1f\n]")


class Text:
    """Words and gaps: ``parts`` is gap, word, gap, ..., word, gap, so word i stands at ``2 * i + 1``.

    ``"".join(text.parts)`` is the text. ``status`` has one entry for each word. ``language`` is
    ``"en"``, ``"zh"`` or ``"other"``. ``steps`` lists the reprs of the augmenters that made this
    text out of the seed's. A ``Text`` is a value: the methods return new ones.
    """

    __slots__ = ("_facts", "_origin", "language", "parts", "status", "steps")

    def __init__(
        self, parts: Sequence[str], status: Sequence[int], language: Language, steps: tuple[str, ...] = ()
    ) -> None:
        self.parts = parts
        self.status = status
        self.language = language
        self.steps = steps
        self._facts: dict[Hashable, Any] | None = None
        self._origin: Text | None = None

    @classmethod
    def parse(cls, text: str, protect: Sequence[str | re.Pattern[str]] = ()) -> Text:
        """Parse ``text``; ``protect`` holds more terms to lock (phrases and compiled patterns)."""
        return cls.with_spans(text, [(start, end, LOCKED) for start, end in locked_spans(text, protect)])

    @classmethod
    def with_spans(cls, text: str, spans: Sequence[tuple[int, int, int]]) -> Text:
        """Parse ``text`` with each (start, end, status) a word of its own, LOCKED or KEPT; all else is plain words.

        The spans are sorted and do not overlap. Unlike in :meth:`parse`, two that stand side by side stay two.
        """
        language = detect_language(_prose(text, [(start, end) for start, end, _ in spans]))
        parts: list[str] = [""]
        status: list[int] = []
        position = 0
        for start, end, state in [*spans, (len(text), len(text), LOCKED)]:
            _add_words(text[position:start], language, parts, status)
            if end > start:
                parts += [text[start:end], ""]
                status.append(state)
            position = end
        if language == "en":
            _keep_heads(parts, status)
        return cls(parts, tuple(status), language)

    def __str__(self) -> str:
        return "".join(self.parts)

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"

    def __len__(self) -> int:
        """The number of words, a locked span counted as one."""
        return len(self.status)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and str(self) == str(other) and self.status == other.status

    def __hash__(self) -> int:
        return hash(str(self))

    @property
    def words(self) -> Sequence[str]:
        return self.parts[1::2]

    def fact(self, key: Hashable, find: Callable[[Text], T]) -> T:
        """``find(self)``, found once: the many variants of one text share what is known about it."""
        if self._facts is None:
            self._facts = {}
        known: T
        try:
            known = self._facts[key]
        except KeyError:
            known = self._facts[key] = find(self)
        return known

    @property
    def free(self) -> tuple[int, ...]:
        """Indices of the words that may be edited."""
        return self.fact("free", lambda text: tuple(i for i, s in enumerate(text.status) if s == FREE))

    @property
    def neighbours(self) -> tuple[int, ...]:
        """Each i for which words i and i + 1 are free, differ, and have only white space between them."""
        return self.fact("neighbours", _neighbours)

    def among(self, words: frozenset[str]) -> tuple[int, ...]:
        """Indices of the free words that, in lower case, are among ``words``."""
        return self.fact(words, lambda text: tuple(i for i in text.free if text.parts[2 * i + 1].lower() in words))

    @property
    def locked(self) -> list[str]:
        """The locked spans, in order."""
        return [self.parts[2 * i + 1] for i, status in enumerate(self.status) if status == LOCKED]

    @property
    def key(self) -> str:
        """What makes this question itself: case, spacing and the punctuation of plain words left out."""
        return "".join(map(_BARE.__getitem__, self.parts[1::2]))

    def _check_free(self, index: int) -> None:
        if self.status[index] != FREE:
            raise ValueError(f"word {index} ({self.parts[2 * index + 1]!r}) of {str(self)!r} is not free to edit")

    def replaced(self, index: int, word: str) -> Text:
        """With another word (or words) at ``index``, its capital restored; what comes in is free."""
        return self.replaced_all([(index, word)])

    def replaced_all(self, edits: Sequence[tuple[int, str]]) -> Text:
        """With other words at several places, each as :meth:`replaced` does it; ``edits`` in rising order of index."""
        parts, status = list(self.parts), list(self.status)
        for index, word in reversed(edits):  # from the back: several words for one move what follows
            if status[index]:
                self._check_free(index)
            at = 2 * index + 1
            word = _with_case_of(word, parts[at])
            if word.isalpha():
                parts[at] = word
            else:
                new_parts, new_status = _loose(word)
                parts[at : at + 1] = new_parts[1:-1]
                status[index : index + 1] = new_status
        return Text(parts, tuple(status), self.language, self.steps)

    def reworded(self, index: int, word: str) -> Text:
        """With another inflection of a word that is not locked; for phrasings that restate the head."""
        if self.status[index] == LOCKED:
            self._check_free(index)
        parts = list(self.parts)
        parts[2 * index + 1] = word
        return Text(parts, self.status, self.language, self.steps)

    def rewritten(self, start: int, end: int, new: Text) -> Text:
        """With ``new`` in place of words ``start`` to ``end`` (exclusive); locked spans among them must be in it."""
        if sorted(new.locked) != sorted(self.slice(start, end).locked):
            raise ValueError(f"{str(new)!r} does not hold the locked spans of {str(self.slice(start, end))!r}")
        word = self.parts[2 * start + 1]
        if word[:1].isupper() and word != "I" and (start == 0 or _ENDS_SENTENCE.search(self.parts[2 * start])):
            new = new.capitalised()
        parts = [*self.parts[: 2 * start + 1], *new.parts[1:-1], *self.parts[2 * end :]]
        return Text(parts, (*self.status[:start], *new.status, *self.status[end:]), self.language, self.steps)

    def inserted(self, index: int, word: str) -> Text:
        """With a word (or words) put in before word ``index``; ``len(self)`` appends one."""
        if not 0 <= index <= len(self):
            raise IndexError(f"cannot insert at {index} in a text of {len(self)} words")
        space = "" if self.language == "zh" else " "
        new_parts, new_status = _loose(word)
        parts = list(self.parts)
        gap = 2 * index
        if index == len(self):
            parts[gap : gap + 1] = [space if index else "", *new_parts[1:-1], parts[gap]]
        else:
            parts[gap : gap + 1] = [parts[gap], *new_parts[1:-1], space]
        status = (*self.status[:index], *new_status, *self.status[index:])
        return Text(parts, status, self.language, self.steps)

    def without(self, indices: Iterable[int]) -> Text:
        """Without the free words at ``indices``; the punctuation beside them stays."""
        gone = sorted(set(indices), reverse=True)
        parts, status, last = list(self.parts), list(self.status), len(self.status) - 1
        for i in gone:
            if not 0 < i < last or status[i] or parts[2 * i + 2] != " " or parts[2 * i + 1][:1].isupper():
                return self._without_at_edges(frozenset(gone))
            # Inside a sentence, as most deletions are, a word goes with the space behind it and that is all.
            del parts[2 * i + 1 : 2 * i + 3], status[i]
        return Text(parts, tuple(status), self.language, self.steps)

    def _without_at_edges(self, gone: frozenset[int]) -> Text:
        """:meth:`without` where punctuation, a capital or the text's end stand beside what goes."""
        for index in gone:
            self._check_free(index)
        parts: list[str] = [self.parts[0]]
        status: list[int] = []
        capital = False
        for i, state in enumerate(self.status):
            word, gap = self.parts[2 * i + 1], self.parts[2 * i + 2]
            if i in gone:
                opens = not status or bool(_ENDS_SENTENCE.search(parts[-1]))
                if status or gap.strip():
                    parts[-1] = gap if (gap.strip() and not parts[-1].strip()) or i == len(self) - 1 else parts[-1]
                capital = capital or (opens and word[:1].isupper())
                continue
            if capital and state != LOCKED:
                word = word[:1].upper() + word[1:]
            capital = False
            parts += [word, gap]
            status.append(state)
        if status and not self.parts[0].strip() and not parts[0].strip(" ,;:"):
            parts[0] = self.parts[0]
        return Text(parts, tuple(status), self.language, self.steps)

    def swapped(self, lefts: Iterable[int]) -> Text:
        """With words i and i + 1 exchanged for each i of ``lefts``, one after the other."""
        parts = list(self.parts)
        status = self.status
        for i in lefts:
            if status[i] or status[i + 1]:
                self._check_free(i)
                self._check_free(i + 1)
            at = 2 * i + 1
            left, right = parts[at], parts[at + 2]
            if i == 0 and left[:1].isupper():
                left, right = left if left == "I" else left[0].lower() + left[1:], right[:1].upper() + right[1:]
            parts[at], parts[at + 2] = right, left
        return Text(parts, status, self.language, self.steps)

    def slice(self, start: int, end: int) -> Text:
        """Words ``start`` to ``end`` (exclusive) with the gaps between them, bare at both ends."""
        parts = ["", *self.parts[2 * start + 1 : 2 * end], ""] if end > start else [""]
        return Text(parts, tuple(self.status[start:end]), self.language, self.steps)

    def picked(self, indices: Sequence[int], gap: str = " ") -> Text:
        """The words at ``indices``, in that order, ``gap`` between them. No locked span may be missing."""
        missing = {i for i, s in enumerate(self.status) if s == LOCKED}.difference(indices)
        if missing:
            raise ValueError(f"locked spans are missing from the pick: {[self.parts[2 * i + 1] for i in missing]}")
        parts = [""]
        for i in indices:
            parts += [self.parts[2 * i + 1], gap]
        parts[-1] = ""
        return Text(parts, tuple(self.status[i] for i in indices), self.language, self.steps)

    def ending(self, tail: str) -> Text:
        """With ``tail`` in place of whatever follows the last word."""
        return Text([*self.parts[:-1], tail], self.status, self.language, self.steps)

    def capitalised(self) -> Text:
        """With a capital at the start, unless a locked span stands there."""
        return self._first(str.upper)

    def uncapitalised(self) -> Text:
        """With a small letter at the start, unless a locked span or the pronoun I stands there."""
        if self.status and self.parts[1].split("'")[0].split("\u2019")[0] == "I":
            return self
        return self._first(str.lower)

    def _first(self, change: Callable[[str], str]) -> Text:
        if not self.status or self.status[0] == LOCKED:
            return self
        word = self.parts[1]
        new = change(word[0]) + word[1:]
        if new == word:
            return self
        return Text([self.parts[0], new, *self.parts[2:]], self.status, self.language, self.steps)

    def lowered(self) -> Text:
        """All words but the locked ones in lower case, as people type into a search box."""
        parts = list(self.parts)
        for i, status in enumerate(self.status):
            if status != LOCKED:
                parts[2 * i + 1] = parts[2 * i + 1].lower()
        return Text(parts, self.status, self.language, self.steps)

    def unquoted(self) -> Text:
        """Without the quotes round paths and names, as people type: the one change that a locked span may see.

        As it is where two spans would become one, or where the question is about quotes.
        """
        spans = {self.parts[2 * i + 1] for i, status in enumerate(self.status) if status == LOCKED}
        names = {span: without_quotes(span) for span in spans}
        if all(span == name for span, name in names.items()) or len(set(names.values())) < len(names):
            return self
        if any("quot" in word.lower() for word in self.words):
            return self
        parts = list(self.parts)
        for i, status in enumerate(self.status):
            if status == LOCKED:
                parts[2 * i + 1] = names[parts[2 * i + 1]]
        return Text(parts, self.status, self.language, self.steps)

    def made_by(self, steps: tuple[str, ...]) -> Text:
        """The same text with the steps that led to it written down."""
        new = Text(self.parts, self.status, self.language, steps)
        if self._facts is None:
            self._facts = {}
        new._facts = self._facts  # steps are no part of any fact
        new._origin = self.origin
        return new

    @property
    def origin(self) -> Text:
        """The text that this one was made of in the first place, mostly a seed's question; itself if of none."""
        return self._origin or self

    def out_of(self, old: Text) -> Text:
        """The same text, known to be made of ``old``."""
        new = self.made_by(self.steps)
        new._origin = old.origin
        return new


def question_key(text: str) -> str:
    """What two questions must share to be the same question: see :attr:`Text.key`."""
    return Text.parse(text).key


class _Bare(dict[str, str]):
    """A word to what counts of it. A dict because the lookup of a known word is most of a key's cost."""

    def __missing__(self, word: str) -> str:
        if len(self) >= 65536:
            self.clear()
        plain = _PLAIN.fullmatch(word)
        # Spacing never counts: a name of two words is one locked span here and two plain words there.
        self[word] = bare = (re.sub("['\u2019\u2010-]", "", word) if plain else "".join(word.split())).casefold()
        return bare


_BARE = _Bare()


def _with_case_of(word: str, old: str) -> str:
    return word[:1].upper() + word[1:] if old[:1].isupper() and old[1:] != old[1:].upper() else word


@lru_cache(maxsize=16384)
def words_and_gaps(words: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    parts: list[str] = [""]
    position = 0
    for match in re.finditer(r"[\w'\u2019\u2010-]+", words):
        parts[-1] += words[position : match.start()]
        parts += [match.group(), ""]
        position = match.end()
    parts[-1] += words[position:]
    return tuple(parts), tuple(repeat(FREE, len(parts) // 2))


def _loose(words: str) -> tuple[list[str], tuple[int, ...]]:
    """Words that an augmenter supplies: nothing in them is locked."""
    parts, status = words_and_gaps(words)
    if not status:
        return ["", words, ""], (FREE,)
    return list(parts), status


def _neighbours(text: Text) -> tuple[int, ...]:
    parts, status = text.parts, text.status
    return tuple(
        i
        for i in range(len(status) - 1)
        if status[i] == FREE == status[i + 1]
        and not parts[2 * i + 2].strip()
        and parts[2 * i + 1].lower() != parts[2 * i + 3].lower()
    )


def _prose(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(text[position:start])
        position = end
    prose = " ".join([*pieces, text[position:]])
    return prose if _WORD.search(prose) else text


def _add_words(prose: str, language: Language, parts: list[str], status: list[int]) -> None:
    position = 0
    for match in _WORD.finditer(prose):
        parts[-1] += prose[position : match.start()]
        position = match.end()
        word = match.group()
        if not _EAST.match(word):
            folded = word.lower().replace("\u2019", "'")
            parts += [word, ""]
            status.append(KEPT if folded in KEPT_WORDS else FREE)
        elif language == "zh":
            for token, is_kept in segment(word):
                parts += [token, ""]
                status.append(KEPT if is_kept else FREE)
        else:
            parts += [word, ""]
            status.append(LOCKED)
    parts[-1] += prose[position:]


def _keep_heads(parts: Sequence[str], status: list[int]) -> None:
    words = [word.lower().replace("\u2019", "'") for word in parts[1::2]]
    starts = [0, *(i for i in range(1, len(words)) if _ENDS_SENTENCE.search(parts[2 * i])), len(words)]
    for start, end in pairwise(starts):
        for i in head(words[start:end]):
            status[start + i] = max(status[start + i], KEPT)
