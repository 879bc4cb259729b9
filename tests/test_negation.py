"""Negation: what denies is told from what only says that one does not know."""

from __future__ import annotations

import pytest

from slmaug.negation import is_negated, keeps_negation


@pytest.mark.parametrize(
    ("question", "negated"),
    [
        ("Why can't I pay?", True),
        ("why cant i pay", True),
        ("Why isn't it shown?", True),
        ("How do I list files that do not end in .txt?", True),
        ("How do I close it without saving?", True),
        ("I could not get the right amount.", True),
        ("How do I pay?", False),
        ("I don't know how to pay.", False),
        ("I can’t figure out how to pay.", False),
        ("Not sure how to pay, any idea?", False),
        ("I do not see how to pay.", False),
        ("I cannot find out how to pay.", False),
        ("Isn't there a way to pay?", False),
        ("Is it not only for cards?", False),
        ("knot theory for nonsense", False),
        ("为什么不能付款？", True),
        ("如何列出没有后缀的文件？", True),
        ("能不能付款？", False),
        ("有没有办法付款？", False),
        ("我不知道怎么付款", False),
        ("两个文件有什么不同？", False),
        ("", False),
    ],
)
def test_idioms_of_not_knowing_are_no_negation(question: str, negated: bool) -> None:
    """Contractions count with and without their apostrophe, in either language idioms do not."""
    assert is_negated(question) is negated


@pytest.mark.parametrize(
    ("new", "old", "kept"),
    [
        ("Why does my payment fail?", "Why doesn't my payment work?", True),
        ("Why is the rate not right?", "Why is the rate wrong?", True),
        ("What keeps my app from starting?", "Why does my app not start?", True),
        ("App crashes on startup, why?", "Why does my app not start?", True),
        ("The machine short-changed me.", "Why didn't I get the right amount?", True),
        ("How do I list more than these files?", "How do I list files that do not match?", False),
        ("What prevents me from paying?", "Why can't I pay?", True),
        ("How do I list files other than .txt?", "How do I list files that are not .txt?", True),
        ("How do I pay?", "Why can't I pay?", False),
        ("How do I list files with errors that match?", "How do I list files that do not match?", False),
        ("How do I not pay?", "How do I pay?", False),
        ("I don't know how to pay.", "How do I pay?", True),
        ("付款失败是什么原因？", "为什么不能付款？", True),
        ("怎么付款？", "为什么不能付款？", False),
    ],
)
def test_a_negation_may_be_said_by_another_word(new: str, old: str, kept: bool) -> None:
    """Where trouble is reported its name will do; where a condition is negated only what excludes will."""
    assert keeps_negation(new, old) is kept
