"""Which questions are so alike that one in training gives the other away.

Two questions are near-duplicates where they hold the same words in any order, but for misspellings and one function
word ("how do I", "how can I"), or where at least 85 % of all their words are common (the Jaccard index of their
multisets, as in Lee et al., "Deduplicating Training Data Makes Language Models Better", 2022, who take 0.8). Case,
punctuation and white space never count. The words of a Chinese question are its characters.

All pairs are compared, and none is missed. A word's rows are the bits of one integer, so that how many words every row
has in common with one of them comes from a few additions of whole columns of bits: n rows cost n such sums.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from slmaug.function_words import FUNCTION_WORDS
from slmaug.locks import HAN, KANA

LIKENESS = 0.85
"""From which share of common words on two questions are near-duplicates, 0 to 1."""

# "C#" and "C++", "&&" and "||" are told apart; marks of ordinary prose are not words.
_WORD = re.compile(rf"[{HAN}{KANA}]|(?:(?![{HAN}{KANA}])\w)+|[#+&|=<>$%@^~*]+")
_APOSTROPHES = re.compile("['\u2019]")
# Particles and light verbs, what a Chinese question can be asked with or without.
_PARTICLES = frozenset("的了吗呢吧啊呀嘛么呗哦请在要把用给")
_FUNCTION_WORDS = frozenset(_APOSTROPHES.sub("", word) for word in FUNCTION_WORDS) | _PARTICLES
_MISSPELT_FROM = 4  # letters; in shorter words another letter is another word: csv and css

Words = tuple[str, ...]


def words_of(question: str) -> Words:
    """What counts of a question, sorted: equal for questions that differ in case, punctuation, spacing or word order.

    A question of punctuation alone is its own only word.

    >>> words_of("How do I  read C# code?") == words_of("code, C#: how do I read")
    True
    """
    text = unicodedata.normalize("NFKC", question).casefold()
    return tuple(sorted(_WORD.findall(_APOSTROPHES.sub("", text)))) or ("".join(text.split()),)


def near_duplicates(one: Words, other: Words) -> bool:
    """Whether two questions, as :func:`words_of` gives them, are near-duplicates, whichever of them comes first.

    >>> near_duplicates(words_of("How do I read a large file?"), words_of("how can I read a lagre file"))
    True
    """
    left, right = _remaining(one, other)
    common = len(one) - len(left)
    if common >= LIKENESS * (len(right) + len(one)):
        return True
    return common > 0 and len(left) <= 1 and len(right) <= 1 and _FUNCTION_WORDS.issuperset(left + right)


def _remaining(one: Words, other: Words) -> tuple[list[str], list[str]]:
    """The words that only one of two has, those that are a misspelling of each other left out."""
    first, second = Counter(one), Counter(other)
    left, right = first - second, second - first
    # Sorted without regard to which is which, so that the pairs are the same with the two exchanged.
    for a, b in sorted(((a, b) for a in left for b in right if misspelt(a, b)), key=sorted):
        pairs = Counter({a: min(left[a], right[b])}), Counter({b: min(left[a], right[b])})
        left, right = left - pairs[0], right - pairs[1]
    return list(left.elements()), list(right.elements())


def misspelt(one: str, other: str) -> bool:
    """Whether one of two different words may be a slip of the other: a letter left out, added, changed or exchanged
    with its neighbour (Damerau, 1964), in a word of four letters or more and behind its first letter.
    """
    if one == other or one[0] != other[0] or max(len(one), len(other)) < _MISSPELT_FROM:
        return False
    if abs(len(one) - len(other)) > 1 or not (one.isalpha() and other.isalpha()):
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


class Neighbours:
    """The questions of a set, ready to be asked which of them are near-duplicates of a question."""

    def __init__(self, questions: Sequence[Words]) -> None:
        """``questions`` as :func:`words_of` gives them; a question's number is its place in them."""
        self.questions = questions
        numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
        sizes: dict[int, list[int]] = defaultdict(list)
        for number, words in enumerate(questions):
            sizes[len(words)].append(number)
            for word in _counted(words):
                numbers[word].append(number)
        self._rows = {word: _bits(found, len(questions)) for word, found in numbers.items()}
        self._sizes = {size: _bits(found, len(questions)) for size, found in sizes.items()}
        self._columns: dict[tuple[str, int], int] = {}
        self._misspelt = _Misspellings({word for word, _ in self._rows})

    def of(self, words: Words, among: int) -> list[int]:
        """The numbers of the near-duplicates of ``words``; ``among`` has a bit set for each number that is asked of."""
        size = len(words)
        planes: list[int] = []
        for word, count in _counted(words):
            _add(planes, self._column(word, count) & among)
        found = 0
        for other, rows in self._sizes.items():
            least = _least_common(size, other)
            if least <= min(size, other):
                found |= rows & among & _at_least(planes, least, among)
        return [number for number in _numbers(found) if near_duplicates(words, self.questions[number])]

    def _column(self, word: str, count: int) -> int:
        """The questions that hold the word this often, or that may hold a misspelling of it."""
        column = self._columns.get((word, count))
        if column is None:
            column = self._rows.get((word, count), 0)
            # Where a misspelling may stand for the word, any one of either will do: what is found is looked at again.
            for each in self._misspelt.of(word):
                column |= self._rows[each, 1] | self._rows.get((word, 1), 0)
            self._columns[word, count] = column
        return column

    def groups(self) -> list[list[int]]:
        """All questions in groups, such that near-duplicates, and their near-duplicates in turn, are in one group.

        The groups and the numbers in them are in ascending order.
        """
        waiting = (1 << len(self.questions)) - 1
        groups = []
        for first in reversed(range(len(self.questions))):  # so the integers grow shorter as the groups are found
            if not waiting >> first & 1:
                continue
            waiting ^= 1 << first
            group = [first]
            for number in group:  # it grows meanwhile
                found = self.of(self.questions[number], waiting)
                if found:
                    group += found
                    waiting ^= _bits(found, len(self.questions))
            groups.append(sorted(group))
        return sorted(groups)


