"""AnswerWords: words of the answer beside the question's own."""

from __future__ import annotations

from collections import Counter

import pytest

from slmaug import expand
from slmaug.augment import AnswerWords, Chain, LeadingTo, Listed, OnTop, Phrasing, vary
from slmaug.augment.answer_words import ANSWER_FORMS, AnswerForm
from slmaug.augment.domain import Domain
from slmaug.negation import is_negated
from slmaug.rng import generators
from slmaug.text import Text

SEEDS = [
    (
        "Where can I change my PIN?",
        "Tap Change PIN in the app, or use the PIN menu of a cash machine. Never write it down.",
    ),
    ("How do I upload two files with `put`?", "Open the browser window. Drag the folder there, or run `put -r a b`."),
    ("Why was my refund less than 40 euros?", "The shop keeps a handling charge. Refunds over 50 euros take 3 days."),
    ("How do I disable the alarm?", "Hold the red button. To enable the siren again, press the green switch."),
]
TEXTS = [Text.parse(question) for question, _ in SEEDS]
DOMAIN = Domain.of(TEXTS, [answer for _, answer in SEEDS])


def variants(at: int, form: AnswerForm, count: int = 150) -> list[Text]:
    return AnswerWords(form, domain=DOMAIN)([TEXTS[at]] * count, generators(5, 0, count, 9))


@pytest.mark.parametrize("form", ANSWER_FORMS)
@pytest.mark.parametrize("at", range(len(SEEDS)))
def test_locks_numbers_and_negations_are_the_questions_own(at: int, form: AnswerForm) -> None:
    """Nothing locked is lost, no number of the answer comes in, and yes stays yes."""
    for new in variants(at, form):
        assert new.locked == TEXTS[at].locked
        assert not {"50", "3"} & set(str(new).split())
        assert is_negated(str(new)) == is_negated(SEEDS[at][0])
        assert "`put -r a b`" not in str(new)


def test_keywords_bring_in_words_of_the_own_answer() -> None:
    """The words that come in stand in the seed's answer, and in no other's."""
    said = " ".join(str(new) for new in variants(0, "keywords"))
    assert all(word in said for word in ("cash machine", "menu"))
    assert not [word for word in ("folder", "button") if word in said]


@pytest.mark.parametrize("form", ["aside", "hearsay"])
def test_an_aside_leaves_the_question_as_it_was(form: AnswerForm) -> None:
    """The question stands in front of another sentence or behind it, character for character."""
    question = "Where can I change my PIN?"
    said = [str(new).split(question) for new in variants(0, form)]
    assert all(bool(before) != bool(behind) for before, behind in said)
    assert all((before.strip() or behind.strip())[-1] in ".?" for before, behind in said)
    assert 20 < sum(bool(before) for before, _ in said) < 130


def test_hearsay_is_to_be_confirmed() -> None:
    """Who has heard a part of the answer asks whether it is right, or says what is in doubt."""
    doubts = ("?", "unsure", "certain", "rather ask", "let me ask")
    beside = [str(new).replace("Where can I change my PIN?", "") for new in variants(0, "hearsay")]
    assert len(set(beside)) > 8
    assert all("Change PIN in the app" in each and any(doubt in each for doubt in doubts) for each in beside)


@pytest.mark.parametrize("form", ["aside", "hearsay"])
def test_who_gives_an_order_asks_nothing_about_it(form: AnswerForm) -> None:
    """Behind an imperative stands no question."""
    texts = [Text.parse("Find all large files")]
    domain = Domain.of(texts, ["Use the size option with a number. Print the name."])
    news = AnswerWords(form, domain=domain)(texts * 100, generators(5, 0, 100, 9))
    assert any("the size option" in str(new) for new in news)
    assert not [new for new in news if "?" in str(new)]


def test_names_keep_their_capitals() -> None:
    """A name of the answer comes in as it is written there, and no noun phrase ends in a genitive."""
    texts = [Text.parse("How do I pay?")]
    domain = Domain.of(texts, ["Take the Visa card to the merchant's till."])
    news = " ".join(str(new) for new in AnswerWords("aside", domain=domain)(texts * 100, generators(5, 0, 100, 9)))
    assert "the Visa card" in news
    assert "merchant's." not in news


