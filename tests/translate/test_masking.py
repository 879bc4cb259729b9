"""Placeholders: what is locked comes back whole, or not at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.text import Text
from slmaug.translate.masking import STYLES, Lost, Masked, masked, restored

QUESTIONS = st.lists(
    st.sampled_from(
        "How|do I|use|`git stash`|C#|HttpClient|in|.NET 8|3 GB|和|如何|读取|?|a_b|the file".split("|")
    ),
    min_size=1,
    max_size=9,
).map(" ".join)


@settings(deadline=None)
@given(QUESTIONS, st.sampled_from(STYLES))
def test_what_was_masked_comes_back_byte_for_byte(question: str, style: str) -> None:
    """Whatever style the placeholders have; and none of the spans is seen by the translator."""
    text = Text.parse(question)
    mask = masked(text, style)
    assert restored(mask.text, mask) == question
    assert list(mask.spans) == text.locked
    for span in mask.spans:
        if re.search("[`#._]", span):
            assert span not in mask.text


@settings(deadline=None)
@given(QUESTIONS, st.sampled_from(STYLES), st.randoms(use_true_random=False))
def test_order_is_free(question: str, style: str, random: object) -> None:
    """A translation may move placeholders about; each stands for its own span all the same."""
    mask = masked(Text.parse(question), style)
    numbers = list(range(1, len(mask.spans) + 1))
    random.shuffle(numbers)  # type: ignore[attr-defined]
    moved = " und ".join(style.format(number) for number in numbers)
    assert restored(moved, mask) == " und ".join(mask.spans[number - 1] for number in numbers)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("Wie öffne ich {1}?", "lost: C#"),
        ("Wie öffne ich {1} in {2} und {2}?", "doubled: C#"),
        ("Wie öffne ich {1} in {2} und {3}?", "added"),
        ("{1}{2}", "lost|added|doubled|"),
    ],
)
def test_a_placeholder_lost_doubled_or_added_is_told(style: str, translation: str, fault: str) -> None:
    """By the span it stood for."""
    mask = Masked(f"How do I open {style.format(1)} in {style.format(2)}?", ("`a.txt`", "C#"), style)
    text = re.sub(r"\{(\d)\}", lambda match: style.format(int(match[1])), translation)
    if translation == "{1}{2}" and style in ("[{}]", "<{}>"):
        assert restored(text, mask) == "`a.txt`C#"  # brackets bound it
        return
    with pytest.raises(Lost, match=fault):
        restored(text, mask)


def test_a_placeholder_inside_a_word_is_none() -> None:
    """X1 in X12 or MAX1 was made up by the translator."""
    mask = Masked("Open X1", ("C#",), "X{}")
    for translation in ("Öffne X12", "Öffne MAX1", "Öffne X1b", "Öffne aX1"):
        with pytest.raises(Lost):
            restored(translation, mask)
    assert restored("打开X1文件", mask) == "打开C#文件"
    assert restored("Öffne X 1.", mask) == "Öffne C#."


def test_a_text_that_looks_like_a_placeholder_needs_another_style() -> None:
    """Otherwise the user's own words would be replaced on return."""
    text = Text.with_spans("What is [1] in X1?", [(11, 13, 1)])
    with pytest.raises(ValueError, match="looks like a placeholder"):
        masked(text, "X{}")
    with pytest.raises(ValueError, match="looks like a placeholder"):
        masked(text, "[{}]")
    assert masked(text, "<{}>").text == "What is [1] in X1?"


def test_a_text_of_placeholders_alone_has_no_words() -> None:
    """There is nothing to translate in it."""
    assert not masked(Text.parse("HttpClient C#")).has_words
    assert masked(Text.parse("HttpClient or C#")).has_words
