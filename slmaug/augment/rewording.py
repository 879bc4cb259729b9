"""Other words for the same thing: several equivalents at once, chosen by what they are said of and by the seed set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from slmaug.augment.alternatives import Alternative, alternatives
from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.domain import Domain, Seed
from slmaug.augment.lexicon.equivalents import Equivalents, Glossary, english_equivalents, own_equivalents
from slmaug.augment.turns import turns
from slmaug.rng import Random
from slmaug.text import Text

_KINDS_OF_TURN = 24  # texts kept per question; more would only repeat the same few turns


@dataclass(frozen=True)
class Rewording:
    """Say a question in other words: verbs with their objects, nouns, and the turns of phrase people ask with.

    >>> from slmaug.augment import vary
    >>> vary("How do I delete a photo from the shared album?", Rewording(), random_seed=1)
    'How do I get rid of a picture from the shared album?'
    """

    strength: float = 0.6
    """Probability with which each place that can be said otherwise is, 0 to 1; at least one is."""
    glossary: Glossary = ()
    """Your own equivalents: groups of words or phrases that mean the same in your domain."""
    domain: Domain | None = field(default=None, repr=False, compare=False)
    """The seeds, so that their answers rank the equivalents; ``expand`` puts them in."""

    def __post_init__(self) -> None:
        check_share("strength", self.strength)
        for group in self.glossary:
            if isinstance(group, str) or len(group) < 2 or not all(isinstance(w, str) and w.strip() for w in group):
                raise ValueError(f"a group of the glossary needs two or more phrases, got {group!r}")

    def grounded(self, domain: Domain) -> Rewording:
        """The same, knowing the seeds."""
        return replace(self, domain=domain)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language != "en":
            return text
        seed = self.domain.seed(text) if self.domain else None
        bases = text.fact(("turns", self.glossary, seed is None), lambda text: self._bases(text, seed))
        base = rng.choice(bases) if bases and rng.random() < self.strength else text
        options = base.fact(("alternatives", self.glossary, seed is None), lambda base: self._options(base, seed))
        chosen = rng.some(options, self.strength)
        if not chosen and base is text and options:
            chosen = [rng.choice(options)]
        new = base
        for place, bounds in reversed(_apart(chosen, rng)):
            new = new.rewritten(place.start, place.end, rng.choices(place.others, bounds))
        return new if new is text or new.steps == text.steps else new.made_by(text.steps)

    def _bases(self, text: Text, seed: Seed | None) -> tuple[Text, ...]:
        found = _turned(text, self._tables())
        if self.domain and seed:
            found = tuple(base for base in found if not self.domain.blurs(str(base), seed))
        return found[:_KINDS_OF_TURN]

    def _tables(self) -> tuple[Equivalents, ...]:
        own = (own_equivalents(self.glossary),) if self.glossary else ()
        return (*own, english_equivalents())

    def _options(self, text: Text, seed: Seed | None) -> tuple[tuple[Alternative, tuple[float, ...]], ...]:
        about = frozenset(seed.prose.lower().split()) if seed else frozenset()
        *own, embedded = self._tables()
        found = [(place, True) for table in own for place in alternatives(text, table, about)]
        found += [(place, False) for place in alternatives(text, embedded, about)]
        merged: dict[tuple[int, int], dict[Text, float]] = {}
        for place, is_own in found:
            weights = merged.setdefault((place.start, place.end), {})
            for other in place.others:
                weight = self.domain.fit(str(other), seed) if self.domain and seed else 1.0
                if weight or is_own:  # what the user says is the same is the same
                    weights.setdefault(other, weight or 1.0)
        return tuple(
            (Alternative(start, end, tuple(weights)), tuple(accumulate(weights.values())))
            for (start, end), weights in merged.items()
            if weights
        )


Option = tuple[Alternative, tuple[float, ...]]


def _apart(chosen: Sequence[Option], rng: Random) -> list[Option]:
    """Those that do not overlap, longer ones first, in their order in the text."""
    kept: list[Option] = []
    for option in sorted(chosen, key=lambda each: each[0].start - each[0].end):
        if all(option[0].end <= other[0].start or option[0].start >= other[0].end for other in kept):
            kept.append(option)
    return sorted(kept, key=lambda each: each[0].start)


def _turned(text: Text, tables: Sequence[Equivalents]) -> tuple[Text, ...]:
    """The question with one or two of its turns of phrase said otherwise; itself where there are none."""
    places = [place for table in tables for place in turns(text, table)]
    found: dict[str, Text] = {}
    for place in places:
        for other in place.others:
            new = text.rewritten(place.start, place.end, other)
            found.setdefault(str(new), new)
            for before in places:
                if before.end <= place.start:
                    for earlier in before.others[:2]:
                        both = new.rewritten(before.start, before.end, earlier)
                        found.setdefault(str(both), both)
    found.pop(str(text), None)
    return tuple(found.values())
