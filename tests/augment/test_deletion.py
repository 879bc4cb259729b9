"""Random deletion: small words go, what carries the question stays."""

from __future__ import annotations

import pytest

from slmaug.augment import Deletion
from slmaug.rng import generators
from slmaug.text import Text


def variants(question: str, augmenter: Deletion, count: int = 60) -> set[str]:
    text = Text.parse(question)
    return set(map(str, augmenter([text] * count, generators(1, 0, count))))


def test_only_small_words_go() -> None:
    """Articles are left out, the head, the content words and what hangs on a verb never."""
    assert variants("How do I plant the tree in a pot?", Deletion(rate=1.0)) == {"How do I plant tree in pot?"}


def test_at_least_one_word_goes() -> None:
    """Even at rate 0 one of the candidates is left out."""
    assert variants("How do I plant the tree in a pot?", Deletion(rate=0.0)) == {
        "How do I plant tree in a pot?",
        "How do I plant the tree in pot?",
    }


@pytest.mark.parametrize("question", ["never without gloves", "do not swim after lunch", "Why can't I?", "up or off"])
def test_negations_particles_and_heads_stay(question: str) -> None:
    """Nothing here can go without asking something else."""
    assert variants(question, Deletion(rate=1.0)) == {question}


def test_a_locked_small_word_stays() -> None:
    """An article inside a protected phrase is part of it."""
    text = Text.parse("who sang the end here", ["the end"])
    assert "the end" in str(Deletion(rate=1.0)([text], generators(1, 0, 1))[0])


def test_the_next_word_takes_the_capital() -> None:
    """A sentence without its first word still starts like one."""
    assert variants("The tree grows fast. The pot stays.", Deletion(rate=1.0)) == {"Tree grows fast. Pot stays."}


def test_chinese_particles_go() -> None:
    """In Chinese, words that add nothing are left out."""
    assert variants("怎么读取的文件内容", Deletion(rate=1.0)) == {"怎么读取文件内容"}


@pytest.mark.parametrize("question", ["", "the", "the tree", "Wie kann ich das lesen?", "`the`"])
def test_with_too_little_to_spare_the_text_itself_comes_back(question: str) -> None:
    """Two words are as short as it gets; other languages are left alone."""
    text = Text.parse(question)
    assert Deletion()([text], generators(1, 0, 1))[0] is text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate: float) -> None:
    """The message names the setting, the range and the value."""
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\], got"):
        Deletion(rate=rate)


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("Can I use an augmenter on its own?", ("on own", "on its?")),
        ("How do I write my own file?", ("write own",)),
        ("Can foreigners own a house?", ("foreigners house", "foreigners a")),
        ("Can I do it on my own?", ("it my", "on own")),
    ],
)
def test_own_stays_with_its_owner(question: str, never: tuple[str, ...]) -> None:
    """ "On its own" loses neither word; "my own file" may become "my file"."""
    text = Text.parse(question)
    for new in Deletion(rate=0.9)([text] * 40, generators(1, 0, 40)):
        assert not [words for words in never if words in str(new)]
