"""The wordings: every one of a kind says the same, and both languages have all kinds."""

from __future__ import annotations

import re

import pytest

from slmaug.cot.voice import Voice
from slmaug.cot.wordings import ENGLISH
from slmaug.cot.wordings_chinese import CHINESE

_PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("voice", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_all_wordings_of_a_kind_hold_the_same_names(voice: Voice) -> None:
    """So that what is stated does not depend on the draw; a word such as "count" may be left out."""
    for kind, templates in voice.templates.items():
        places = {frozenset(_PLACES.findall(each)) - {"count"} for each in templates}
        assert len(places) == 1, kind
        assert len(set(templates)) == len(templates), kind
        assert not any("`" in each or "\n" in each for each in templates), kind


def test_both_languages_have_all_kinds() -> None:
    """But for singular forms, a second kind of quotes, and the words for types, which English takes from the code."""
    english = {kind for kind in ENGLISH.templates if "." not in kind and kind != "question_curly"}
    chinese = {kind for kind in CHINESE.templates if "." not in kind and not kind.startswith("word_")}
    assert english == chinese


def test_lists() -> None:
    """One, two, some, and more than are named; nobody is told of "1 more"."""
    names = ("a", "b", "c", "d")
    lists = [ENGLISH.listed(names[:size], 2) for size in range(5)]
    assert lists == ["", "a", "a and b", "a, b and c", "a, b and 2 more"]
    assert CHINESE.listed(names, 2) == "a、b等，另有2个"
