"""How much the questions of a set repeat each other: distinct n-grams, and self-BLEU within each seed.

Distinct-n (Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models", NAACL 2016) is the
number of different n-grams of words over the number of all. It falls as a set grows.

Self-BLEU (Zhu et al., "Texygen", SIGIR 2018) is the mean BLEU (Papineni et al., ACL 2002) of each question against the
others; here against all others of its seed, since questions of different seeds differ whatever was done to them. As in
Texygen, n-grams of one to four words weigh the same, and where none of a size is found elsewhere, a tenth of one counts
as found; a question none of whose words is found scores 0. One of fewer than four words is scored on the n-grams that
it has. The closest length among the others sets the brevity penalty.

All pairs count and none is compared: an n-gram of a question stands elsewhere if two questions or more have it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import exp, fsum, inf, log
from statistics import fmean

from slmaug.question_words import Words

_LONGEST = 4
_FOUND_AT_LEAST = 0.1

Grams = list[int]


@dataclass(frozen=True)
class Overlap:
    """Distinct-1, -2 and so on, 0 to 1 and None where no question is so long; and self-BLEU, 0 to 1.

    ``self_bleu`` is None where no seed has two questions; a question that is its seed's only one is left out of it.
    """

    distinct: tuple[float | None, ...]
    self_bleu: float | None


def overlap(groups: Sequence[Sequence[Words]]) -> Overlap:
    """Of the questions of a set, a group for each seed; every question has a word at least.

    >>> overlap([[("how", "do", "i", "pay"), ("how", "do", "i", "pay")]])
    Overlap(distinct=(0.5, 0.5, 0.5, 0.5), self_bleu=1.0)
    """
    codes: dict[str, int] = {}
    for word in chain.from_iterable(chain.from_iterable(groups)):
        codes.setdefault(word, len(codes))
    different: list[set[int]] = [set() for _ in range(_LONGEST)]
    totals = [0] * _LONGEST
    scores: list[float] = []
    for group in groups:
        by_size = _grams([[codes[word] for word in words] for words in group], len(codes))
        for place, grams in enumerate(by_size):
            different[place].update(chain.from_iterable(grams))
            totals[place] += sum(map(len, grams))
        if len(group) > 1:
            scores += _scores(group, by_size, len(codes))
    distinct = tuple(len(found) / total if total else None for found, total in zip(different, totals, strict=True))
    return Overlap(distinct, fmean(scores) if scores else None)


def _grams(questions: list[Grams], base: int) -> list[list[Grams]]:
    """The n-grams of each question for each size, as numbers below ``base ** size``; a question's words are such."""
    by_size = [questions]
    for size in range(2, _LONGEST + 1):
        by_size.append(
            [
                [gram * base + word for gram, word in zip(shorter, words[size - 1 :], strict=False)]
                for shorter, words in zip(by_size[-1], questions, strict=True)
            ]
        )
    return by_size


def _scores(group: Sequence[Words], by_size: Sequence[Sequence[Grams]], base: int) -> list[float]:
    """BLEU of each of two questions or more against the others."""
    logs: list[list[float]] = [[] for _ in group]
    for size, questions in enumerate(by_size, 1):
        at_least = _FOUND_AT_LEAST if size > 1 else 0.0
        for found, grams, count in zip(logs, questions, _found_elsewhere(questions, base**size), strict=True):
            if grams:
                found.append(log((count or at_least) / len(grams)) if count or at_least else -inf)
    return [penalty * exp(fsum(each) / len(each)) for penalty, each in zip(_penalties(group), logs, strict=True)]


def _found_elsewhere(questions: Sequence[Grams], limit: int) -> list[int]:
    """How many n-grams of each question another has, as BLEU counts them. ``limit`` is above all n-grams."""
    counted = [_counted(grams, limit) for grams in questions]
    seen: set[int] = set()
    shared: set[int] = set()
    for grams in counted:
        shared |= grams & seen
        seen |= grams
    return [len(grams & shared) for grams in counted]


def _counted(grams: Grams, limit: int) -> set[int]:
    """The n-grams with the second, third ... of a kind told apart, so that a multiset becomes a set."""
    counted = set(grams)
    if len(counted) < len(grams):
        seen: Counter[int] = Counter()
        for gram in grams:
            counted.add(gram + seen[gram] * limit)
            seen[gram] += 1
    return counted


def _penalties(group: Sequence[Words]) -> list[float]:
    """The brevity penalty of each of two questions or more."""
    lengths = Counter(map(len, group))
    penalties: dict[int, float] = {}
    for length in lengths:
        others = [other for other, count in lengths.items() if other != length or count > 1]
        _, closest = min((abs(other - length), other) for other in others)
        penalties[length] = exp(min(0.0, 1 - closest / length))
    return [penalties[len(words)] for words in group]
