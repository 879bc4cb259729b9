"""Distinct: no variant whose words point to another seed."""

from __future__ import annotations

from slmaug import DEFAULT, expand
from slmaug.augment import Chain, Distinct, Listed, Maybe, Rewording, Swap
from slmaug.augment.compose import parts_of, with_parts
from slmaug.augment.domain import Domain, content_words, grounded
from slmaug.rng import generators
from slmaug.text import Text

SEEDS = [
    ("How do I delete my account?", "Press Leave."),
    ("How do I pay into my account?", "Press Pay in."),
    ("How do I freeze my card?", "Press Freeze."),
    ("How do I order a card?", "Press New."),
    ("Where is my account?", "Under Home."),
]
TEXTS = [Text.parse(question) for question, _ in SEEDS]
DOMAIN = Domain.of(TEXTS, [answer for _, answer in SEEDS])


def through(wording: str, at: int = 0, glossary: tuple[tuple[str, ...], ...] = ()) -> str:
    """What comes of a question that is to become ``wording``."""
    inner = Chain((Listed({str(TEXTS[at]): (wording,)}), Maybe(Rewording(glossary=glossary), 0.0)))
    distinct = grounded(Distinct(inner), DOMAIN)
    (new,) = distinct([TEXTS[at]], generators(1, 0, 1))
    assert new is TEXTS[at] or str(new) == wording
    return str(new)


def test_what_speaks_for_another_seed_passes_unchanged() -> None:
    """All that is left of the seed's words is one that others have, too."""
    assert through("How do I close my account?") == "How do I delete my account?"
    assert through("What closes an account?") == "How do I delete my account?"


def test_what_still_has_the_seeds_own_word_is_made() -> None:
    """However little else is left."""
    assert through("delete account") == "delete account"
    assert through("How do I delete it?") == "How do I delete it?"


def test_none_of_the_seeds_words_misleads_nobody() -> None:
    """Other words altogether are what a set is for."""
    assert through("How do I close my profile?") == "How do I close my profile?"


def test_variants_of_an_unclear_seed_are_no_less_clear() -> None:
    """All that the last question asks about, others ask about, too; more cannot be asked of its variants."""
    assert through("Can you tell me where my account is?", at=4) == "Can you tell me where my account is?"
    assert through("Where do I pay from my account?", at=4) == "Where is my account?"


def test_words_of_a_glossary_count_as_those_they_stand_for() -> None:
    """What the user says is the same is the same."""
    new = "How do I close my account?"
    assert through(new, glossary=(("delete", "close"),)) == new
    assert through(new, glossary=(("remove", "close"),)) != new


def test_without_the_seeds_everything_passes() -> None:
    """As in a call of its own, outside expand."""
    (new,) = Distinct(Listed({str(TEXTS[0]): ("Close my account!",)}))([TEXTS[0]], generators(1, 0, 1))
    assert str(new) == "Close my account!"


def test_its_part_can_be_seen_and_changed() -> None:
    """As that of every augmenter around another, so that a glossary reaches it."""
    distinct = Distinct(Swap())
    assert parts_of(distinct) == (Swap(),)
    assert with_parts(distinct, (Swap(0.5),)) == Distinct(Swap(0.5))


def test_the_default_recipe_makes_no_row_that_its_words_give_to_another_seed() -> None:
    """Misspellings aside, which leave a word and no one takes it for another."""
    rows = expand(SEEDS, n=300, recipe=DEFAULT.reweighted({"typos": 0}), cot="none")
    for row in rows:
        seed = DOMAIN.seeds[row.seed_id]
        words = content_words(row.question)
        if words & seed.asked:
            assert DOMAIN.lead(words, seed) >= min(1.0, DOMAIN.lead(seed.asked, seed)), row.question
