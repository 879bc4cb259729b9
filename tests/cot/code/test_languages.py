"""Languages: the names that info strings use, and guesses where nothing is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.cot.code.languages import amiss, canonical, guessed, spoken


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("python", "python"),
        ("Py", "python"),
        ("C#", "csharp"),
        ("cs title=A.cs", "csharp"),
        (" js ", "javascript"),
        ("jsx", "javascript"),
        ("ts", "typescript"),
        ("tsx", "tsx"),
        ("sh", "bash"),
        ("postgresql", "sql"),
        ("{.bash .numberLines}", "bash"),
        ("language-go", "go"),
        ("c++", "cpp"),
        ("python:main.py", "python"),
        ("vb.net", "vb.net"),
        ("Zig", "zig"),
        ("", None),
        ("{}", None),
    ],
)
def test_names(info: str, name: str | None) -> None:
    """Short forms, other spellings and what tools put around a name come down to one; an unknown name stays."""
    assert canonical(info) == name


def test_spoken() -> None:
    """As a sentence calls them."""
    assert [spoken(name) for name in ("csharp", "cpp", "sql", "zig")] == ["C#", "C++", "SQL", "zig"]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("from os import path\nprint(path.sep)", "python"),
        ("public class A { public int B { get; set; } }", "csharp"),
        ("public class A { public static void main(String[] a) { System.out.println(1); } }", "java"),
        ("const f = (x) => { return x; };", "javascript"),
        ("interface A { b: string }\nconst x: A = { b: '' };", "typescript"),
        ("select a\nfrom b", "sql"),
        ("func main() {\n\tx := 1\n\tfmt.Println(x)\n}", "go"),
        ("cat a.txt | sort -u", "bash"),
        ("$ ls", "bash"),
        ('[{"a": null}]', "json"),
        ("<a><b/></a>", "xml"),
        ("a b c", None),
        ("", None),
    ],
)
def test_guesses(code: str, language: str | None) -> None:
    """By the signs of a language and the grammar that finds least amiss; None without a sign."""
    assert guessed(code) == language


@given(st.text())
def test_any_text_can_be_guessed_at(text: str) -> None:
    """Nothing raises, and what is amiss is a share."""
    guessed(text)
    assert 0 <= amiss(text, "python") <= 1
