"""Random insertion: a synonym goes in beside free words, and every word of the question stays."""

from __future__ import annotations

from collections import Counter

import pytest

from slmaug.augment import Insertion
from slmaug.rng import generators
from slmaug.text import Text


class Fixed:
    """A lexicon of two words."""

    def parts_of_speech(self, word: str) -> tuple[str, ...]:
        return ("noun",) if word in ("car", "shop") else ()

    def synonyms(self, word: str, pos: str) -> tuple[str, ...]:
        return {"car": ("auto", "motor car"), "shop": ("store",)}.get(word, ())


def variants(question: str, augmenter: Insertion, count: int = 60) -> set[str]:
    text = Text.parse(question)
    return set(map(str, augmenter([text] * count, generators(1, 0, count))))


def test_a_synonym_goes_in_and_everything_else_stays() -> None:
    """Without what came in, the question is the question."""
    for variant in variants("Is the car near the shop?", Insertion(lexicon=Fixed())):
        added = Counter(variant.rstrip("?").split()) - Counter("Is the car near the shop".split())
        assert set(added) in ({"auto"}, {"motor", "car"}, {"store"})
        assert added.total() == len(variant.split()) - 6


def test_the_head_stays_whole_and_the_start_stays_the_start() -> None:
    """Nothing comes between ``How do I`` and before the first word; code spans stay side by side."""
    for variant in variants("How do I sell `a` `b` the car?", Insertion(rate=1.0, lexicon=Fixed())):
        assert variant.startswith("How do I ")
        assert "`a` `b`" in variant


def test_in_chinese_a_filler_goes_before_the_question_word() -> None:
    """The question stays as it is, with a word that adds nothing."""
    found = variants("如何读取文件", Insertion())
    assert len(found) > 1
    assert all(variant.endswith("如何读取文件") for variant in found)


@pytest.mark.parametrize("question", ["", "zxqv", "`car`", "Wie kann ich das lesen?", "How do I"])
def test_with_nothing_to_say_twice_the_text_itself_comes_back(question: str) -> None:
    """A text without a known word is unchanged."""
    text = Text.parse(question)
    assert Insertion()([text], generators(1, 0, 1))[0] is text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate: float) -> None:
    """The message names the setting, the range and the value."""
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\], got"):
        Insertion(rate=rate)
