"""Distinct: only questions that cannot be another seed's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import Around, parts_of
from slmaug.augment.domain import Domain, Seed, content_words, grounded
from slmaug.augment.lexicon.equivalents import Glossary
from slmaug.augment.rewording import Rewording
from slmaug.rng import Random
from slmaug.text import Text

_CLEAR = 1.0  # lead over any other question; a word that no other of 30 seeds has counts 3.4, one that ten have 1.1


@dataclass(frozen=True)
class Distinct(Around):
    """An augmenter whose variants pass only if the words they share with the seeds' questions point to their own seed.

    "close my account", for "delete my account", has left of its seed's words but one that "pay into my account" has,
    too. One such row is fine, but many make the shared word a sign of one answer, since the seed's own word is said in
    ten ways and the shared one in one. What may be mistaken so passes unchanged, and a plan draws again. A variant with
    none of its seed's words misleads nobody and passes. Words of a glossary count as those they stand for, and of a
    question that is not clear itself no more is asked than that its variants be no less so.
    """

    domain: Domain | None = field(default=None, repr=False, compare=False)
    """The seeds; ``expand`` puts them in, and without them everything passes."""
    terms: tuple[tuple[frozenset[str], ...], ...] = field(default=(), repr=False, compare=False)
    """The groups of the glossaries of what is wrapped, as stems; they are found when the seeds are put in."""

    def grounded(self, domain: Domain) -> Distinct:
        """The same, knowing the seeds."""
        terms = tuple(
            tuple(content_words(phrase) for phrase in group)
            for glossary in _glossaries(self.augmenter)
            for group in glossary
        )
        return replace(self, augmenter=grounded(self.augmenter, domain), domain=domain, terms=terms)

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = self.augmenter(texts, rngs)
        if self.domain is None:
            return batch
        return [old if self._may_be_mistaken(new, old) else new for new, old in zip(batch, texts, strict=True)]

    def _may_be_mistaken(self, new: Text, old: Text) -> bool:
        if new is old or old.language != "en":
            return False
        seed, floor = old.fact(("distinct", self.terms), self._standing)
        if seed is None or self.domain is None:
            return False
        words = self._with_own_terms(content_words(str(new)), seed)
        return bool(words & seed.asked) and self.domain.lead(words, seed) < floor

    def _standing(self, text: Text) -> tuple[Seed | None, float]:
        """The seed of a question, and the lead over other questions that its variants must have."""
        assert self.domain is not None
        seed = self.domain.seed(text)
        if seed is None:
            return None, 0.0
        return seed, min(_CLEAR, self.domain.lead(self._with_own_terms(content_words(str(text)), seed), seed))

    def _with_own_terms(self, words: frozenset[str], seed: Seed) -> frozenset[str]:
        for stems in self.terms:
            meant = [each for each in stems if each <= seed.asked]
            if meant and any(each <= words for each in stems):
                words = words.union(*meant)
        return words


def _glossaries(augmenter: Augmenter) -> Iterator[Glossary]:
    if isinstance(augmenter, Rewording) and augmenter.glossary:
        yield augmenter.glossary
    for part in parts_of(augmenter):
        yield from _glossaries(part)
