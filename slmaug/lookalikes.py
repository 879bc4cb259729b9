"""Which questions look alike although their answers differ.

Two do if 85 % of the words that either has are in both (the Jaccard index of their sets). The search is exact: words
are put in order from the rarest to the commonest, and two sets that are so alike have one of their first few words in
common (prefix filtering: Chaudhuri, Ganti and Kaushik, ICDE 2006; Bayardo, Ma and Srikant, WWW 2007). So only sets
that share a rare word are ever compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, product

PERCENT = 85
"""From which share of common words on two questions look alike, 0 to 100."""

WordSet = frozenset[str]
SeedPair = tuple[int, int]


def lookalikes(questions: Iterable[tuple[int, WordSet]], answers: Mapping[int, str]) -> Counter[SeedPair]:
    """How many pairs of questions look alike, by pair of seeds with different answers, the smaller id first.

    ``questions`` holds a seed id and a question's words for each row, ``answers`` what stands for each seed's answer.

    >>> same = frozenset({"delete", "file"})
    >>> lookalikes([(0, same), (0, same), (1, same)], {0: "rm", 1: "del"})
    Counter({(0, 1): 2})
    """
    owners: dict[WordSet, list[int]] = defaultdict(list)
    for seed_id, words in questions:
        owners[words].append(seed_id)
    found: Counter[SeedPair] = Counter()
    for of in owners.values():
        if len(set(of)) > 1:
            for (one, count), (other, times) in combinations(sorted(Counter(of).items()), 2):
                found[one, other] += count * times
    for left, right in _alike(owners):
        for (one, count), (other, times) in product(Counter(owners[left]).items(), Counter(owners[right]).items()):
            found[min(one, other), max(one, other)] += count * times
    return Counter({pair: count for pair, count in found.items() if answers[pair[0]] != answers[pair[1]]})


def _alike(owners: Mapping[WordSet, list[int]]) -> Iterator[tuple[WordSet, WordSet]]:
    """All pairs of different sets that look alike and have not one and the same seed for their only owner."""
    frequency = Counter(chain.from_iterable(owners))
    index: dict[str, dict[int | None, list[WordSet]]] = defaultdict(lambda: defaultdict(list))
    for words in sorted(owners, key=len):
        size = len(words)
        least = -(-PERCENT * size // 100)  # what another must have in common with this one, and its least size
        first = sorted(words, key=lambda word: (frequency[word], word))[: size - least + 1]
        owner = owners[words][0] if len(set(owners[words])) == 1 else None
        near = (index[word] for word in first if word in index)
        for other in set(chain.from_iterable(_of_others(sets, owner, least) for sets in near)):
            common = len(words & other)
            if 100 * common >= PERCENT * (size + len(other) - common):
                yield words, other
        for word in first:
            index[word][owner].append(words)


def _of_others(sets: Mapping[int | None, list[WordSet]], owner: int | None, least: int) -> Iterator[WordSet]:
    """Those of the sets, in ascending order of size, that have ``least`` words and are not this owner's alone."""
    for each, found in sets.items():
        if each is None or each != owner:
            for other in reversed(found):
                if len(other) < least:
                    break
                yield other
