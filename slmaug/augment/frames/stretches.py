"""A part of a search that people would type: words that stand together, and all that may not be left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

from slmaug.augment.frames.clauses import LEXICON
from slmaug.function_words import BE, FUNCTION_WORDS, PARTICLES, PREPOSITIONS
from slmaug.rng import Random
from slmaug.text import FREE, KEPT, LOCKED, Text

TELLING = frozenset(
    """
    or same last ago more less most least fewer each every instead rather else again together apart own one
    another other others something anything everything someone anyone everyone many much few several being
    """.split()
)
"""Function words that decide what is asked."""
_DANGLING = frozenset("of for to in on at by with as about from into onto".split())
_OPEN = frozenset("being been be does did do than".split()) | PREPOSITIONS - PARTICLES
_ALL_THAT = frozenset("everything something anything everyone someone anyone".split())  # that matches a pattern
_HOLDING = frozenset("keep stop prevent hinder block save protect".split())  # from doing something


def stretch(text: Text, strong: Sequence[int], keep: float, rng: Random) -> Sequence[int]:
    """Search words that stand together, a share ``keep`` of them on average, and all that may not be left out.

    Args:
        text: the question.
        strong: indices of all its search words, in order.
        keep: 0 to 1; two words stay at least, one of them a noun.

    Returns:
        Indices out of ``strong``, in order; ``strong`` itself where nothing can be left out.
    """
    words = [word.lower() for word in text.words]
    least = max(2, ceil(round(len(strong) * max(0.0, 2 * keep - 1), 6)))
    if least >= len(strong):
        return strong
    count = least + rng.randrange(len(strong) - least + 1)
    start = rng.randrange(len(strong) - count + 1)
    kept = list(strong[start : start + count])
    while kept and text.status[kept[0]] == FREE and words[kept[0]] in _DANGLING:
        kept.pop(0)
    if len(kept) < 2 or not any(LEXICON.parts_of_speech(words[i])[:1] in ((), ("noun",)) for i in kept):
        return strong
    whole = _completed(text, words, strong, {*kept, *_needed(text, words, strong)})
    between = text.parts[2 * min(whole) + 2 : 2 * max(whole) + 1 : 2]
    if any(mark in gap for gap in between for mark in ".?!"):
        return strong  # the end of one sentence and the start of the next would stand side by side
    return [i for i in strong if i in whole]


def _needed(text: Text, words: Sequence[str], strong: Sequence[int]) -> set[int]:
    """What is locked or tells one question from another: "not allowed", "two answers", "fewer rows", "were skipped".

    The first word behind the question's frame ("how do I") is among them: mostly the verb.
    """
    needed = {i for i in strong if text.status[i] != FREE or words[i] in TELLING}
    for i in strong:
        if i and (text.status[i - 1] == KEPT or words[i - 1] in TELLING | BE):
            needed.add(i)
        if words[i] == "from" and words[i + 1 : i + 2] and words[i + 1].endswith("ing"):
            needed |= {i, i + 1} & set(strong) | {j for j in strong if j < i and words[j] in _HOLDING}
    return needed


def _completed(text: Text, words: Sequence[str], strong: Sequence[int], kept: set[int]) -> set[int]:
    """With what belongs to the words that are kept: the other half of an "and", the noun of an adjective."""
    size = 0
    while size < len(kept):
        size = len(kept)
        for one, next_ in pairwise(strong):
            near = next_ == one + 1 or words[one] in _OPEN  # "fewer than I asked"
            if one in kept and near and text.status[one] != LOCKED and _wants_more(words, one):
                kept.add(next_)
            if next_ in kept and words[one] in PREPOSITIONS and next_ == one + 1 and one - 1 in kept:
                kept.add(one)
            if next_ in kept and words[next_] in _OPEN and next_ == one + 1:
                kept.add(one)  # "without review" alone
            if next_ in kept and words[one] == "how":
                kept.add(one)  # "how many"
            if one in kept and words[one] in _ALL_THAT:
                kept.update(i for i in strong if i > one)
            if (one in kept) != (next_ in kept) and {"and", "or"} & set(words[one + 1 : next_]):
                kept |= {one, next_}
    return kept


def _wants_more(words: Sequence[str], i: int) -> bool:
    """Whether a word cannot be the last: "from", "being", "new" or "processor" without what is behind it."""
    if words[i] in _OPEN or i + 1 == len(words):
        return words[i] in _OPEN
    is_adjective = LEXICON.parts_of_speech(words[i])[:1] == ("adjective",)
    next_ = LEXICON.parts_of_speech(words[i + 1])
    may_go_on = "noun" in next_ or "adjective" in next_
    return is_adjective or (words[i + 1] not in FUNCTION_WORDS and may_go_on)
