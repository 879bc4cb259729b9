"""A question parsed: nothing is lost, edits reach free words only, and what no edit touches stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.locks import without_quotes
from slmaug.templates import filled, joined, slots_of
from slmaug.text import FREE, KEPT, LOCKED, Text, question_key

settings.register_profile("no-deadline", deadline=None)
ANY = st.characters(exclude_categories=())  # surrogates and unassigned code points too
PIECES = st.sampled_from(
    [
        "How do I",
        "read",
        "the",
        "file",
        "can't",
        "don’t",
        "not",
        "twice",
        "Wi-Fi",
        "`df.head()`",
        "client.get_user(id=42)",
        "https://a.b/c?d=e#f.",
        "'quoted words'",
        '"x"',
        "{name}",
        "<tag>",
        "3.11",
        "100 MB",
        "C:\\Program Files\\x",
        "C#",
        "如何",
        "读取",
        "文件",
        "。",
        "？",
        "ファイル",
        "ملف",
        "👩\u200d👩\u200d👧",
        "e\u0301",
        "\u202e",
        "\x00",
        "\ud800",
        "```\ncode\n```",
        " ",
        "  ",
        "\n",
        "\t",
        "?",
        "!",
        ".",
        ",",
        "-",
        "'",
        "`",
        "(",
        ")",
        "\u2019",
        "ı",
        "ß",
        "İ",
        "\u3000",
        "-5",
        "--flag",
    ]
)
QUESTIONS = st.one_of(
    st.text(ANY, max_size=40),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(PIECES, max_size=12).map("".join),
)


def statuses(question: str) -> dict[str, int]:
    text = Text.parse(question)
    return dict(zip(text.words, text.status, strict=True))


@settings(max_examples=200, deadline=None)
@given(QUESTIONS)
def test_a_parsed_text_is_its_input(question: str) -> None:
    """Whatever characters come in, the text is the same characters, one gap around each word."""
    text = Text.parse(question)
    assert str(text) == question
    assert len(text.parts) == 2 * len(text) + 1
    assert all(text.words)


@settings(max_examples=150, deadline=None)
@given(QUESTIONS, st.data())
def test_an_edit_changes_its_own_word_and_no_other_byte(question: str, data: st.DataObject) -> None:
    """With one free word replaced, everything before and after it is as it came in."""
    text = Text.parse(question)
    if not text.free:
        return
    index = data.draw(st.sampled_from(text.free))
    before, after = "".join(text.parts[: 2 * index + 1]), "".join(text.parts[2 * index + 2 :])
    new = str(text.replaced(index, "word"))
    assert new.startswith(before)
    assert new.endswith(after)
    assert new[len(before) : len(new) - len(after)].lower() == "word"
    assert str(text) == question


@settings(max_examples=150, deadline=None)
@given(QUESTIONS, st.data())
def test_every_edit_keeps_the_locked_spans_and_kept_words(question: str, data: st.DataObject) -> None:
    """Replacing, swapping, inserting and deleting leave the locked spans and kept words, in order."""
    text = Text.parse(question)
    exact = [(word, status) for word, status in zip(text.words, text.status, strict=True) if status]
    edited = [text.inserted(i, "new words") for i in range(len(text) + 1)]
    if text.neighbours:
        edited.append(text.swapped([data.draw(st.sampled_from(text.neighbours))]))
    if text.free:
        edited.append(text.without(data.draw(st.sets(st.sampled_from(text.free)))))
        edited.append(text.replaced_all([(i, "two words") for i in text.free]))
    for new in edited:
        assert [word for word in new.locked if word] == text.locked
        kept = [(w, s) for w, s in zip(new.words, new.status, strict=True) if s]
        # A kept word may gain the capital of a first word that went.
        assert [(w.lower(), s) for w, s in kept] == [(w.lower(), s) for w, s in exact]
        assert all(word in str(new) for word in text.locked)


@pytest.mark.parametrize("word", ["can't", "Why", "I", "`config.py`", "twice"])
def test_words_that_are_not_free_refuse_every_edit(word: str) -> None:
    """Locked spans and kept words raise, with the word and the question in the message."""
    text = Text.parse("Why can't I load `config.py` twice today please?")
    index = list(text.words).index(word)
    for edit in (
        lambda: text.replaced(index, "x"),
        lambda: text.without([index]),
        lambda: text.swapped([index]),
        lambda: text.replaced_all([(index, "x")]),
    ):
        with pytest.raises(ValueError, match="is not free to edit"):
            edit()


def test_a_locked_span_cannot_be_reworded_and_a_kept_word_can() -> None:
    """A phrasing may inflect the head; it may not touch code."""
    text = Text.parse("Why does `x` fail?")
    assert str(text.reworded(1, "did")) == "Why did `x` fail?"
    with pytest.raises(ValueError, match="`x`"):
        text.reworded(2, "y")


@pytest.mark.parametrize(
    ("question", "gone", "expected"),
    [
        ("Please send the card, now.", {"Please"}, "Send the card, now."),
        ("Please send the card, now.", {"the"}, "Please send card, now."),
        ("Please send the card, now.", {"card"}, "Please send the, now."),
        ("Please send the card, now.", {"now"}, "Please send the card."),
        ("The card (the blue card) broke.", {"the"}, "The card (blue card) broke."),
        ("My card", {"My"}, "Card"),
        ("my card", {"my"}, "card"),
        ("The `x` card broke", {"The"}, "`x` card broke"),
        ("Hello there. The card broke", {"The"}, "Hello there. Card broke"),
        ("the card", {"the", "card"}, ""),
    ],
)
def test_deletion_closes_the_gap_and_keeps_punctuation_and_capitals(
    question: str, gone: set[str], expected: str
) -> None:
    """A word goes with one gap beside it; the sentence still starts with a capital and ends with its mark."""
    text = Text.parse(question)
    assert str(text.without([i for i, word in enumerate(text.words) if word in gone])) == expected


@pytest.mark.parametrize(
    ("word", "new", "expected"),
    [
        ("Bank", "institute", "Institute card fee"),
        ("card", "Plastic", "Bank Plastic fee"),
        ("fee", "extra cost", "Bank card extra cost"),
    ],
)
def test_a_replacement_takes_the_capital_of_what_it_replaces(word: str, new: str, expected: str) -> None:
    """A capital at the start of a word passes to its replacement; several words may stand for one."""
    text = Text.parse("Bank card fee")
    assert str(text.replaced(list(text.words).index(word), new)) == expected


def test_a_swap_at_the_start_hands_over_the_capital() -> None:
    """The first word keeps the capital when its neighbour takes its place; a locked neighbour refuses."""
    assert str(Text.parse("Green tea helps").swapped([0])) == "Tea green helps"
    assert str(Text.parse("green tea helps").swapped([1])) == "green helps tea"
    with pytest.raises(ValueError, match="not free"):
        Text.parse("green `tea` helps").swapped([0])


def test_the_pronoun_i_keeps_its_capital_in_a_swap() -> None:
    """``I`` is a capital of its own, not that of the sentence's start."""
    swapped = str(Text.parse("I often call").swapped([0]))
    assert swapped == "Often I call"


