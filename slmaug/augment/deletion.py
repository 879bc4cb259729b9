"""Random deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.lexicon import default_lexicon
from slmaug.function_words import FUNCTION_WORDS, POSSESSIVES
from slmaug.rng import Random
from slmaug.text import FREE, Text

# Words that people leave out when they type in a hurry and that are understood all the same. Not here: quantifiers
# (all, some), pronouns, particles, conjunctions, negations, question words.
_DROPPABLE = {
    "en": frozenset(
        """
        a an the my your our his her its their this these those is are was were am
        please just really actually simply currently now already so very too here own quite
        """.split()
    ),
    "zh": frozenset("的 了 把 将 在 就 请 该 啊 吧 呀 嘛 哦 一下 这个 那个 其实 到底 究竟 具体 进行".split()),
    "other": frozenset(),
}


_FEW = 8  # up to 256 deletions, drawn again and again: each is made once

# Prepositions go where they join a noun to the word before ("a card in the app"), not behind a verb, where they may be
# half of it ("turn on the light"), nor between two locked spans ("from CSV to JSON").
_JOINING = frozenset("of in on at for with by".split())


@dataclass(frozen=True)
class Deletion:
    """Leave out small words, as in a hurried message: "How do I link new card in app?".

    EDA's random deletion (Wei and Zou, 2019) drops any word with a fixed probability and so loses the
    verb or the object as often as an article. Here only function words go; negations, the question's
    head and everything locked stay by construction.
    """

    rate: float = 0.3
    """Probability with which each word that can be left out is, 0 to 1; at least one goes."""

    def __post_init__(self) -> None:
        check_share("rate", self.rate)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        candidates = text.fact("droppable", _droppable)
        if not candidates or len(text) < 3:
            return text
        gone = tuple(rng.some(candidates, self.rate)) or (rng.choice(candidates),)
        if len(candidates) > _FEW:
            return text.without(gone)
        return text.fact(("without", gone), lambda text: text.without(gone))


def _droppable(text: Text) -> tuple[int, ...]:
    found = set(text.among(_DROPPABLE[text.language]))
    lexicon = default_lexicon(text.language)
    if text.language == "en" and lexicon is not None:
        words = [word.lower() for word in text.words]
        found -= {i for i in found if _belongs_to_own(words, i)}
        found |= {
            i
            for i in text.among(_JOINING)
            if 0 < i < len(words) - 1
            and text.status[i - 1] == FREE
            and words[i - 1] not in FUNCTION_WORDS
            and lexicon.parts_of_speech(words[i - 1]) == ("noun",)
        }
    return tuple(sorted(found))


def _belongs_to_own(words: Sequence[str], at: int) -> bool:
    """Whether the word is one of "its own": "my own file" may lose "own" alone, "on its own" neither."""
    if words[at] == "own":  # "do people own cats"
        return not at or words[at - 1] not in POSSESSIVES or at + 1 == len(words) or words[at + 1] in FUNCTION_WORDS
    return words[at + 1 : at + 2] == ["own"]
