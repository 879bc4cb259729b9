"""Random swap."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.rng import Random
from slmaug.text import Text


@dataclass(frozen=True)
class Swap:
    """Exchange neighbouring free words.

    EDA's random swap (Wei and Zou, "EDA: Easy Data Augmentation Techniques for Boosting Performance
    on Text Classification Tasks", 2019) exchanges any two words; neighbours keep the question readable.
    Words move only past each other: never past a locked span or a punctuation mark. Chinese, where order is
    grammar, passes unchanged.
    """

    rate: float = 0.1
    """Exchanges per free word, 0 to 1; at least one is made."""

    def __post_init__(self) -> None:
        check_share("rate", self.rate)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        pairs = text.neighbours
        if not pairs or text.language == "zh":
            return text
        count = int(self.rate * len(text.free) + 0.5)
        if count <= 1:
            return text.swapped((rng.choice(pairs),))
        return text.swapped(rng.picks(pairs, count))
