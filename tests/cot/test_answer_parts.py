"""An answer taken apart: nothing is lost, and code is told from prose."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slmaug.cot.answer_parts import Part, has_code, parts_of

PIECES = st.sampled_from(
    [
        "```",
        "````",
        "~~~",
        "`",
        "~",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "py",
        "c#",
        "x = 1",
        "So.",
        "\u2028",
        "\x0c",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join)))
@example("```py\nx\n````\n")
@example("~~~\n```\n~~~")
def test_the_parts_joined_are_the_answer(answer: str) -> None:
    """Character for character, for any text whatever; no part is empty unless the answer is."""
    parts = parts_of(answer)
    assert "".join(part.raw for part in parts) == answer
    assert all(part.raw for part in parts) or answer == ""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            "So:\n```py\nx = 1\n```\nDone.",
            [("So:\n", None, None), ("```py\nx = 1\n```\n", "python", "x = 1\n"), ("Done.", None, None)],
        ),
        ("```C#\r\nint x;\r\n```", [("```C#\r\nint x;\r\n```", "csharp", "int x;\r\n")]),
        ("~~~~ {.js}\na\n~~~\n~~~~\n", [("~~~~ {.js}\na\n~~~\n~~~~\n", "javascript", "a\n~~~\n")]),
        ("````md\n```\n````", [("````md\n```\n````", "markdown", "```\n")]),
        ("```sh\nls", [("```sh\nls", "bash", "ls")]),
        (
            "1. Do\n   ```go\n   a()\n  b()\n   ```",
            [("1. Do\n", None, None), ("   ```go\n   a()\n  b()\n   ```", "go", "a()\nb()\n")],
        ),
        ("```zig\n```", [("```zig\n```", "zig", "")]),
        ("Run ```ls``` here.", [("Run ```ls``` here.", None, None)]),
    ],
)  # fmt: skip
def test_fences(answer: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    """Any length, either sign, any indentation and line end, closed or not; a fence within a line is none."""
    found = [(part.raw, part.language, part.code if part.kind == "code" else None) for part in parts_of(answer)]
    assert found == expected


@pytest.mark.parametrize(
    ("answer", "language"),
    [
        ("import os\n\nprint(os.getcwd())", "python"),
        ("SELECT name FROM users WHERE id = 3;", "sql"),
        ("find . -name '*.log' -delete", "bash"),
        ("git status", "bash"),
        ('{"retries": 5}', "json"),
        ("const x = await fetch('/a');\nconsole.log(x);", "javascript"),
        ("package main\n\nfunc main() {\n}\n", "go"),
        ("using System;\n\nConsole.WriteLine(1);", "csharp"),
    ],
)
def test_bare_code(answer: str, language: str) -> None:
    """An answer that is code from its first line to its last is one part of code, its language found."""
    assert parts_of(answer) == (Part("code", answer, answer, language),)


@pytest.mark.parametrize(
    "answer",
    [
        "NaN",
        "42",
        "",
        "\n",
        "Use open().",
        "Select the file from the list.",
        "find the file first",
        "If it fails, try again.",
        "Call `Trim()`: it removes spaces.",
        "Open Card > Add to wallet in the app.",
        "Update the app, then set a new PIN.",
        "用`File.ReadLines`读取。",
        "import duties are paid by the customer",
        "for 3 days: wait",
    ],
)
def test_prose_stays_prose(answer: str) -> None:
    """A sentence is no code, though it may begin with a word that code begins with."""
    assert parts_of(answer) == (Part("prose", answer),)
    assert not has_code(answer)


def test_an_empty_block_is_no_code() -> None:
    """Fences around nothing leave an answer in words."""
    assert not has_code("See:\n```\n\n```\n")
    assert has_code("See:\n```\nx\n```\n")


@pytest.mark.parametrize(
    ("code", "language"),
    [("def f():\n    return 1\n", "python"), ("foreach (var x in xs) { Console.Write(x); }", "csharp"), ("foo", None)],
)
def test_a_fence_without_a_name_is_guessed(code: str, language: str | None) -> None:
    """The language shows in the code; where it does not, it is None."""
    assert [part.language for part in parts_of(f"```\n{code}\n```")] == [language]
