"""Sides: the words of an answer as its asker says them."""

from __future__ import annotations

import pytest

from slmaug.augment.sides import other_side


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("you are told what you owe us", "I am told what I owe you"),
        ("the fees charged to you are listed", "the fees charged to me are listed"),
        ("we\u2019ll call you when you've paid", "you'll call me when I've paid"),
        ("the US office helps you", "the US office helps me"),
    ],
)
def test_who_speaks_changes(said: str, turned: str) -> None:
    """What is yours is mine, and the verb agrees."""
    assert other_side(said) == turned


@pytest.mark.parametrize("said", ["witnesses you name must appear", "managers who rate you will explain it"])
def test_where_it_is_unsure_nothing_is_said(said: str) -> None:
    """Whether "you" does something decides between I and me."""
    assert other_side(said) == ""
