"""Listed phrasings: one of those written for the question, with its locked spans, or the question itself."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment import Augmenter, Chain, Maybe, Typos, augmenter
from slmaug.augment.listed import Listed
from slmaug.expansion import expand
from slmaug.paraphrase import other_wording
from slmaug.recipe import Form, Recipe
from slmaug.rng import generators
from slmaug.text import Text

QUESTION = "How do I read `df` with limit=5 in the app?"
GOOD = ("What reads `df` with limit=5 in the app?", "In the app, how is `df` read with limit=5?")
BAD = (
    "What reads df with limit=5 in the app?",
    "What reads `df` with limit=6 in the app?",
    "What reads `df` and `df` with limit=5?",
    "What reads `df`?",
    QUESTION,
)


def variants(question: str, listed: Listed, count: int = 60, protect: tuple[str, ...] = ()) -> set[str]:
    text = Text.parse(question, protect)
    return {str(new) for new in listed([text] * count, generators(1, 0, count))}


def test_each_usable_phrasing_is_drawn_and_no_other() -> None:
    """One that lost, changed, doubled or unquoted a locked span is never used, nor the question itself."""
    assert variants(QUESTION, Listed({QUESTION: (*BAD, *GOOD)})) == set(GOOD)


def test_without_a_usable_phrasing_the_text_itself_comes_back() -> None:
    """Unchanged means the same object, without a step."""
    for listed in (Listed({}), Listed({"Another?": GOOD}), Listed({QUESTION: BAD}), Listed({QUESTION: ()})):
        text = Text.parse(QUESTION)
        assert listed([text], generators(1, 0, 1))[0] is text


def test_protected_terms_hold_in_a_phrasing_too() -> None:
    """What was locked in the question with protect= must stand in the phrasing, in the same letters."""
    question = "How do I link a bank card?"
    listed = Listed({question: ("Can a bank card be linked?", "Can a Bank card be linked?", "Can a card be linked?")})
    assert variants(question, listed, protect=("bank card",)) == {"Can a bank card be linked?"}
    text = Text.parse(question, ("bank card",))
    assert listed([text], generators(1, 0, 1))[0].locked == ["bank card"]
    assert len(variants(question, listed)) == 3


@pytest.mark.parametrize(
    ("question", "phrasing", "locked"),
    [
        ("How do I set a timeout on HttpClient in ASP.NET Core?", "ASP.NET Core HttpClient timeout", 2),
        ("Which files are larger than 20000k?", "files > 20000k", 1),
        ("Which files changed in the last seven days?", "files changed in the past 7 days", 0),
        (".NET Framework如何使用HttpClient？", ".NET Framework HttpClient 用法", 2),
    ],
)
def test_names_that_come_to_stand_side_by_side_stay_apart(question: str, phrasing: str, locked: int) -> None:
    """The phrasing has the question's locked spans one by one, and the plan takes it as a variant."""
    recipe = Recipe((Form("listed", 1.0, Listed({question: (phrasing,)})),))
    rows = expand([(question, "a")], n=2, recipe=recipe).rows
    assert {row.question for row in rows} == {question, phrasing}
    new = other_wording(Text.parse(question), phrasing)
    assert str(new) == phrasing
    assert len(new.locked) == locked


@pytest.mark.parametrize(
    ("question", "phrasing"),
    [
        ("list what is below /var/log", "list what is below /var/log/nginx"),
        ("wait 5 seconds with -x", "wait 15 seconds with -x"),
        ("why is false printed by `ls`", "why is `ls -l` printed by false"),
        ("find files of 20000k", "find files of +20000k"),
        ("find files of seven days", "find files of -7 days"),
        ("How do I set a timeout on HttpClient?", "HttpClient HttpClientHandler timeout"),
    ],
)
def test_a_span_inside_another_is_not_that_span(question: str, phrasing: str) -> None:
    """A longer path, a number with another digit or a sign, a name in a name: none is the question's own."""
    assert variants(question, Listed({question: (phrasing,)})) == {question}


