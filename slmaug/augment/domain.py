"""What a seed set is about: its answers and its other questions, which say what a word means here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import Protocol, runtime_checkable

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import parts_of, with_parts
from slmaug.function_words import FUNCTION_WORDS, LIGHT_VERBS
from slmaug.sentences import sentences
from slmaug.text import Text

_CODE = re.compile(r"`[^`\n]*`")
_WORD = re.compile(r"[a-z]+(?:['\u2019-][a-z]+)*")
_FEW = 2  # questions that a word tells from the others; one that more questions share tells none
_WRITTEN = re.compile(r"(?<=[A-Za-z,\u2019'] )[A-Z]?[a-z]+(?![A-Za-z])")
_EMPTY = FUNCTION_WORDS | LIGHT_VERBS


def content_words(text: str) -> frozenset[str]:
    """The words that say what a text is about, as stems."""
    return frozenset(stem(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY and len(word) > 2)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its commonest endings, so that ``cards`` and ``card`` count as one."""
    return re.sub("(?<=[a-z]{3})(?:ies|es|s|ing|ed|e|y)$", "", word)


@dataclass(frozen=True)
class Seed:
    """One question with its answer's prose, and the words of both."""

    text: Text
    prose: str
    """The answer without its code; each piece leaves a mark that no phrase reaches across."""
    asked: frozenset[str]
    told: frozenset[str]

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What the answer says, each with its mark; a semicolon ends one, too."""
        return tuple(part for sentence in sentences(self.prose) for part in re.split(r";\s+", sentence) if part)


@dataclass(frozen=True)
class Domain:
    """All seeds of a set."""

    seeds: tuple[Seed, ...]

    @classmethod
    def of(cls, texts: Sequence[Text], proses: Sequence[str]) -> Domain:
        """From each seed's question and the prose of its answer, without blocks of code."""
        found = []
        for text, said in zip(texts, proses, strict=True):
            prose = _CODE.sub(" \u25c6 ", said)
            found.append(Seed(text, prose, content_words(str(text)), content_words(prose)))
        return cls(tuple(found))

    @cached_property
    def _by_question(self) -> dict[str, int]:
        return {str(seed.text): i for i, seed in enumerate(self.seeds)}

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many seeds each word stands, question or answer."""
        return Counter(word for seed in self.seeds for word in seed.asked | seed.told)

    @cached_property
    def _telling(self) -> Counter[str]:
        """How many answers each sentence is said in."""
        return Counter(sentence for seed in self.seeds for sentence in set(seed.sentences))

    @cached_property
    def _asking(self) -> dict[str, list[int]]:
        """The places of the seeds whose question has a word."""
        found: dict[str, list[int]] = {}
        for i, seed in enumerate(self.seeds):
            for word in seed.asked:
                found.setdefault(word, []).append(i)
        return found

    @cached_property
    def _worth(self) -> dict[str, float]:
        return {word: log(len(self.seeds) / len(places)) for word, places in self._asking.items()}

    def seed(self, text: Text) -> Seed | None:
        """The seed that ``text`` is the question of, or one made of it; None where that cannot be told.

        What was made of a seed's question in a chain is known to be its. Any other text belongs to the seed that has
        more of its content words than any other, in question and answer together and, where that is equal, in the
        question; if it has most of them.
        """
        at = self._by_question.get(str(text.origin))
        return self._nearest(text) if at is None else self.seeds[at]

    def _nearest(self, text: Text) -> Seed | None:
        words = content_words(str(text))
        shared = [(len(words & (seed.asked | seed.told)), len(words & seed.asked)) for seed in self.seeds]
        best = max(shared, default=(0, 0))
        return self.seeds[shared.index(best)] if 2 * best[0] > len(words) and shared.count(best) == 1 else None

    def specificity(self, word: str) -> float:
        """How much a content word tells one seed from the others: ln(seeds / seeds that have it), 0 or more."""
        return log(max(1, len(self.seeds)) / max(1, self._spread[stem(word)]))

    @cached_property
    def _written(self) -> Counter[str]:
        """The words inside sentences as they are written, of small ones the stem."""
        found = Counter[str]()
        for seed in self.seeds:
            for word in _WRITTEN.findall(f"{seed.text}\n{seed.prose}"):
                found[word if word[0].isupper() else stem(word)] += 1
        return found

    def is_small(self, word: str) -> bool | None:
        """Whether the set writes a word small that opens a sentence; None where it does not tell."""
        small, large = self._written[stem(word.lower())], self._written[word.capitalize()]
        return small > 0 if bool(small) != bool(large) else None

    def is_shared(self, sentence: str) -> bool:
        """Whether several answers say a sentence: "Write to us if you have any questions." """
        return self._telling[sentence] > 1

    def fit(self, phrase: str, seed: Seed) -> float:
        """How well other words suit a seed, 0 to 3: its own answer's best, another question's not at all."""
        words = content_words(phrase)
        if self.blurs(phrase, seed):
            return 0.0
        return 3.0 if words & seed.told else 1.0

    def lead(self, words: frozenset[str], seed: Seed) -> float:
        """How much more the content words tell of a seed's question than of any other's; below 0 if they tell less.

        A word counts ln(seeds / questions that have it) for each question that has it.
        """
        told: defaultdict[int, float] = defaultdict(float)
        for word in sorted(words & self._asking.keys()):  # a sum of floats depends on their order
            for i in self._asking[word]:
                told[i] += self._worth[word]
        own = told.pop(self._by_question[str(seed.text)], 0.0)
        return own - max(told.values(), default=0.0)

    def blurs(self, phrase: str, seed: Seed) -> bool:
        """Whether a word of the phrase, not the seed's own, is what one or two other questions go by."""
        own = seed.asked | seed.told
        return any(0 < len(self._asking.get(word, ())) <= _FEW for word in content_words(phrase) - own)


@runtime_checkable
class Grounded(Protocol):
    """An augmenter that can make use of the whole seed set."""

    def grounded(self, domain: Domain) -> Augmenter:
        """The same augmenter, knowing the seeds."""


def grounded(augmenter: Augmenter, domain: Domain) -> Augmenter:
    """The augmenter with each of its parts that can make use of the seed set knowing it."""
    if isinstance(augmenter, Grounded):
        return augmenter.grounded(domain)
    return with_parts(augmenter, [grounded(part, domain) for part in parts_of(augmenter)])
