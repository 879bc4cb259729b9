"""Synonym replacement: free words, in their own inflection and case."""

from __future__ import annotations

import pytest

from slmaug.augment import Synonyms, vary
from slmaug.rng import generators
from slmaug.text import Text


class Fixed:
    """A lexicon of two words."""

    def parts_of_speech(self, word: str) -> tuple[str, ...]:
        return ("noun",) if word in ("car", "shop") else ()

    def synonyms(self, word: str, pos: str) -> tuple[str, ...]:
        return {"car": ("auto", "motor car"), "shop": ("store",)}.get(word, ())


def variants(question: str, augmenter: Synonyms, count: int = 60, **parse: list[str]) -> set[str]:
    text = Text.parse(question, **parse)
    return set(map(str, augmenter([text] * count, generators(1, 0, count))))


def test_known_words_are_replaced_and_their_capital_restored() -> None:
    """At rate 1 each word with synonyms becomes one of them; several words may stand for one."""
    assert variants("Is the car near the shop?", Synonyms(rate=1.0, lexicon=Fixed())) == {
        "Is the auto near the store?",
        "Is the motor car near the store?",
    }


def test_at_least_one_word_is_replaced() -> None:
    """Rate 0 still changes one word a time."""
    assert variants("Is the car near the shop?", Synonyms(rate=0.0, lexicon=Fixed())) == {
        "Is the auto near the shop?",
        "Is the motor car near the shop?",
        "Is the car near the store?",
    }


def test_a_protected_word_has_no_synonym() -> None:
    """Locked by the user, the word stays."""
    assert variants("Is the car here?", Synonyms(lexicon=Fixed()), protect=["car"]) == {"Is the car here?"}


def test_the_embedded_lexicon_keeps_the_inflection() -> None:
    """Plurals become plurals."""
    found = variants("How do I compare the photographs?", Synonyms(rate=1.0))
    assert all(variant.rstrip("?").split()[-1].endswith("s") for variant in found)


def test_chinese_words_have_synonyms_too() -> None:
    """The head stays; a word of the rest is said otherwise."""
    found = variants("如何快速删除文件", Synonyms(rate=1.0))
    assert found
    assert all(variant.startswith("如何") for variant in found)


@pytest.mark.parametrize("question", ["", "zxqv", "`car`", "Wie kann ich das lesen?", "How do I", "not never"])
def test_a_text_without_known_words_comes_back_itself(question: str) -> None:
    """Unchanged means the same object, without a step."""
    text = Text.parse(question)
    assert Synonyms()([text], generators(1, 0, 1))[0] is text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate: float) -> None:
    """The message names the setting, the range and the value."""
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\], got"):
        Synonyms(rate=rate)


def test_an_article_follows_its_word() -> None:
    """"an app" becomes "an application" or stays right otherwise: a/an goes with the sound of the new word."""
    variants = {vary("How do I report a problem with an app?", Synonyms(rate=1.0), key) for key in range(20)}
    assert variants == {"How do I report an issue with an application?"}, variants