def test_a_step_is_the_one_phrasing_and_can_be_typed_back_in() -> None:
    """However long the list, the row's step holds the phrasing used, and gives it again."""
    listed = Listed({QUESTION: GOOD, "Another?": ("One more?",) * 500})
    (new,) = listed([Text.parse(QUESTION)], generators(3, 0, 1))
    (step,) = new.steps
    again = eval(step, {"Listed": Listed})
    assert repr(again) == step
    assert str(again([Text.parse(QUESTION)], generators(9, 0, 1))[0]) == str(new)
    assert len(step) < 2 * len(QUESTION) + 40


def test_steps_before_it_are_kept() -> None:
    """In a chain each step is written down in order."""
    chain = Chain((Listed({QUESTION: GOOD}), Typos(rate=1.0)))
    steps = {new.steps for new in chain([Text.parse(QUESTION)] * 20, generators(1, 0, 20))}
    assert {tuple(step.partition("(")[0] for step in each) for each in steps} == {("Listed", "Typos")}


def test_the_repr_of_a_long_list_is_short_and_tells_lists_apart() -> None:
    """Numbers and a fingerprint, the same in every order."""
    many = {f"Question {i}?": tuple(f"Phrasing {i} {k}?" for k in range(20)) for i in range(50)}
    assert len(repr(Listed(many))) < 80
    assert repr(Listed(many)) == repr(Listed(dict(reversed(many.items()))))
    assert repr(Listed(many)) != repr(Listed({**many, "Question 0?": ("x?",)}))
    assert repr(Listed(many)).startswith("Listed(<1000 phrasings of 50 questions, sha256 ")


def test_it_is_a_value() -> None:
    """Equal lists are equal, hash alike, come through a pickle, and do not follow a later change of the mapping."""
    given_ = {QUESTION: list(GOOD)}
    listed = Listed(given_)  # type: ignore[arg-type]
    assert isinstance(listed, Augmenter)
    assert listed == Listed({QUESTION: GOOD})
    assert hash(listed) == hash(Listed({QUESTION: GOOD}))
    assert pickle.loads(pickle.dumps(listed)) == listed
    given_[QUESTION].clear()
    assert variants(QUESTION, listed) == set(GOOD)
    assert augmenter.vary(QUESTION, Maybe(listed, 1.0)) in GOOD


def test_equal_generators_give_equal_texts_in_any_batch() -> None:
    """A text's phrasing depends on its own generator alone."""
    listed = Listed({QUESTION: GOOD})
    texts = [Text.parse(question) for question in (QUESTION, "Another?", QUESTION) for _ in range(5)]
    together = listed(texts, generators(3, 0, 15))
    alone = [listed([text], generators(3, i, 1))[0] for i, text in enumerate(texts)]
    assert [(str(t), t.steps) for t in together] == [(str(t), t.steps) for t in alone]
    assert listed([], []) == []


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=30), st.lists(st.text(max_size=30), max_size=4))
def test_any_text_keeps_its_locks(question: str, phrasings: list[str]) -> None:
    """No question and no list makes it raise or lose a locked span."""
    text = Text.parse(question)
    (new,) = Listed({question: tuple(phrasings)})([text], generators(1, 0, 1))
    assert Counter(new.locked) == Counter(text.locked)
    assert new is text or (str(new) in phrasings and new.steps)


@pytest.mark.parametrize(
    ("phrasings", "message"),
    [
        ([("a", "b")], "phrasings must map each question to its phrasings, got list"),
        ({"a": "b"}, "the phrasings of 'a' must be a tuple of strings, got 'b'"),
        ({"a": (1,)}, r"the phrasings of 'a' must be a tuple of strings, got \(1,\)"),
    ],
)
def test_what_is_no_list_of_phrasings_is_refused(phrasings: object, message: str) -> None:
    """The message says what was found."""
    with pytest.raises(ValueError, match=message):
        Listed(phrasings)  # type: ignore[arg-type]
