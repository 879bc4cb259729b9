"""Restructuring: the same words in another build, and nothing where nouns and verbs cannot be told apart."""

from __future__ import annotations

import pytest

from slmaug.augment import Restructuring
from slmaug.rng import generators
from slmaug.text import Text


def variants(question: str, strength: float = 1.0, count: int = 40) -> set[str]:
    text = Text.parse(question)
    return set(map(str, Restructuring(strength)([text] * count, generators(1, 0, count))))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who helps customers that live in Berlin?", {"Who helps customers living in Berlin?"}),
        (
            "List trains which run at night",
            {"List trains running at night", "List trains that run at night"},
        ),
        ("Find folders that have been moved since May", {"Find folders moved since May"}),
        ("Find folders that have not been moved since May", {"Find folders not moved since May"}),
        ("Can people who have a visa stay longer?", {"Can people with a visa stay longer?"}),
        ("Can I delete log files that are empty?", {"Can I delete empty log files?"}),
        ("Is the hotel that is near the station open?", {"Is the hotel near the station open?"}),
        ("Find rooms whose price is below 80 euros", {"Find rooms with a price below 80 euros"}),
        ("Find cups whose handles are broken", {"Find cups with handles broken"}),
        ("Kill the process that uses port 80", {"Kill the process using port 80"}),
        ("Who bakes the cake that makes me happy?", {"Who bakes the cake making me happy?"}),
        ("Where is the card that you sent me?", {"Where is the card you sent me?"}),
        ("What is my dog's weight?", {"What is the weight of my dog?"}),
        ("Where can I see the status of my order?", {"Where can I see my order's status?"}),
        ("How do I back up my phone and tablet?", {"How do I back up my tablet and phone?"}),
        ("What is the colour of the leaves?", {"What is the leaves' colour?"}),
        ("Add `a.png` and `b.png` to the page", {"Add `b.png` and `a.png` to the page"}),
        ("How do I change the street or town?", {"How do I change the town or street?"}),
        ("How do I turn on the light in the hall?", {"How do I turn the light on in the hall?"}),
        ("How do I turn the heating off?", {"How do I turn off the heating?"}),
    ],
)
def test_what_is_built_otherwise(question: str, expected: set[str]) -> None:
    """Every build of a question with one place for it."""
    assert variants(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Is it true that cats sleep all day?",
        "I noticed that my order is late.",
        "Who pays for the damage that was not reported?",
        "How do I get a refund for a book that arrived damaged?",
        "Where is the end of the street?",
        "Is the driver's licence enough?",
        "Why is there a fee on my bill that I never saw?",
        "Rename `a` and `b` to `c` and `d`",
        "Merge `a.csv` and `b.csv`",
        "Should I buy an apple and pear?",
        "What is the price of the ticket and the bag?",
        "Is an apple that is rotten safe?",
        "Is my phone's battery dead?",
        "My dog's weight is too high",
        "Delete lines that start with a hash or end with a dot",
        "How do I choose between red and blue?",
        "Do I need a credit card and PIN number?",
        "How do I live in the city?",
        "How do I turn on `lamp-3` and leave it on?",
        "Wer hilft Kunden, die in Berlin wohnen?",
        "如何删除空文件？",
        "",
    ],
)
def test_what_stays_as_it_is(question: str) -> None:
    """What only looks like one of the builds, another language, nothing at all: the very text that went in."""
    text = Text.parse(question)
    assert all(new is text for new in Restructuring(1.0)([text] * 20, generators(1, 0, 20)))


def test_several_places_are_built_otherwise_at_once() -> None:
    """Two relative clauses, both shortened."""
    question = "Do shops which sell bikes accept cards that belong to children?"
    assert "Do shops selling bikes accept cards belonging to children?" in variants(question)


@pytest.mark.parametrize("strength", [-0.1, 1.5])
def test_a_strength_is_a_share(strength: float) -> None:
    """Anything else is an error that says so."""
    with pytest.raises(ValueError, match=r"strength must lie in \[0, 1\]"):
        Restructuring(strength)
