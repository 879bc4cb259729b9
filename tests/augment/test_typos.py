"""Typos: one slip in an ordinary word."""

from __future__ import annotations

import pytest

from slmaug.augment import Typos
from slmaug.rng import generators
from slmaug.text import Text


def variants(question: str, augmenter: Typos, count: int = 80) -> set[str]:
    text = Text.parse(question)
    return set(map(str, augmenter([text] * count, generators(1, 0, count))))


def test_a_slip_is_one_letter_from_the_second_on() -> None:
    """Exchanged, left out, doubled or hit beside: the length changes by one at most and the first letter stays."""
    found = variants("garden", Typos())
    assert len(found) > 8
    assert all(variant[0] == "g" and abs(len(variant) - 6) <= 1 and variant != "garden" for variant in found)
    assert "graden" not in found or sorted("graden") == sorted("garden")


def test_short_unknown_and_exact_words_are_spelt_right() -> None:
    """Three letters, names never seen and code stay as they are."""
    question = "the red htdocs `garden` get_garden"
    assert variants(question, Typos(rate=1.0)) == {question}


def test_negations_and_the_head_are_spelt_right() -> None:
    """A typo in ``without`` or ``never`` could ask for the contrary."""
    for variant in variants("Why would I never sleep without pillows?", Typos(rate=1.0)):
        assert variant.startswith("Why would I never ")
        assert " without " in variant


def test_at_rate_one_every_ordinary_word_slips() -> None:
    """Each word of four letters or more is misspelt."""
    for variant in variants("garden table window", Typos(rate=1.0)):
        assert not set(variant.split()) & {"garden", "table", "window"}


@pytest.mark.parametrize("question", ["", "the", "`garden`", "Wie kann ich das lesen?", "ملف"])
def test_with_nothing_to_misspell_the_text_itself_comes_back(question: str) -> None:
    """Unchanged means the same object, without a step."""
    text = Text.parse(question)
    assert Typos()([text], generators(1, 0, 1))[0] is text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate: float) -> None:
    """The message names the setting, the range and the value."""
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\], got"):
        Typos(rate=rate)
