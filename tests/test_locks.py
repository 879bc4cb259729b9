"""What is locked, what is not: two tables, and the promises that hold for any text."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.locks import locked_spans, without_quotes
from slmaug.text import Text


def locked(question: str, *protect: str | re.Pattern[str]) -> list[str]:
    return [question[start:end] for start, end in locked_spans(question, protect)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I call `df.head()` here?", ["`df.head()`"]),
        ("Use ``a ` b`` now", ["``a ` b``"]),
        ("Why does this fail?\n```python\nx = 1\n\ny\n```\nplease", ["```python\nx = 1\n\ny\n```"]),
        ("see the block\n```\nnever closed code", ["```\nnever closed code"]),
        ("the manual says `open file' here", ["`open file'"]),
        ("how does my_variable_name work", ["my_variable_name"]),
        ("how does getUserName work", ["getUserName"]),
        ("how does ArrayList work", ["ArrayList"]),
        ("why is foo.bar.baz empty", ["foo.bar.baz"]),
        ("why is Foo.Bar empty", ["Foo.Bar"]),
        ("call client.get_user(id=42) twice", ["client.get_user(id=42)"]),
        ("call open(path, mode='r') first", ["open(path, mode='r')"]),
        ("call f(g(x, 1), h(y)) first", ["f(g(x, 1), h(y))"]),
        ("chain a.b(1).c(x, y).d today", ["a.b(1).c(x, y).d"]),
        ("make a List<String> of it", ["List<String>"]),
        ("open https://example.com/a_b?c=d&e=f#g, please", ["https://example.com/a_b?c=d&e=f#g"]),
        ("is (http://x.org/y) down?", ["http://x.org/y"]),
        ("go to www.example.com.", ["www.example.com"]),
        ("delete /var/log/nginx/*.log now", ["/var/log/nginx/*.log"]),
        ("delete ~/notes and ../old now", ["~/notes", "../old"]),
        (r"open C:\Program Files\app\x.exe today", [r"C:\Program Files\app\x.exe"]),
        ("write to jane.doe+x@example.co.uk today", ["jane.doe+x@example.co.uk"]),
        ("upgrade to 3.11.2 or v2.0-rc1 soon", ["3.11.2", "v2.0-rc1"]),
        ("sleep 20 seconds after 5GB and 99.9 %", ["20 seconds", "5GB", "99.9 %"]),
        ("pay $1,200.50 or 30 euros today", ["$1,200.50", "30 euros"]),
        ("the 2nd of 10,000 rows", ["2nd", "10,000"]),
        ("fill {name} and {{ user.id }} in", ["{name}", "{{ user.id }}"]),
        ("fill ${HOME} and %(name)s in", ["${HOME}", "%(name)s"]),
        ("put <b> and <your name> here", ["<b>", "<your name>"]),
        ("type [your name] here", ["[your name]"]),
        ('what does "file not found" mean', ['"file not found"']),
        ("what does 'access denied' mean", ["'access denied'"]),
        ("what does “file not found” mean", ["“file not found”"]),
        ("what does ‘not found’ mean", ["‘not found’"]),
        ("what does «not found» mean", ["«not found»"]),
        ("install .NET Framework 4.8 now", [".NET Framework 4.8"]),
        ("open Visual Studio Code now", ["Visual Studio Code"]),
        ("is it on my Apple Watch too", ["Apple Watch"]),
        ("install with --no-cache-dir and -y today", ["--no-cache-dir", "-y"]),
        ("when is a == b true", ["a == b"]),
        ("run ls | wc today", ["ls | wc"]),
        ("what is x - 1 here", ["x - 1"]),
        ("is $VAR or $_ set", ["$VAR", "$_"]),
        ("is C# like C++ today", ["C#", "C++"]),
        ("learn F# or R today", ["F#", "R"]),
        ("match *.txt and file?.md today", ["*.txt", "file?.md"]),
        ("use the IBAN of my SEPA account", ["IBAN", "SEPA"]),
        ("press Ctrl+C or Alt-F4 now", ["Ctrl+C", "Alt-F4"]),
        ("at 10:30 on 2024-01-31", ["10:30", "2024-01-31"]),
        ("mention @user and #tag today", ["@user", "#tag"]),
        ("smile 🙂 today", ["🙂"]),
        ("如何在 Python 中读取 config.json 文件？", ["Python", "config.json"]),
        ("C#中string怎么转int", ["C#", "string", "int"]),
        (".NET Framework 4.8 怎么安装？", [".NET Framework 4.8"]),
        ("请解释「空引用」和《条款》", ["「空引用」", "《条款》"]),
        ("如何使用{变量名}", ["{变量名}"]),
        ("访问https://例子.com/路径。谢谢", ["https://例子.com/路径"]),
    ],
)
def test_exact_terms_are_locked_whole(question: str, expected: list[str]) -> None:
    """Code, names, numbers and quotations are found from their first character to their last."""
    assert locked(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How do I send money to a friend?",
        "How Do I Send Money To A Friend Abroad?",
        "HOW DO I SEND MONEY TO A FRIEND?",
        "Is there an up-to-date sign-in page (for older phones)?",
        "I don't know why it won't work, and my friend's phone didn't either.",
        "I’m sure it’s the bank’s fault",
        "My card is gone. Where do I look? Please help! Thanks: you are kind.",
        "so, is it - as people say - free; or not...",
        "What's the cats' food?",
        "Can I, as a guest, do it?",
        "hello\n\nhow are you?",
        "如何读取文件？",
        "naïve café owners",
    ],
)
def test_ordinary_prose_is_not_locked(question: str) -> None:
    """Capitals of a title or of shouting, apostrophes, hyphens and brackets make no exact term."""
    assert locked(question) == []


@pytest.mark.parametrize(
    ("question", "term", "expected"),
    [
        ("open my savings account now", "savings account", ["savings account"]),
        ("open my Savings\n  ACCOUNT now", "savings account", ["Savings\n  ACCOUNT"]),
        ("savings accounts", "savings account", []),
        ("unsaved is not saved", "saved", ["saved"]),
        ("我的token过期了", "token", ["token"]),
        ("我的账户余额是多少", "账户余额", ["账户余额"]),
        ("is a+b* (really) free", "a+b*", ["a+b*"]),
        ("what about [x](y) here", "[x](y)", ["[x](y)"]),
        ("is it cost-free?", "free?", ["free?"]),
        ("anything at all", "   ", []),
    ],
)
def test_protected_phrases_are_locked_in_any_case_and_spacing(question: str, term: str, expected: list[str]) -> None:
    """A phrase is taken literally, as whole words, and may stand right beside Chinese."""
    assert locked(question, term) == expected


def test_a_compiled_pattern_is_searched_for_as_it_is() -> None:
    """Patterns keep their flags; one that matches nothing or the empty string locks nothing."""
    assert locked("ticket abc-def please", re.compile(r"[a-z]{3}-[a-z]{3}")) == ["abc-def"]
    assert locked("ticket abc please", re.compile("ABC")) == []
    assert locked("ticket abc please", re.compile("x*")) == []


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60), st.text(max_size=8))
def test_spans_are_sorted_apart_and_inside_the_text(question: str, term: str) -> None:
    """For any text and any phrase: rising, not empty, never touching beyond the text."""
    spans = locked_spans(question, [term])
    assert all(0 <= start < end <= len(question) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip))
def test_a_protected_phrase_that_stands_alone_is_locked(term: str) -> None:
    """Whatever characters a user protects, the phrase between spaces is locked."""
    phrase = " ".join(term.split())
    question = f"send {phrase} today"
    assert any(start <= 5 and end >= 5 + len(phrase) for start, end in locked_spans(question, [term]))


@pytest.mark.parametrize(
    "unit", ["'", '"', "`", "(", "f(", "<a", "{", "[", "a ", "a_", "http://", "``` ", "~", "\\", "如"]
)
def test_long_degenerate_input_is_read_in_reasonable_work(unit: str) -> None:
    """Thousands of openers without a close do not send a pattern into endless backtracking."""
    question = unit * 2000
    assert str(Text.parse(question)) == question


def test_a_question_word_with_a_capital_inside_a_sentence_is_no_name() -> None:
    """As people type behind a greeting; months and names stay."""
    for question in ("Hey team, How do I pay?", "Quick one, Can I pay?", "Sorry, I am lost, Where is it?"):
        assert locked_spans(question) == []
    assert [q[a:b] for q in ["Does it open in May, Will?"] for a, b in locked_spans(q)] == ["May", "Will"]


@pytest.mark.parametrize(
    ("span", "name"),
    [
        ("'images.tar'", "images.tar"),
        ('"$directory"', "$directory"),
        ("“user_id”", "user_id"),
        ("'Linux'", "'Linux'"),
        ("'$HOME'", "'$HOME'"),
        ("'*.txt'", "'*.txt'"),
        ('"$@"', '"$@"'),
        ("'5'", "'5'"),
        ('"True"', '"True"'),
        ('"connection refused"', '"connection refused"'),
        ("'file'", "'file'"),
        ("'not'", "'not'"),
        ("`git pull`", "`git pull`"),
        ("`a.tar`", "`a.tar`"),
        ("print('a.b')", "print('a.b')"),
        ("'a.b\"", "'a.b\""),
        ('""', '""'),
        ("'", "'"),
        ("", ""),
    ],
)
def test_a_name_in_quotes_is_locked_without_them(span: str, name: str) -> None:
    """Paths, names and codes are known as such; plain words need their quotes, and backticks mark code."""
    assert without_quotes(span) == name


def test_everyday_words_in_capitals_are_words() -> None:
    """A TV may become a television; not where it is part of a name, a term of the user's or in a Chinese question."""
    assert [Text.parse(q).locked for q in ("Is my TV on?", "Which ATM is near HSBC?")] == [[], ["HSBC"]]
    assert Text.parse("How do I start Apple TV 4?").locked == ["Apple TV 4"]
    assert Text.parse("Is my TV on?", protect=["tv"]).locked == ["TV"]
    assert Text.parse("如何修改PIN？").locked == ["PIN"]
