"""Pieces: what of an answer its question can take over, and as what."""

from __future__ import annotations

import pytest

from slmaug.augment.domain import Domain
from slmaug.augment.pieces import pieces_of
from slmaug.text import Text


def pieces(answer: str, question: str = "How does it work?") -> dict[str, str]:
    text = Text.parse(question)
    domain = Domain.of([text], [answer])
    seed = domain.seed(text)
    assert seed is not None
    return {" ".join(piece.words): piece.kind for piece in pieces_of(seed, domain)}


@pytest.mark.parametrize(
    ("answer", "things"),
    [
        ("There is a monthly plan and a spending limit.", {"a monthly plan", "a spending limit"}),
        ("We ship by registered mail.", {"registered mail"}),
        ("Standard delivery is free.", {"standard delivery"}),
        ("It is on your blue label.", {"my blue label"}),
        ("The rules change in spring.", {"the rules"}),
        ("The shop closes at noon.", {"the shop"}),
        ("It has the time and the reason.", set()),
        ("Ask for a wrong, long or yearly one.", set()),
    ],
)
def test_noun_phrases_are_things(answer: str, things: set[str]) -> None:
    """Whole ones: no adjective without its noun, no verb taken for one."""
    assert {words for words, kind in pieces(answer).items() if kind == "thing"} == things


@pytest.mark.parametrize(
    ("answer", "deeds"),
    [
        ("Open the lid, turn off the water and ring twice.", {"open the lid", "turn off the water"}),
        ("You can pay in shops with your phone.", {"pay in shops with my phone"}),
        ("Send us the green slip.", {"send you the green slip"}),
        ("Open Tools > Pages.", set()),
        ("Ask the owner of it.", set()),
        ("The lid opens by itself.", set()),
    ],
)
def test_what_the_asker_is_told_to_do_is_a_deed(answer: str, deeds: set[str]) -> None:
    """Whole, with its object, as the asker says it; no menu path and nothing cut off."""
    assert {words for words, kind in pieces(answer).items() if kind == "deed"} == deeds


def test_numbers_negations_and_the_questions_own_words_stay_out() -> None:
    """What comes in is new, and says nothing that the answer forbids."""
    found = " ".join(pieces("Never lend the key. Keep the ring for 40 days in the old box.", "Where is the ring?"))
    assert not {"lend", "never", "40"} & set(found.split())
    assert "the old box" in found
