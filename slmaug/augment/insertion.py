"""Random insertion."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.lexicon import Lexicon
from slmaug.augment.lexicon.chinese import fillers
from slmaug.augment.synonyms import synonym_options
from slmaug.rng import Random
from slmaug.text import FREE, Text


@dataclass(frozen=True)
class Insertion:
    """Put a synonym of a free word at a random place (EDA's random insertion, Wei and Zou, 2019).

    The place lies beside a free word, so an insertion never splits a question's head from its verb
    nor two locked spans from each other. In Chinese, where a synonym beside a word reads as nonsense, a word
    that adds nothing goes before the question word instead.
    """

    rate: float = 0.1
    """Insertions per free word, 0 to 1; at least one is made."""
    lexicon: Lexicon | None = None
    """As for :class:`Synonyms`."""

    def __post_init__(self) -> None:
        check_share("rate", self.rate)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language == "zh":
            return _filled_up(text, rng)
        options = synonym_options(text, self.lexicon)
        if not options:
            return text
        count = max(1, int(self.rate * len(text.free) + 0.5))
        words = [rng.choice(synonyms) for _, synonyms in rng.picks(options, count)]
        places = rng.picks(text.fact("openings", _openings), count)
        # From the back, so that the places ahead stay where they are.
        for place, word in zip(sorted(places, reverse=True), words, strict=True):
            text = text.inserted(place, word)
        return text


def _filled_up(text: Text, rng: Random) -> Text:
    places = text.fact("fillers", lambda text: fillers(text.words))
    if not places:
        return text
    place, words = rng.choice(places)
    return text.inserted(place, rng.choice(words))


def _openings(text: Text) -> tuple[int, ...]:
    """The places before or after a free word, except before the first."""
    status = text.status
    return tuple(
        i for i in range(1, len(status) + 1) if status[i - 1] == FREE or (i < len(status) and status[i] == FREE)
    ) or (len(status),)
