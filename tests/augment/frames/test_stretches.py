"""Stretches: the part of a search that may stand alone."""

from __future__ import annotations

import pytest

from slmaug.augment.frames.english import searched
from slmaug.augment.frames.stretches import stretch
from slmaug.rng import generators
from slmaug.text import Text


def stretches(question: str, keep: float = 0.5, count: int = 200) -> set[str]:
    text = Text.parse(question)
    strong = searched(text)
    drawn = (stretch(text, strong, keep, rng) for rng in generators(3, 0, count))
    return {" ".join(text.words[i] for i in kept) for kept in drawn}


def test_words_of_the_question_in_their_order() -> None:
    """Several stretches of a long question come, each of two search words or more."""
    whole = "export invoices last quarter spreadsheet"
    drawn = stretches("How do I export the invoices of the last quarter to a spreadsheet?")
    assert len(drawn) > 3
    assert whole in drawn
    assert all(len(new.split()) > 1 for new in drawn)
    assert all("last quarter" in new for new in drawn)


@pytest.mark.parametrize(
    ("question", "together"),
    [
        ("How do I stop the oven door from closing?", ("stop", "from", "closing")),
        ("Why did I get fewer plates than I ordered?", ("fewer", "plates")),
        ("Why am I not allowed to park there with a trailer?", ("not", "allowed")),
        ("How many bags may I bring on board?", ("How", "many")),
        ("How do I lock everything that has a handle?", ("everything", "handle")),
        ("How do I send `a.txt` and two photos to my printer?", ("`a.txt`", "two", "photos")),
    ],
)
def test_what_must_not_be_left_out_is_in_every_stretch(question: str, together: tuple[str, ...]) -> None:
    """Locked words, numbers with what they count, negations, and both sides of "from"."""
    for new in stretches(question):
        assert set(together) <= set(new.split()), new


def test_no_stretch_ends_in_the_air() -> None:
    """No preposition, "than" or adjective is last, and no half of an "and" stands alone."""
    questions = (
        "Why did I get fewer plates than I ordered?",
        "Why was the wrong amount of cash taken from my savings account?",
        "How do I paint doors and windows without brush marks?",
    )
    drawn = {new for question in questions for new in stretches(question)}
    assert not [new for new in drawn if new.split()[-1] in ("than", "from", "wrong", "savings", "without", "brush")]
    assert not [new for new in drawn if ("doors" in new) != ("windows" in new)]


def test_no_stretch_reaches_over_the_end_of_a_sentence() -> None:
    """Part of one sentence or of the other, or all of both."""
    whole = "iron linen shirt warm setting fits"
    drawn = stretches("I would like to iron a linen shirt. Which warm setting fits?")
    assert drawn <= {whole, "iron linen shirt", "linen shirt", "warm setting fits", "warm setting", "setting fits"}


def test_the_share_kept_is_a_setting() -> None:
    """All is kept at 1, and less on average at 0.3 than at 0.8."""
    question = "How do I export the big invoices of the north branch office to a blue spreadsheet file?"
    words = [[len(new.split()) for new in stretches(question, keep)] for keep in (0.3, 0.8, 1)]
    assert min(words[0]) < min(words[1])
    assert len(set(words[2])) == 1
