"""Near-duplicates: which questions are, and that none of them is missed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.train.likeness import Neighbours, misspelt, near_duplicates, words_of

SENTENCES = st.lists(
    st.sampled_from("how do i can read a large lagre file flie form from to my 读 取 大 文 件 的 吗".split()),
    min_size=1,
    max_size=12,
).map(" ".join)


def alike(one: str, other: str) -> bool:
    return near_duplicates(words_of(one), words_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I read a file?", "how do i  read a file"),
        ("How do I read a file?", "How do read I a file?"),
        ("Don't you read it?", "dont you read it"),
        ("How do I read a file?", "How can I read a file?"),
        ("How do I read a file?", "How do I read the file?"),
        ("Charged for cash withdrawal", "charged cash withdrawal"),
        ("How do I read a file?", "How do I raed a flie?"),
        ("How should I read it?", "How shoukd I read it?"),
        ("字符串里的邮箱地址怎么提取？", "字符串里邮箱地址怎么提取"),
        ("怎么用ASP.NET发送请求？", "怎么用ASP．NET发送请求"),
        (
            "Find all files on the system that are larger than 20000k and were changed today",
            "Good evening, find all files on the system that are larger than 20000k and were changed today",
        ),
    ],
)
def test_alike(one: str, other: str) -> None:
    """Case, punctuation, spacing, order, misspellings, one function word: near-duplicates; so is one word in many."""
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I read a file?", "I need to know how to read a file."),
        ("How do I read a file?", "How do I write a file?"),
        ("How do I read a file?", "How do I parse a file?"),
        ("How do I parse C# code?", "How do I parse C++ code?"),
        ("What does && do?", "What does || do?"),
        ("What is error 101?", "What is error 102?"),
        ("How do I read a csv?", "How do I read a css?"),
        ("如何读取文件？", "如何写入文件？"),
        ("Why?", "How?"),
        ("???", "!!!"),
    ],
)
def test_different(one: str, other: str) -> None:
    """Another frame, another word of content, another sign or number: another question."""
    assert not alike(one, other)


def test_words() -> None:
    """Words are sorted, a question of punctuation alone is its own only word, and a full-width letter is a letter."""
    assert words_of("Read C#, now: C!") == ("#", "c", "c", "now", "read")
    assert words_of(" ? ! ") == ("?!",)
    assert words_of("ＡＢ") == ("ab",)


@pytest.mark.parametrize("slip", ["fle", "fille", "fike", "flie"])
def test_misspelt(slip: str) -> None:
    """A letter left out, doubled, changed or exchanged is a slip, whichever of the two words is the right one."""
    assert misspelt("file", slip)
    assert misspelt(slip, "file")


@pytest.mark.parametrize("other", ["file", "tile", "flee", "filing", "fi1e", "the"])
def test_not_misspelt(other: str) -> None:
    """The word itself, another first letter, two letters, a digit: no slip of a finger."""
    assert not misspelt("file", other)


@settings(max_examples=150, deadline=None)
@given(st.lists(SENTENCES, max_size=25), SENTENCES)
def test_none_is_missed(questions: list[str], asked: str) -> None:
    """The columns of bits find exactly the near-duplicates that comparing pair by pair finds."""
    words = [words_of(question) for question in questions]
    found = Neighbours(words).of(words_of(asked), (1 << len(words)) - 1)
    assert found == [number for number, each in enumerate(words) if near_duplicates(words_of(asked), each)]


@settings(max_examples=150, deadline=None)
@given(SENTENCES, SENTENCES)
def test_symmetric(one: str, other: str) -> None:
    """A question is its own near-duplicate, and the first is one of the second where the second is one of the first."""
    assert alike(one, one)
    assert alike(one, other) == alike(other, one)


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCES, max_size=25))
def test_groups(questions: list[str]) -> None:
    """Every question is in one group, and a group is what steps from near-duplicate to near-duplicate reach."""
    words = [words_of(question) for question in questions]
    groups = Neighbours(words).groups()
    assert sorted(number for group in groups for number in group) == list(range(len(words)))
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    for group in groups:
        reached = {group[0]}
        while more := {b for a in reached for b in group if b not in reached and near_duplicates(words[a], words[b])}:
            reached |= more
        assert reached == set(group)
    for a in range(len(words)):
        for b in range(a):
            assert group_of[a] == group_of[b] or not near_duplicates(words[a], words[b])
