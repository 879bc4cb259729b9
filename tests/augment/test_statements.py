"""Statements: what an answer says, as its asker would repeat it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.augment.domain import Domain
from slmaug.augment.statements import Statement, statements_of
from slmaug.negation import is_negated
from slmaug.text import Text

OTHERS = "Both the cards and the salt were sold by Goethe."  # how the set writes a word that opens a sentence


def read(answer: str, question: str = "What now?", others: str = OTHERS) -> list[Statement]:
    domain = Domain.of([Text.parse(question), Text.parse("And who else?")], [answer, others])
    return statements_of(domain.seeds[0], domain)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You can pay in shops once the card is in your wallet.", "I can pay in shops once the card is in my wallet"),
        ("We refund the price when the parcel reaches us.", "you refund the price when the parcel reaches you"),
        ("The screen shows you the fee before you accept it.", "the screen shows me the fee before I accept it"),
        ("The cards are free, and you normally get some.", "the cards are free, and I normally get some"),
        ("The app lets you pay with your phone.", "the app lets me pay with my phone"),
        ("You are told by letter if a place becomes free.", "I am told by letter if a place becomes free"),
        ("A letter tells you whether you were chosen by us.", "a letter tells me whether I was chosen by you"),
        ("Cards are issued in euros and US dollars.", "cards are issued in euros and US dollars"),
        ("Whenever the balance is low, we charge your card.", "whenever the balance is low, you charge my card"),
        ("Goethe wrote it over some sixty years.", "Goethe wrote it over some sixty years"),
        ("Salt slows the yeast down, so add it last.", "salt slows the yeast down"),
    ],
)
def test_facts_change_sides(sentence: str, said: str) -> None:
    """What is yours in the answer is mine to the asker, who answers is you, and names stay."""
    assert read(sentence) == [Statement(said, "fact")]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Tap Change PIN on your card's page.", "tap Change PIN on my card's page"),
        ("Keep the slip and send us a photo of it.", "keep the slip and send you a photo of it"),
        ("Please hand the parcel in at any post office.", "hand the parcel in at any post office"),
        ("Call the front desk at once, or we lock the badge.", "call the front desk at once"),
        ("Rinse rice under cold water.", "rinse rice under cold water"),
        ("Check that the address in the app is right.", "check that the address in the app is right"),
        ("Choose a currency and the amount, and confirm.", "choose a currency and the amount, and confirm"),
    ],
)
def test_orders_change_sides(sentence: str, said: str) -> None:
    """What the asker is told to do can stand behind "Do I have to"."""
    assert read(sentence) == [Statement(said, "order")]


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes two days to arrive.",  # leans on the sentence before
        "The first one is free of charge.",
        "Each of these spans stays as typed.",
        "Pass it as the recipe you want.",
        "You cannot return worn shoes.",  # a negation
        "Delivery takes 5 to 7 working days.",  # figures
        "Give `expand` the path of a file.",  # code
        'Tap the button "Report" on the page.',  # quotes
        "The page lists these settings in full:",
        "The hashes of input and output, and what was skipped.",  # no sentence
        "If it is late, send us the slip.",
        "I keep my own notes in a book.",  # whose?
        "Under the stairs.",
        "Order before noon and we ship the same day.",  # a condition
        "Damage that reaches you will be paid.",  # who does what?
        "Should your device fail, bring it to a store.",
        "To build muscle, lift heavy weights.",
        "Tip: bring a coat to the lake.",
        "Practice slowly until your fingers find the keys.",
        "Place the liquids in a bag before you fly, as well.",
        "Express passports cost extra and take three days.",
        "May is the month when the bills go out.",
        "Her alliance with Mark Antony led to war.",
        "Rome lost its richest provinces then.",  # a name, or none?
        "Ask Dr. Miller. Thank you for your help.",
        "See https://example.com for the details of it.",
    ],
)
def test_what_cannot_stand_alone_is_left_out(sentence: str) -> None:
    """No half sentence, no code, no figure, no negation, and nothing that needs another sentence."""
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("This lists the files of your folder:\n\nls ~", "lists the files of my folder"),
        ("The code below reads the whole file:", "reads the whole file"),
    ],
)
def test_what_the_code_is_for(answer: str, said: str) -> None:
    """What the answer says of its code can stand behind "I need something that"."""
    assert Statement(said, "purpose") in read(answer)


def test_a_title_ends_no_sentence() -> None:
    """Behind "Mr." the sentence goes on."""
    assert read("Mr. Brown will meet you at the gate.") == []
    assert read("You are met by Mr. Brown, who waits at the gate.") == []


@given(
    st.lists(
        st.sampled_from(
            'you we us your our I it the a card pays pay is are was and or so but not 5 ( " ` , . ; : / - \n if when '
            "that let lets send open who what Visa US tap quickly café Über \u4f60 should ones".split(" ")
        ),
        max_size=12,
    ),
    st.sampled_from(["", " "]),
)
def test_any_answer_is_read(words: list[str], gap: str) -> None:
    """Nothing breaks the reader; what it gives has no code, figure, quote or end of a sentence, and stands alone."""
    for statement in read(gap.join(words) + "."):
        assert 4 <= len(statement.said.split()) <= 60
        assert not set(statement.said) & set('`"();:0123456789\n')
        assert not is_negated(statement.said)
        assert statement.said == statement.said.strip()
        assert statement.said[-1] not in ".!?,"


def test_what_every_answer_says_is_left_out() -> None:
    """A closing formula is a sign of no answer."""
    formula = "Write to the team for all further help."
    assert [each.kind for each in read(f"Press the red button. {formula}")] == ["order", "order"]
    assert len(read(f"Press the red button at once. {formula}", others=formula)) == 1


def test_what_the_question_says_and_its_opposite_are_left_out() -> None:
    """A statement brings something new, and does not turn the question round."""
    assert read("You can enable the alarm with it.", "How do I disable the alarm?") == []
    assert read("You can disable the alarm.", "How do I disable the alarm?") == []
