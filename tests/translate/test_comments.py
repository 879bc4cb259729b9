"""Comments in code: their words are translated, and the code stays the same code."""

from __future__ import annotations

import pytest

from slmaug.cot.answer_parts import Part, parts_of
from slmaug.cot.same_code import same_code
from slmaug.translate.asking import Way
from slmaug.translate.comments import Unsafe, comment_spans, comment_text, comments_in, is_readable

WAY = Way("zh", "en")


def part_of(answer: str) -> Part:
    (part,) = parts_of(answer)
    return part


def told(answer: str, **said: str) -> str:
    return comments_in(part_of(answer), WAY).told(said, WAY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```python\nx = '读取'  # 读取\n```", "```python\nx = '读取'  # Read\n```"),
        ('```py\ndef f():\n    """读取"""\n    # 读取\n```', '```py\ndef f():\n    """读取"""\n    # Read\n```'),
        ("```cs\n/// <para>读取</para>\nint a; // 读取\n```", "```cs\n/// <para>Read</para>\nint a; // Read\n```"),
        ("```js\n/**\n * 读取\n *   - 写入\n */\nf();\n```", "```js\n/**\n * Read\n *   - Write\n */\nf();\n```"),
        ("```js\n/* 读取 */ f(/* 写入 */ 1);\n```", "```js\n/* Read */ f(/* Write */ 1);\n```"),
        ("```sql\nSELECT a -- 读取\nFROM t;\n```", "```sql\nSELECT a -- Read\nFROM t;\n```"),
        ("```sh\n#!/bin/sh\n# === 读取 ===\nls  # 写入\n```", "```sh\n#!/bin/sh\n# === Read ===\nls  # Write\n```"),
        ("```go\nfunc f() {\n\t// 读取\n}\n```", "```go\nfunc f() {\n\t// Read\n}\n```"),
        ("```rust\nlet a = 1; // 读取\n```", "```rust\nlet a = 1; // Read\n```"),
        ("  ```py\r\n  x = 1  # 读取\r\n  ```\r\n", "  ```py\r\n  x = 1  # Read\r\n  ```\r\n"),
        ("~~~python\n# TODO(me): 读取", "~~~python\n# TODO(me): Read"),
        ("x = 1  # 读取\nprint(x)", "x = 1  # Read\nprint(x)"),
    ],
)
def test_only_the_words_of_comments_change(before: str, after: str) -> None:
    """Marks, indentation, alignment, tags, line ends and fences stay; strings and docstrings are code."""
    new = told(before, 读取="Read", 写入="Write")
    assert new == after
    assert same_code(part_of(before).code, part_of(new).code, part_of(before).language)


def test_without_a_translation_the_block_stays_as_it_is() -> None:
    """Byte for byte."""
    block = "```python\nx = 1   # 读取\n\n\n# 写入 \n```\n"
    assert told(block) == block


@pytest.mark.parametrize("new", ["Read */ g(); /*", "Read\u2028x"])
def test_a_translation_that_would_be_code_is_refused(new: str) -> None:
    """What ends the comment early leaves the block as it was."""
    with pytest.raises(Unsafe, match="other code"):
        told("```js\n/* 读取 */ f();\n// 读取\n```", 读取=new)


def test_a_directive_is_code() -> None:
    """It is not even handed over; the comment beside it is."""
    comments = comments_in(part_of("```python\nx = 1  # type: 读取\ny = 2  # 写入\n```"), WAY)
    assert comments.prose.needed == ["写入"]


def test_where_comments_cannot_be_told_for_sure_they_stay() -> None:
    """Pygments finds YAML's comments, but nothing tells that the rest stays the same."""
    with pytest.raises(Unsafe, match="cannot be told from yaml"):
        comments_in(part_of("```yaml\na: 1  # 读取\n```"), WAY)


def test_code_that_does_not_parse_has_no_comments() -> None:
    """Nor has a language that nobody knows; both are said to be unreadable."""
    broken, unknown = part_of("```python\ndef (:  # 读取\n```"), part_of("```klingon\n# 读取\n```")
    assert (comment_text(broken), comment_text(unknown)) == ("", "")
    assert not is_readable(broken)
    assert not is_readable(unknown)
    assert is_readable(part_of("```python\nx = 1\n```"))


def test_places_count_characters() -> None:
    """Whatever stands in front, a lone surrogate included."""
    code = "s = '读\U0001f600\ud800'  # 写入\n"
    assert [code[start:end] for start, end in comment_spans(code, "python")] == ["# 写入"]


def test_the_words_of_comments_tell_their_language() -> None:
    """Without marks and tags, line by line."""
    block = "```cs\n/// <summary>\n/// 读取\n/// </summary>\n/* 写入 */ int a;\n```"
    assert comment_text(part_of(block)) == "读取\n写入"
