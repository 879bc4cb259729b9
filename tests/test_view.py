from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.record import Row, Seed
from slmaug.view import changes, html_table, sample, text_table

FILE = Seed(0, "How do I read a file?", "Use `open()`:\n\n```python\nopen(p).read()\n```\nThat is all.", "seeds.csv:2")
CHINESE = Seed(1, "如何读取文件？", "用 open()。", "seeds.csv:3")


def variant(seed: Seed, question: str, form: str = "swap", answer: str | None = None) -> Row:
    return Row(question, seed.answer if answer is None else answer, seed.id, form, (f"{form.title()}(rate=0.1)",), "")


def own(seed: Seed) -> Row:
    return Row(seed.question, seed.answer, seed.id, "seed", (), "")


class Outline(HTMLParser):
    """The tags, and the text outside <style>."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data if self.tags[-1:] != ["style"] else ""


# --- changes


@given(st.text("ab如何 .,`_-\n\"'", max_size=40), st.text("ab如何 .,`_-\n\"'", max_size=40))
def test_nothing_is_lost(old: str, new: str) -> None:
    """The stretches put together are the two questions, and a stretch that stayed differs in white space at most."""
    found = changes(old, new)
    assert "".join(each.old for each in found) == old
    assert "".join(each.new for each in found) == new
    assert all("".join(each.old.split()) == "".join(each.new.split()) for each in found if each.same)


@pytest.mark.parametrize(
    ("old", "new", "gone", "added"),
    [
        ("How do I read a file?", "How do I quickly read a file?", [], ["quickly"]),
        ("How do I read a file?", "How I read a file?", ["do"], []),
        ("How do I read a file?", "How do I read a document?", ["file"], ["document"]),
        ("Call Foo.Bar() now?", "Call Foo.Baz() now?", ["Foo.Bar("], ["Foo.Baz("]),
        ("如何读取文件？", "怎么读取文件？", ["如何"], ["怎么"]),
        ("How do I read a file?", "Would opening suffice", ["How do I read a file?"], ["Would opening suffice"]),
        ("Same.", "Same.", [], []),
    ],
)
def test_whole_words_are_marked(old: str, new: str, gone: list[str], added: list[str]) -> None:
    """Words change whole, without the punctuation behind them; Chinese by the character; rewritings altogether."""
    found = [each for each in changes(old, new) if not each.same]
    assert [each.old.strip() for each in found if each.old] == gone
    assert [each.new.strip() for each in found if each.new] == added


# --- sample


def test_every_form_is_shown() -> None:
    """A form that a single seed has is in the sample, and no row is in it twice."""
    seeds = [Seed(number, f"Question {number}?", "A") for number in range(30)]
    rows = [variant(seed, f"{seed.question} {form} {copy}", form) for seed in seeds for form in "abcd" for copy in "12"]
    rows += [own(seed) for seed in seeds] + [variant(seeds[17], "Only here", "rare")]
    shown = sample(rows, 20, groups=4)
    assert len(shown) == len({row.question for row in shown}) == 20
    assert {row.form for row in shown} == {"a", "b", "c", "d", "rare"}
    assert len({row.seed_id for row in shown}) == 5


def test_commonest_forms_first() -> None:
    """Where there is no room for every form, those with the most rows are shown; ties go by name."""
    sizes = {"rare": 1, "b": 3, "a": 3, "common": 4}
    rows = [variant(FILE, f"{form} {number}", form) for form, size in sizes.items() for number in range(size)]
    rows += [own(FILE)] * 9
    for count, forms in ((1, {"common"}), (2, {"common", "a"}), (3, {"common", "a", "b"}), (4, set(sizes))):
        assert {row.form for row in sample(rows, count, groups=count)} == forms


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["seed", "a", "b", "c"])), max_size=25),
    st.integers(0, 12),
    st.integers(0, 6),
)
def test_sample_size(kinds: list[tuple[int, str]], count: int, groups: int) -> None:
    """The sample is never larger than asked, is made of the rows, and has each form it has room for."""
    rows = [Row(f"Q{number}", "A", seed_id, form, (), "") for number, (seed_id, form) in enumerate(kinds)]
    shown = sample(rows, count, groups)
    assert len(shown) <= count
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(rows)
    forms = {row.form for row in rows} - {"seed"} or {row.form for row in rows}
    assert len({row.form for row in shown}) == min(count, len(forms))


# --- terminal


def test_before_and_after() -> None:
    """The preview shows each question before and after, what changed in brackets, and where it came from."""
    rows = [variant(FILE, "How I do read a file?"), variant(CHINESE, "怎么读取文件？", "synonyms")]
    assert text_table(rows, 10, [FILE, CHINESE]).splitlines() == [
        "swap  seed 0 (seeds.csv:2)",
        "  before    How do [I] read a file?",
        "  after     How [I] do read a file?",
        "  by        Swap(rate=0.1)",
        "",
        "synonyms  seed 1 (seeds.csv:3)",
        "  before    [如何]读取文件？",
        "  after     [怎么]读取文件？",
        "  by        Synonyms(rate=0.1)",
    ]


def test_colours() -> None:
    """With colour there are no brackets, and without the ANSI codes the lines are the plain questions."""
    text = text_table([variant(FILE, "How I do read a file?")], 10, [FILE], colour=True)
    assert "\x1b[31;9mI\x1b[0m" in text
    assert "\x1b[32;1mI\x1b[0m" in text
    lines = re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()
    assert lines[1:3] == ["  before    How do I read a file?", "  after     How I do read a file?"]


def test_terminal_is_not_commanded() -> None:
    """Control characters, line breaks, turned writing and lone surrogates in a question are shown, not obeyed."""
    rows = [variant(FILE, "How\x1b[2J do I\nread\u202e a\ud83d file?", "typos\x07")]
    text = text_table(rows, 10, [FILE])
    assert "\\x1b[2J" in text
    assert "\\n" in text
    assert "\\u202e" in text
    assert "\\ud83d" in text
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text.splitlines()) == 4


def test_preview_of_little() -> None:
    """Seeds alone are shown as they are; a row without its seed too; no rows make no text."""
    assert "  as it is  如何读取文件？" in text_table([own(CHINESE)], 10, [CHINESE])
    assert "  as it is  How?" in text_table([variant(FILE, "How?")], 10, [])
    assert text_table([], 10, []) == text_table([own(FILE)], 0, [FILE]) == ""


# --- notebook


def test_marks() -> None:
    """Words put in stand in <ins>, words taken out in <del>, the space between words outside of both."""
    page = html_table([variant(FILE, "How I do read a document?")], [FILE])
    assert "How <ins>I</ins> do <del>I</del> read a <del>file</del><ins>document</ins>?" in page
    page = html_table([variant(FILE, "How do I read")], [FILE])
    assert "How do I read <del>a file?</del>" in page


def test_rewritten() -> None:
    """A question that shares next to nothing with its seed is new as a whole; nothing is struck through."""
    page = html_table([variant(FILE, "Would opening suffice")], [FILE])
    assert "<ins>Would opening suffice</ins>" in page
    assert page.count("<del>") == 1  # the legend's


EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)> & \' "'


def test_html_is_escaped() -> None:
    """Nothing that a row or a seed holds becomes a tag."""
    seed = Seed(0, EVIL, f"{EVIL}\n```html\n{EVIL}\n```", EVIL)
    rows = [Row(f"{EVIL} more", f"{EVIL}{answer}", 0, EVIL, (EVIL,), "") for answer in ("", seed.answer)]
    page = html_table([*rows, own(seed)], [seed])
    outline = Outline(page)
    layout = {"style", "div", "table", "colgroup", "col", "thead", "tbody", "tr", "th", "td"}
    assert set(outline.tags) <= layout | {"b", "ins", "del", "small", "pre"}
    assert "<script>alert" in outline.text


@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_table(question: str, answer: str, new: str) -> None:
    """Any text, lone surrogates included, makes HTML that can be encoded, and no tag of its own."""
    seed = Seed(0, question, answer)
    page = html_table([variant(seed, new, answer=answer + new)], [seed])
    page.encode()
    assert not {"script", "img", "a"} & set(Outline(page).tags)
    text_table([variant(seed, new)], 3, [seed], colour=True).encode()


def test_nothing_from_elsewhere() -> None:
    """The table needs no script, font, picture or style sheet from anywhere, and sets no colour for its text."""
    page = html_table([variant(FILE, "How?")], [FILE])
    assert not re.search(r"<script|<link|https?:|url\(|@import", page)
    assert set(re.findall(r"(?<![\w-])color: ([^;}]+)", page)) == {"inherit"}


def test_answers() -> None:
    """Code in an answer keeps its lines and indentation on a ground of its own; a long answer says how much more."""
    page = html_table([variant(FILE, "How?")], [FILE])
    assert "Use `open()`:<pre>open(p).read()</pre>" in page
    code = "\r\n".join(["def f():", *(f"    x = {number}" for number in range(30))])
    page = html_table([variant(Seed(0, "Q", code), "How?")], [Seed(0, "Q", code)])
    assert "<pre>def f():\n    x = 0\n" in page
    assert "… 21 more lines</pre>" in page


def test_answers_of_their_own() -> None:
    """One answer stands once beside its group; an answer with a rationale stands beside its row, the rest implied."""
    same = html_table([variant(CHINESE, "怎么读取文件？"), variant(CHINESE, "怎样读取文件？", "typos")], [CHINESE])
    assert same.count("用 open()。") == 1
    assert 'rowspan="3"' in same
    reasoned = variant(CHINESE, "怎样读取文件？", "typos", answer=f"Think first.\n\n{CHINESE.answer}")
    page = html_table([variant(CHINESE, "怎么读取文件？"), reasoned], [CHINESE])
    assert "<td>Think first.<small>then the answer above</small></td>" in page
    assert "rowspan" not in page


def test_sensible_without_seeds() -> None:
    """Rows whose seeds are unknown, and no rows at all, make a table too."""
    assert "Only one" in html_table([variant(FILE, "Only one"), variant(FILE, "Only one more")], [])
    assert "<b>0 rows of 0 seeds</b>" in html_table([], [])
