"""Only what is a single bare sentence: for augmenters that put something around a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import check_augmenters
from slmaug.rng import Random
from slmaug.text import Text

_OPENS = frozenset(
    "hi hello hey hiya dear good morning evening greetings sorry excuse pardon please urgent urgently help thanks "
    "thank quick so ok okay well um asking 你好 您好 请问 大家好 麻烦 求助 急".split()
)
_CLOSES = frozenset(
    "thanks thank thx please pls asap cheers urgent tia regards help hi hello 谢谢 多谢 急 求助".split()
)
_ENDS_SENTENCE = re.compile("[.!?;:\u2026\u2014\n\u3002\uff01\uff1f\uff1b\uff1a]")


@dataclass(frozen=True)
class OneSentence:
    """An augmenter for texts of one sentence without greeting or thanks; others pass unchanged.

    What is put around a question is too much where something stands around it already: "Hi there, good morning, ...".
    """

    augmenter: Augmenter

    def __post_init__(self) -> None:
        check_augmenters("augmenter", (self.augmenter,))

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = list(texts)
        mine = [i for i, text in enumerate(texts) if text.fact("one sentence", is_one_sentence)]
        for i, text in zip(mine, self.augmenter([texts[i] for i in mine], [rngs[i] for i in mine]), strict=True):
            batch[i] = text
        return batch


def is_one_sentence(text: Text) -> bool:
    """Whether a text is a single sentence that neither greets nor thanks.

    >>> is_one_sentence(Text.parse("How do I pay?")), is_one_sentence(Text.parse("Hi! How do I pay?"))
    (True, False)
    """
    words = [word.lower() for word in text.words]
    if not words or words[0] in _OPENS or words[-1] in _CLOSES:
        return False
    return not any(_ENDS_SENTENCE.search(gap) for gap in text.parts[2:-1:2])
