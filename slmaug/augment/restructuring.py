"""The same words in another build: relative clauses, genitives, pairs, the particles of verbs."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.alternatives import Alternative
from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.structures import structures
from slmaug.rng import Random
from slmaug.text import Text


@dataclass(frozen=True)
class Restructuring:
    """Build a question otherwise with the words it has.

    >>> from slmaug.augment import vary
    >>> vary("Who helps customers that live in Berlin?", Restructuring(), random_seed=1)
    'Who helps customers living in Berlin?'
    """

    strength: float = 0.6
    """Probability with which each place that can be built otherwise is, 0 to 1; at least one is."""

    def __post_init__(self) -> None:
        check_share("strength", self.strength)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language != "en":
            return text
        places = text.fact("structures", structures)
        if not places:
            return text
        chosen = rng.some(places, self.strength) or [rng.choice(places)]
        kept: list[Alternative] = []
        for place in rng.sample(chosen, len(chosen)):
            if all(place.end <= other.start or place.start >= other.end for other in kept):
                kept.append(place)
        new = text
        for place in sorted(kept, key=lambda place: -place.start):
            new = new.rewritten(place.start, place.end, rng.choice(place.others))
        return new
