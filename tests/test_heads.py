"""Which words make an English question the question it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.heads import head


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("how do i read a file", "how do i"),
        ("how to read a file", "how to"),
        ("how long does it take", "how long does it"),
        ("how much is the fee", "how much is"),
        ("how come it broke", "how come it"),
        ("what is the fee", "what is"),
        ("what's the fee", "what's"),
        ("why can't i pay", "why can't i"),
        ("why do i not get mail", "why do i not"),
        ("where is it", "where is it"),
        ("which cards do you accept", "which do you"),
        ("what kind of oil do i need", "what kind do i"),
        ("who signs the lease", "who"),
        ("is there a fee", "is there"),
        ("is the fee high", "is"),
        ("can i pay", "can i"),
        ("couldn't you pay", "couldn't you"),
        ("does the app work", "does"),
        ("do not enter", "do"),
        ("the card broke", ""),
        ("pay with a card", ""),
        ("", ""),
    ],
)
def test_the_head_is_what_makes_the_question(sentence: str, expected: str) -> None:
    """Question word, measure, auxiliary, subject and negation; nothing of a statement or a command."""
    words = sentence.split()
    assert " ".join(words[i] for i in sorted(head(words))) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("how what which to much do can't is i you there not the card".split()), max_size=8))
def test_a_head_lies_inside_its_sentence(words: list[str]) -> None:
    """For any words, the indices are those of words."""
    assert head(words) <= set(range(len(words)))
