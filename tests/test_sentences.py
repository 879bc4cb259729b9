"""Sentences of prose: where one ends, and that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.sentences import sentences

_MARKS = re.compile(r"[\s\-*+•#>().\d、]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Use e.g. Node.js, i.e. X. It costs 4.99 euros.", ["Use e.g. Node.js, i.e. X.", "It costs 4.99 euros."]),
        ("We charge 1.5 percent. In the U.S. it is 2.", ["We charge 1.5 percent.", "In the U.S. it is 2."]),
        ("Really?! Yes... go on. See No. 5.", ["Really?!", "Yes... go on.", "See No. 5."]),
        ("See https://a.b/c?d=e. Then (now).", ["See https://a.b/c?d=e.", "Then (now)."]),
        ("Call `a. B()` first. Done.", ["Call `a. B()` first.", "Done."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Dr. Smith, Inc. v. Jones", ["Dr. Smith, Inc. v. Jones"]),
        ("设置`A.B`；会抛出。好！真的？是", ["设置`A.B`；", "会抛出。", "好！", "真的？", "是"]),
        ("他说“好。”然后走了。", ["他说“好。”", "然后走了。"]),
        ("Steps:\n- one\n- two\n\n1. Go. You\n   see.\n2) W", ["Steps:", "one", "two", "Go.", "You see.", "W"]),
        ("# Title\nText here.\nMore text.", ["Title", "Text here.", "More text."]),
        ("NaN", ["NaN"]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """Abbreviations, numbers, addresses and code hold no end; lists, headings and paragraphs are ends."""
    assert sentences(text) == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_nothing_is_lost(text: str) -> None:
    """Every character but list marks and white space comes back, in order."""
    assert _MARKS.sub("", "".join(sentences(text))) == _MARKS.sub("", text)