def test_a_word_goes_in_at_every_place() -> None:
    """Before the first word, between two, and behind the last, ahead of the closing mark."""
    text = Text.parse("red tea?")
    assert [str(text.inserted(i, "new")) for i in range(3)] == ["new red tea?", "red new tea?", "red tea new?"]
    assert str(Text.parse("读取文件?").inserted(0, "请")) == "请读取文件?"
    assert str(Text.parse("").inserted(0, "word")) == "word"
    for place in (-1, 3):
        with pytest.raises(IndexError, match="2 words"):
            text.inserted(place, "new")


def test_a_slice_is_bare_at_both_ends() -> None:
    """A slice has its words and the gaps between them, and the locks of the words in it."""
    text = Text.parse("So, run `x y`, (then) stop!")
    assert str(text.slice(1, 4)) == "run `x y`, (then"
    assert text.slice(1, 4).locked == ["`x y`"]
    assert str(text.slice(2, 2)) == ""


def test_a_pick_may_leave_out_words_and_no_locked_span() -> None:
    """``picked`` reorders and drops, and refuses to lose code."""
    text = Text.parse("How do I open `a.py` quickly?")
    assert str(text.picked([4, 3])) == "`a.py` open"
    with pytest.raises(ValueError, match="locked spans are missing"):
        text.picked([3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I sign in?", "how do i  sign-in"),
        ("What's that", "Whats that?!"),
        ("don’t stop", "don't stop"),
        ("Straße", "STRASSE"),
        ("Use `Foo`", "use   `Foo`."),
        ("如何读取文件？", "如何 读取 文件"),
        ("open Visual Studio", "Open visual studio?"),
    ],
)
def test_the_key_ignores_case_spacing_and_the_punctuation_of_plain_words(one: str, other: str) -> None:
    """Two spellings of one question have one key."""
    assert question_key(one) == question_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is it C?", "Is it C#?"),
        ("C++ list", "C list"),
        ("what does --flag do", "what does flag do"),
        ("add -5", "add 5"),
        ("version 1.2", "version 12"),
        ("a == b", "a != b"),
        ("is it on", "is it not on"),
        ("read `a`", "read `b`"),
        (".NET", "net"),
        ("$HOME", "home"),
    ],
)
def test_the_key_keeps_exact_terms_apart(one: str, other: str) -> None:
    """Signs that carry meaning make another question."""
    assert question_key(one) != question_key(other)