def test_searches_end_where_a_phrase_does() -> None:
    """No quantity, negation or state is left out, and no noun stands without the rest of its name."""
    questions = ("Why did I get fewer rows than I asked for?", "Which rows were skipped by the processor core?")
    texts = [Text.parse(question) for question in questions]
    domain = Domain.of(texts, ["Look at the summary of the build."] * 2)
    for text, word in zip(texts, ("fewer rows", "skipped"), strict=True):
        news = [str(new) for new in AnswerWords(domain=domain)([text] * 100, generators(3, 0, 100, 9))]
        assert all(word in new for new in news)
        assert not [new for new in news if new.split(",")[0].split()[-1] in ("processor", "than")]


def test_a_reworded_question_is_known_to_its_seed() -> None:
    """Words of the right answer come in beside another wording, and none where it could be anybody's."""
    mine = Text.parse("I want to change the PIN.")
    news = " ".join(str(new) for new in AnswerWords("aside", domain=DOMAIN)([mine] * 60, generators(5, 0, 60, 9)))
    assert "PIN menu" in news
    assert "button" not in news
    other = Text.parse("What is the meaning of life?")
    assert AnswerWords("aside", domain=DOMAIN)([other], generators(5, 0, 1, 9))[0] is other


@pytest.mark.parametrize("form", ANSWER_FORMS)
@pytest.mark.parametrize("chain", [LeadingTo, OnTop])
def test_in_a_chain_the_seed_is_known_whatever_the_words(form: AnswerForm, chain: type[Chain]) -> None:
    """A question in the words of another seed's answer gets words of its own."""
    others = Listed({SEEDS[0][0]: ("How do I drag the folder to the browser window?",)})
    steps = chain((others, Phrasing("question"), AnswerWords(form, keep=0, domain=DOMAIN)))
    news = " ".join(str(new) for new in steps([TEXTS[0]] * 60, generators(5, 0, 60, 9)))
    assert "PIN" in news
    assert "Open the browser window" not in news.replace("open", "Open")


def test_bare_code_is_no_prose() -> None:
    """An answer that is code from its first line to its last lends no words."""
    code = "import harvester\n\ndef combine(basket):\n    return harvester.run(basket)\n"
    seeds = [("How do I combine two files?", code), ("How do I pay?", "Use the card.")]
    rows = expand(seeds, n=60, recipe=AnswerWords(), cot="none")
    assert not [row for row in rows if "harvester" in row.question]


def test_what_says_the_opposite_does_not_come_in() -> None:
    """Who asks how to disable does not ask how to enable."""
    assert not [new for new in variants(3, "keywords") if "enable" in str(new).split()]


def test_what_tells_a_seed_from_the_others_comes_first() -> None:
    """A word of many answers is drawn less than a word of this one alone."""
    seeds = [
        (f"How do I open item {name}?", f"Press the button. Turn the {name} crank.") for name in ("ab", "cd", "ef")
    ]
    texts = [Text.parse(question) for question, _ in seeds]
    domain = Domain.of(texts, [answer for _, answer in seeds[:1]] + ["Press the button."] * 2)
    news = AnswerWords(domain=domain)([texts[0]] * 300, generators(1, 0, 300))
    drawn = Counter(word for new in news for word in ("button", "crank") if word in str(new).split())
    assert drawn["crank"] > drawn["button"]


def test_without_the_seeds_there_is_nothing_to_do() -> None:
    """A question alone has no answer to take words from; expand hands the seeds over."""
    assert vary("Where can I change my PIN?", AnswerWords()) == "Where can I change my PIN?"
    rows = expand(SEEDS, n=40, recipe=AnswerWords(), cot="none")
    assert rows.report.forms["answerwords"] > 20


def test_settings_are_checked() -> None:
    """A form that does not exist and a share above one are errors."""
    with pytest.raises(ValueError, match="form must be one of keywords, aside"):
        AnswerWords("song")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="keep must lie in"):
        AnswerWords(keep=3)
