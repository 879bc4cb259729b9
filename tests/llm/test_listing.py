"""Lists that models write: JSON, numbered, with bullets, quoted, announced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.listing import lines_in

ITEMS = ["How is `df` read?", "What reads a file in 3.5 s?", 'Is "x" read?', "read file"]


@pytest.mark.parametrize(
    "form",
    [
        "{0}\n{1}\n{2}\n{3}",
        "\n\n{0}\n\n{1}\n\n{2}\n\n{3}\n",
        "1. {0}\n2. {1}\n3. {2}\n4. {3}",
        "1) {0}\r\n2) {1}\r\n3) {2}\r\n10) {3}",
        "(1) {0}\n(2) {1}\n(3) {2}\n(4) {3}",
        "- {0}\n- {1}\n- {2}\n- {3}",
        "* {0}\n* {1}\n• {2}\n– {3}",
        "1. **{0}**\n2. **{1}**\n3. **{2}**\n4. **{3}**",
        "Here are 4 other ways to ask:\n\n1. {0}\n2. {1}\n3. {2}\n4. {3}",
        "Sure!\n{0}\n{1}\n{2}\n{3}",
        '["How is `df` read?", "What reads a file in 3.5 s?", "Is \\"x\\" read?", "read file"]',
        '```json\n["How is `df` read?",\n "What reads a file in 3.5 s?", "Is \\"x\\" read?", "read file"]\n```',
        '{{"phrasings": ["How is `df` read?", "What reads a file in 3.5 s?", "Is \\"x\\" read?", "read file"]}}',
        '[{{"q": "How is `df` read?"}}, {{"q": "What reads a file in 3.5 s?"}}, "Is \\"x\\" read?", "read file"]',
        "```\n{0}\n{1}\n{2}\n{3}\n```",
        "<think>\n1. no\n</think>\n{0}\n{1}\n{2}\n{3}",
        "“{0}”\n‘{1}’\n「{2}」\n'{3}'",
        '"{0}",\n"{1}",\n{2}\n"{3}"',
    ],
)
def test_a_list_is_read_however_it_is_written(form: str) -> None:
    """Numbers, bullets, quotes and announcements go; the items stay as they are."""
    assert lines_in(form.format(*ITEMS)) == ITEMS


def test_signs_that_belong_to_an_item_stay() -> None:
    """Numbers without a point, quotes around a part, code and broken JSON."""
    for line in ("3 cards are stolen, what now?", "1.5 GB file, how?", '"a" and "b"?', "`a` or `b`", "-x does what?"):
        assert lines_in(f"{line}\n{line}") == [line, line]
    assert lines_in('["broken", ') == ['["broken",']
    assert lines_in("[1, 2]") == []
    assert lines_in("Here is what I want: how do I pay?") == ["Here is what I want: how do I pay?"]
    assert lines_in("") == []


@pytest.mark.parametrize(
    "form",
    [
        "A customer: {0}\n**Beginner, casual chat:** {1}\nStory: {2}\nHurried, blunt: {3}",
        "**Casual**: {0}\n**Formal**: {1}\n**Search box**: {2}\n**Polite e-mail**: {3}",
        "1. **Casual:** {0}\n2. **Formal:** {1}\n3. **Keywords:** {2}\n4. **Brief:** {3}",
        "Casual: {0}\nFormal: {1}\nKeywords: {2}\nBrief: {3}",
        '1. "{0}" (casual)\n2. "{1}" (formal)\n3. {2} (keywords)\n4. {3} (search query)',
        "<question>{0}</question>\n<question>{1}</question>\n<line>{2}</line>\n<question-2>{3}</question-2>",
        "- [ ] {0}\n- [ ] {1}\n- [x] {2}\n- [ ] {3}",
        "{0}\n{1}\n{2}\n{3}\n\nI hope these help!",
        "{0}\n{1}\n{2}\n{3}\nLet me know if you need more.",
        "{0}\n{1}\n{2}\n{3}\n希望这些对你有帮助！",
        "Here are the 4 lines:\n{0}\n{1}\n{2}\n{3}",
        "Sure! Here are some other ways to ask this question:\n{0}\n{1}\n{2}\n{3}",
        "Other ways to ask:\n{0}\n{1}\n{2}\n{3}",
        "以下是4种问法：\n{0}\n{1}\n{2}\n{3}",
        "好的，以下是4种不同的问法：\n{0}\n{1}\n{2}\n{3}",
    ],
)
def test_labels_tags_boxes_and_farewells_go(form: str) -> None:
    """The manner that a call asked for is often written beside the line; it is no part of it."""
    assert lines_in(form.format(*ITEMS)) == ITEMS


@pytest.mark.parametrize(
    "line",
    [
        "Here in the app, where is the PIN",
        "Okay google pay top up",
        "How do I do:",
        "Sure way to read a file",
        "Below the fold, where is the button?",
        "Of course I tried it, but how is it done",
        "以下文件如何读取？",
        "Question marks: how are they typed",
        "Note taking app, how to",
        "Hope someone knows how to pay",
    ],
)
def test_a_first_item_is_no_announcement(line: str) -> None:
    """Neither a word with which announcements begin nor a colon at the end makes it one."""
    assert lines_in(f"{line}\nread file") == [line, "read file"]


@given(st.text(max_size=80))
def test_any_text_gives_a_list_of_lines(text: str) -> None:
    """No item is blank or has white space around it."""
    assert all(line == line.strip() != "" for line in lines_in(text))
