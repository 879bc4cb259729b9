from __future__ import annotations

import pytest

from slmaug.augment import OneSentence, Phrasing, Typos, vary
from slmaug.augment.one_sentence import is_one_sentence
from slmaug.text import Text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I pay?", True),
        ("pay by card", True),
        ("Which file does `a.b; c` read in C:/x.y?", True),
        ("如何读取文件？", True),
        ("Hi, how do I pay?", False),
        ("How do I pay, please", False),
        ("I have moved. How do I pay?", False),
        ("My card is new: how do I pay?", False),
        ("你好，如何读取文件？", False),
        ("我是新手。如何读取文件？", False),
        ("", False),
    ],
)
def test_what_is_one_bare_sentence(question: str, expected: bool) -> None:
    """Greetings and thanks count, marks inside a locked span do not."""
    assert is_one_sentence(Text.parse(question)) is expected


def test_nothing_is_put_around_what_has_something_around_it() -> None:
    """The question without is changed, the one with is not."""
    around = OneSentence(Phrasing("context"))
    assert all(vary("How do I pay by card?", around, k) != "How do I pay by card?" for k in range(10))
    assert {vary("Good morning, how do I pay?", around, k) for k in range(10)} == {"Good morning, how do I pay?"}


def test_it_takes_an_augmenter() -> None:
    """And shows it."""
    assert repr(OneSentence(Typos(0.5))) == "OneSentence(augmenter=Typos(rate=0.5))"
    with pytest.raises(TypeError, match=r"write Typos\(\)"):
        OneSentence(Typos)  # type: ignore[arg-type]