class _Misspellings:
    """The words of a vocabulary that may be slips of a word: found by the forms both have with one letter left out."""

    def __init__(self, vocabulary: set[str]) -> None:
        self._by_form: dict[str, list[str]] = defaultdict(list)
        for word in sorted(vocabulary):
            for form in _shortened(word):
                self._by_form[form].append(word)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        known = self._known.get(word)
        if known is None:
            near = dict.fromkeys(each for form in _shortened(word) for each in self._by_form.get(form, ()))
            known = self._known[word] = tuple(each for each in near if misspelt(word, each))
        return known


def _shortened(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))} if word.isalpha() else set()


def _counted(words: Words) -> Iterator[tuple[str, int]]:
    """Each of the sorted words with which of its kind it is, from 1: so a multiset becomes a set."""
    last, count = "", 0
    for word in words:
        last, count = word, count + 1 if word == last else 1
        yield word, count


@lru_cache(maxsize=4096)
def _least_common(one: int, other: int) -> int:
    """How many words two questions of these sizes have in common at least if they are near-duplicates."""
    by_function_word = max(1, one - 1, other - 1)
    by_share = next(common for common in range(one + other + 1) if common >= LIKENESS * (one + other - common))
    return min(by_function_word, by_share)


# --- columns of bits ---------------------------------------------------------------------------------------------


def _bits(numbers: Sequence[int], size: int) -> int:
    """An integer with the bits of these numbers set; all are below ``size``."""
    data = bytearray(size // 8 + 1)
    for number in numbers:
        data[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(data, "little")


def _numbers(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _add(planes: list[int], rows: int) -> None:
    """Count 1 up for each of ``rows``; bit i of a row's count is in ``planes[i]``."""
    for at, plane in enumerate(planes):
        if not rows:
            return
        planes[at], rows = plane ^ rows, plane & rows
    if rows:
        planes.append(rows)


def _at_least(planes: Sequence[int], least: int, among: int) -> int:
    """The rows among these whose count is ``least`` or more."""
    if least >> len(planes):
        return 0
    more, equal = 0, among
    for at in reversed(range(len(planes))):
        if least >> at & 1:
            equal &= planes[at]
        else:
            more |= equal & planes[at]
            equal &= ~planes[at]
    return more | equal
