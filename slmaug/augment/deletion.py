"""Random deletion."""

from __future__ import annotations

from dataclasses import dataclass

from slmaug.augment.augmenter import check_share, per_text
from slmaug.rng import Random
from slmaug.text import Text

# Words that people leave out when they type in a hurry. Not here: particles and prepositions that
# decide what is asked (up, off, without, from, before), conjunctions, negations, question words.
_DROPPABLE = {
    "en": frozenset(
        """
        a an the my your our his her its their this that these those some any all of to in on at for with by
        is are was were be been am do does did i i'm i've it there me us you we have has had
        please just really actually simply also currently now already still so very too right here
        which that's can could would should will get go
        """.split()
    ),
    "zh": frozenset("的 了 把 将 在 就 请 该 啊 吧 呀 嘛 哦 一下 这个 那个 其实 到底 究竟 具体 进行".split()),
    "other": frozenset(),
}


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
        candidates = text.among(_DROPPABLE[text.language])
        if not candidates or len(text) < 3:
            return text
        return text.without(rng.some(candidates, self.rate) or (rng.choice(candidates),))
