"""Phrasing: one question in the forms that people use."""

from __future__ import annotations

import pytest

from slmaug.augment import PHRASING_FORMS, Phrasing
from slmaug.augment.phrasing import PhrasingForm
from slmaug.rng import generators
from slmaug.text import Text


def variants(question: str, augmenter: Phrasing, count: int = 60) -> set[str]:
    text = Text.parse(question)
    return set(map(str, augmenter([text] * count, generators(1, 0, count, common=5))))


@pytest.mark.parametrize("form", PHRASING_FORMS)
def test_every_form_says_a_how_question_in_several_ways(form: PhrasingForm) -> None:
    """Each of the forms has several wordings for ``How do I``, all with the code span."""
    question = "How do I copy a large file with `open()` from the shared folder to the old laptop?"
    found = variants(question, Phrasing(form))
    assert len(found) >= 5
    assert all("`open()`" in variant for variant in found)


@pytest.mark.parametrize("form", PHRASING_FORMS)
def test_without_casual_a_sentence_has_its_capital(form: PhrasingForm) -> None:
    """``casual=0`` types properly: the first letter is a capital."""
    assert all(variant[0].isupper() for variant in variants("How do I prune a rose?", Phrasing(form, casual=0.0)))


def test_casual_wordings_have_no_capital_and_no_mark() -> None:
    """``casual=1`` types as into a search box, and leaves code alone."""
    for variant in variants("How do I read `Foo.TXT` for Bob?", Phrasing("polite", casual=1.0)):
        assert variant.replace("`Foo.TXT`", "").replace("Bob", "").islower()
        assert variant[-1] not in ".?!"


def test_the_same_frame_falls_on_every_seed() -> None:
    """Two how-questions get the same frames in the same order, so no frame becomes a sign of one answer."""
    generator = {"key": 3, "first": 0, "count": 30, "common": 9}
    one = Phrasing("polite")([Text.parse("How do I paint a rose?")] * 30, generators(**generator))
    other = Phrasing("polite")([Text.parse("How do I paint a wall?")] * 30, generators(**{**generator, "key": 4}))
    assert [str(t) for t in one] == [str(t).replace("a wall", "a rose") for t in other]


@pytest.mark.parametrize("form", PHRASING_FORMS)
@pytest.mark.parametrize("question", ["", "???", "Wie kann ich das lesen?", "ファイルを読む", "ملف"])
def test_what_is_not_read_is_unchanged(form: PhrasingForm, question: str) -> None:
    """No words, or a language that is not English or Chinese: the text itself, without a step."""
    text = Text.parse(question)
    assert Phrasing(form)([text], generators(1, 0, 1))[0] is text


def test_wrong_settings_are_refused_with_what_is_allowed() -> None:
    """The message lists the forms, or the range of the share."""
    with pytest.raises(ValueError, match=r"form must be one of question, indirect, .*got 'loud'"):
        Phrasing("loud")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"casual must lie in \[0, 1\], got 2"):
        Phrasing("polite", casual=2)


def test_who_types_in_a_hurry_types_no_quotes() -> None:
    """A casual wording has names bare, any other has them as the seed does; the name itself is always there."""
    text = Text.parse("How do I add a page to 'report.pdf'?")
    hasty = Phrasing("question", casual=1.0)([text] * 20, generators(1, 0, 20))
    tidy = Phrasing("question", casual=0.0)([text] * 20, generators(1, 0, 20))
    assert all("report.pdf" in str(new) and "'" not in str(new).replace("what's", "") for new in hasty)
    assert all("'report.pdf'" in str(new) for new in tidy)
