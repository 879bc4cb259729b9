"""Fronting: what a sentence ends with, put first."""

from __future__ import annotations

import pytest

from slmaug.augment import Fronting, vary
from slmaug.rng import generators
from slmaug.text import Text


@pytest.mark.parametrize(
    ("question", "fronted"),
    [
        ("What do I do if the alarm won't stop?", "If the alarm won't stop, what do I do?"),
        ("Can I change my course after the term has started?", "After the term has started, can I change my course?"),
        ("Why do my knees hurt when I run?", "When I run, why do my knees hurt?"),
        ("How do I read a `JSON` file in Python?", "In Python, how do I read a `JSON` file?"),
        ("How do I open a bottle without a corkscrew?", "Without a corkscrew, how do I open a bottle?"),
        ("Why is there a fee on my bill?", "On my bill, why is there a fee?"),
        ("list all logs under `/var`", "under `/var`, list all logs"),
        ("Do I have to declare cash at customs?", "At customs, do I have to declare cash?"),
    ],
)
def test_the_end_comes_first(question: str, fronted: str) -> None:
    """Clauses, places, times and means; the mark at the end and the capital at the start stay where they were."""
    assert vary(question, Fronting()) == fronted


@pytest.mark.parametrize(
    "question",
    [
        "How do I apply two augmenters one after the other?",
        "How do I apply for a visa?",
        "How do I plug in the charger?",
        "Is the button on the left?",
        "Why is my phone in safe mode?",
        "Can you tell me if it rains?",
        "How do I check if the disk is full?",
        "Remove all files that were changed after the backup",
        "Show the file and delete it if it is empty",
        "Do you have any idea if the shop opens?",
        "What is the date when I can vote?",
        "What is the tax on cigarettes?",
        "How do I put salt in the soup?",
        "How do I open the door (if it rains)?",
        "Berlin is closed when it rains",
        "Does the plane land on time?",
        "Does everybody have a toy in their room?",
        "My key is broken. What do I do if it rains?",
        "How many days until it is here?",
        "Was tun, wenn der Alarm nicht aufhört?",
        "",
    ],
)
def test_what_belongs_where_it_stands_stays(question: str) -> None:
    """Objects of verbs, predicates, clauses that are known or asked about, ends of relative clauses."""
    text = Text.parse(question)
    assert Fronting()([text], generators(1, 0, 1))[0] is text
