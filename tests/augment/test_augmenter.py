"""The protocol, the lifting of one edit to a batch, and the small tools around them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from slmaug.augment import Augmenter, Swap, per_text, vary
from slmaug.augment.augmenter import check_share
from slmaug.rng import Random, generators
from slmaug.text import Text


@dataclass(frozen=True)
class Shout:
    """Replaces the first free word by its capitals; leaves texts without one."""

    word: str = "tea"

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        return text.replaced(text.free[0], self.word.upper()) if text.free else text


def test_a_lifted_edit_is_an_augmenter() -> None:
    """``per_text`` makes a method on one text fit the protocol."""
    assert isinstance(Shout(), Augmenter)


def test_a_changed_text_gets_the_step_and_an_unchanged_one_is_itself() -> None:
    """The step is the repr of the augmenter, behind the steps that were there."""
    free, locked = Text.parse("milk"), Text.parse("`milk`").made_by(("Earlier()",))
    old = Text.parse("milk").made_by(("Earlier()",))
    changed, same, again = Shout()([free, locked, old], generators(1, 0, 3))
    assert changed.steps == ("Shout(word='tea')",)
    assert same is locked
    assert again.steps == ("Earlier()", "Shout(word='tea')")


def test_a_text_built_anew_gets_the_step_too() -> None:
    """An edit that does not go through Text's own methods is written down all the same."""

    @dataclass(frozen=True)
    class Anew:
        @per_text
        def __call__(self, text: Text, rng: Random) -> Text:
            return Text.parse("something else")

    (text,) = Anew()([Text.parse("tea").made_by(("Earlier()",))], generators(1, 0, 1))
    assert text.steps == ("Earlier()", repr(Anew()))


def test_vary_gives_one_variant_and_the_same_one_again() -> None:
    """For trying out: a string in, a string out, by seed."""
    question = "How do I grow large green beans quickly at home?"
    assert vary(question, Swap(), 1) == vary(question, Swap(), 1)
    assert len({vary(question, Swap(), seed) for seed in range(20)}) > 3


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_share_lies_between_zero_and_one(value: float) -> None:
    """The message has the name, the range and the value."""
    with pytest.raises(ValueError, match=rf"rate must lie in \[0, 1\], got {value!r}"):
        check_share("rate", value)
    check_share("rate", 0)
    check_share("rate", 1)
