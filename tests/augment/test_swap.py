"""Random swap: neighbours change places, and nothing else happens."""

from __future__ import annotations

from collections import Counter

import pytest

from slmaug.augment import Swap
from slmaug.rng import generators
from slmaug.text import Text


def variants(question: str, augmenter: Swap, count: int = 40) -> set[str]:
    text = Text.parse(question)
    return set(map(str, augmenter([text] * count, generators(1, 0, count))))


def test_one_swap_exchanges_two_neighbours() -> None:
    """At the default rate a short question has one pair exchanged, each pair at some draw."""
    assert variants("green tea helps digestion", Swap()) == {
        "tea green helps digestion",
        "green helps tea digestion",
        "green tea digestion helps",
    }


def test_no_word_moves_past_a_lock_a_mark_or_a_kept_word() -> None:
    """Only ``b c`` and ``f g`` stand side by side."""
    found = variants("red brick `x` garden, never slow walk", Swap())
    assert found == {"brick red `x` garden, never slow walk", "red brick `x` garden, never walk slow"}


def test_the_words_are_the_same_words() -> None:
    """Many exchanges lose and add nothing."""
    question = "large green old wooden garden tables rarely break today"
    for variant in variants(question, Swap(rate=1.0)):
        assert Counter(variant.split()) == Counter(question.split())


@pytest.mark.parametrize("question", ["", "tea", "How do I", "`a` `b`", "怎么读取大文件", "no never", "very very"])
def test_with_no_two_free_neighbours_the_text_itself_comes_back(question: str) -> None:
    """Unchanged means the same object, without a step."""
    text = Text.parse(question)
    assert Swap()([text], generators(1, 0, 1))[0] is text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate: float) -> None:
    """The message names the setting, the range and the value."""
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\], got"):
        Swap(rate=rate)
