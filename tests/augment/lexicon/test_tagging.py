from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.augment.lexicon import English, Pos
from slmaug.augment.lexicon.tagging import is_particle_verb, part_of_speech
from slmaug.function_words import FUNCTION_WORDS

ENGLISH = English()


def tag(question: str, word: str) -> Pos | None:
    words = question.split()
    return part_of_speech(words, words.index(word), ENGLISH)


@pytest.mark.parametrize(
    ("question", "word", "pos"),
    [
        ("How do I delete a branch", "delete", "verb"),
        ("List all users", "List", "verb"),
        ("How do I make a list of users", "list", "noun"),
        ("I want to copy it", "copy", "verb"),
        ("How do I make a copy of it", "copy", "noun"),
        ("Please display the results", "display", "verb"),
        ("Find large files", "large", "adjective"),
        ("Why was my payment rejected by the bank", "rejected", "verb"),
        ("How do I run it properly", "properly", "adverb"),
        ("How often does it happen", "happen", "verb"),
        ("What are the problems with `x.y()`", "problems", "noun"),
    ],
)
def test_neighbours_decide(question: str, word: str, pos: Pos) -> None:
    """The same word is a verb after "I" or "to" and a noun after an article."""
    assert tag(question, word) == pos


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Can I top up my card", "top"),
        ("How do I log in to it", "log"),
        ("How do I turn it off", "turn"),
        ("What is the exchange rate", "exchange"),
        ("What is the exchange rate", "rate"),
        ("Call me as soon as possible", "soon"),
        ("I did it by accident", "accident"),
        ("How do I convert it to list", "list"),
        ("Why do they take place", "place"),
    ],
)
def test_words_that_mean_something_only_together_are_left_alone(question: str, word: str) -> None:
    """Particle verbs, noun compounds, fixed phrases and unsettled words get None."""
    assert tag(question, word) is None


def test_a_particle_may_stand_behind_a_pronoun_object() -> None:
    """The phrase "turn it off" is a particle verb, "put it in the box" and "delete it" are not."""
    assert is_particle_verb(["turn", "it", "off"], 0)
    assert is_particle_verb(["top", "up"], 0)
    assert not is_particle_verb(["put", "it", "in", "the", "box"], 0)
    assert not is_particle_verb(["delete", "it"], 0)


def test_only_short_verbs_take_in_and_on_as_particles() -> None:
    """The word "logged in" is one verb; "modified in May" is a verb and a time."""
    assert is_particle_verb(["logged", "in"], 0)
    assert not is_particle_verb(["modified", "in", "May"], 0)


@pytest.mark.parametrize("word", sorted(FUNCTION_WORDS))
def test_function_words_have_no_part_of_speech(word: str) -> None:
    """Nothing is ever substituted for them."""
    assert part_of_speech(["How", word, "it"], 1, ENGLISH) is None


@given(st.lists(st.text(), min_size=1), st.data())
def test_any_tokens_may_be_tagged(words: list[str], data: st.DataObject) -> None:
    """Locked spans, numbers and arbitrary unicode never raise."""
    index = data.draw(st.integers(0, len(words) - 1))
    assert part_of_speech(words, index, ENGLISH) in {None, "noun", "verb", "adjective", "adverb"}