def test_a_template_keeps_the_locks_of_what_fills_it() -> None:
    """Locked spans go through a template whole; the template's own words are kept ones."""
    slot = Text.parse("open `my file.txt` now").slice(0, 3)
    text = filled("How can I {action}?", {"action": slot}, "en")
    assert str(text) == "How can I open `my file.txt` now?"
    assert text.locked == ["`my file.txt`"]
    assert text.status == (KEPT, KEPT, KEPT, FREE, LOCKED, FREE)
    assert slots_of("{a} or {B}, {a}") == ("a", "B", "a")


@settings(max_examples=100, deadline=None)
@given(st.lists(QUESTIONS, max_size=4))
def test_joined_texts_are_their_strings_one_behind_the_other(questions: list[str]) -> None:
    """No seam adds or loses a character, a word or a lock."""
    texts = [Text.parse(question) for question in questions]
    text = joined(texts, "en")
    assert str(text) == "".join(questions)
    assert text.locked == [word for piece in texts for word in piece.locked]
    assert len(text.parts) == 2 * len(text) + 1


@settings(max_examples=150, deadline=None)
@given(QUESTIONS)
def test_a_change_of_case_never_reaches_a_locked_span(question: str) -> None:
    """Capitals and small letters change plain words only."""
    text = Text.parse(question)
    for new in (text.capitalised(), text.uncapitalised(), text.lowered(), text.ending("")):
        assert new.locked == text.locked
    assert str(text.lowered().ending("")).casefold() != "" or not text.words


@pytest.mark.parametrize("question", ["I need a card", "I'm late", "I’ve paid"])
def test_the_pronoun_i_stays_a_capital(question: str) -> None:
    """``uncapitalised`` is for the middle of a sentence, where I is still I."""
    assert str(Text.parse(question).uncapitalised()) == question


def test_texts_are_values() -> None:
    """Equal text with equal statuses is equal, and hashes alike; protect makes another value."""
    assert Text.parse("a card") == Text.parse("a card")
    assert len({Text.parse("a card"), Text.parse("a card")}) == 1
    assert Text.parse("a card") != Text.parse("a card", ["card"])
    assert repr(Text.parse("a card")) == "Text('a card')"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I read it?", "en"),
        ("如何读取 JSON?", "zh"),
        ("ファイルを読む", "other"),
        ("Wie kann ich das lesen?", "other"),
    ],
)
def test_the_language_is_that_of_the_prose(question: str, language: str) -> None:
    """Locked terms do not decide the language."""
    assert Text.parse(question).language == language


@pytest.mark.parametrize(
    "question",
    ["How do I stop?", "Why can't I stop?", "Is there a stop?", "Which stop do you serve?", "What is the stop?"],
)
def test_the_head_of_a_question_is_kept(question: str) -> None:
    """The words that make it a question are never free, and no single edit takes them away."""
    head = {w for w in re.findall(r"[\w']+", question) if w.lower() not in ("stop", "a", "the", "serve")}
    assert {word for word, status in statuses(question).items() if status == KEPT} == head


@pytest.mark.parametrize("word", "not no never without cannot can't don’t nothing neither only except twice".split())
def test_negations_and_numerals_are_kept(word: str) -> None:
    """What turns a question into its contrary is never deleted, moved or replaced."""
    assert statuses(f"the card {word} the app")[word] == KEPT


@pytest.mark.parametrize(
    ("question", "unquoted"),
    [
        ("Add 'a.png' to \"images.tar\"", "Add a.png to images.tar"),
        ("What is \"connection refused\" in 'nginx.conf'?", "What is \"connection refused\" in nginx.conf?"),
        ("Why is 'x.y' not \"x.y\"?", "Why is 'x.y' not \"x.y\"?"),
        ("Why is 'x.y' not x.y?", "Why is 'x.y' not x.y?"),
        ("Do I need quotes round 'x.y'?", "Do I need quotes round 'x.y'?"),
        ("How do I call `f(x)`?", "How do I call `f(x)`?"),
    ],
)
def test_names_go_without_quotes_where_nothing_is_lost(question: str, unquoted: str) -> None:
    """Plain words and code keep their marks; so do names that only the quotes tell apart."""
    text = Text.parse(question)
    assert str(text.unquoted()) == unquoted
    assert [without_quotes(span) for span in text.locked] == [without_quotes(span) for span in text.unquoted().locked]
