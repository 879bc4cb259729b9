"""Stories: a sentence beside the question that says nothing about the matter."""

from __future__ import annotations

import re

import pytest

from slmaug.augment import Phrasing
from slmaug.augment.domain import content_words
from slmaug.augment.frames.stories import story
from slmaug.rng import generators
from slmaug.text import Text


def test_a_story_is_a_sentence() -> None:
    """It has its capital and its mark, no slot is left open, and hundreds differ."""
    told = {story(rng, is_own) for rng in generators(1, 0, 600) for is_own in (True, False)}
    assert len(told) > 300
    assert all(re.fullmatch(r"[A-Z][^<>{}|]+\.", each) for each in told)
    assert not [each for each in told if re.search(r"\b(\w+) \1\b|  ", each)]


@pytest.mark.parametrize("question", ["How do I fold `map.pdf`?", "Why was I billed 2 times?", "Show all boats."])
def test_the_question_stands_beside_it(question: str) -> None:
    """Before it or behind it, with all its words."""
    texts = Phrasing("story", casual=0)([Text.parse(question)] * 60, generators(2, 0, 60))
    for new in texts:
        assert new.locked == Text.parse(question).locked
        assert content_words(question) <= content_words(str(new))
    assert {str(new).startswith(question[:4]) for new in texts} == {True, False}


def test_nobody_else_asks_about_what_is_the_askers_own() -> None:
    """Who asks about "my" payment tells no story of a friend who wants to know."""
    texts = Phrasing("story")([Text.parse("Where is my parcel?")] * 200, generators(2, 0, 200))
    assert not [new for new in texts if "asked me" in str(new) or "for my" in str(new)]
