"""Rewording: equivalents that hold for the objects they are said of."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug import expand
from slmaug.augment import Chain, Phrasing, Rewording, Typos, vary
from slmaug.augment.domain import Domain, grounded
from slmaug.function_words import NEGATIONS
from slmaug.rng import generators
from slmaug.text import KEPT_WORDS, Text

SEEDS = [
    ("How do I delete a photo from the album?", "Open the album, hold the picture and choose Remove."),
    ("Why was my claim rejected?", "The form was not signed in two places."),
    ("How do I turn off the alarm?", "Hold the button for three seconds."),
]


def rewordings(question: str, count: int = 80, augmenter: Rewording | None = None) -> set[str]:
    text = Text.parse(question)
    return {str(new) for new in (augmenter or Rewording(1.0))([text] * count, generators(3, 0, count))}


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("How do I delete a file?", "remove a file"),
        ("How do I take off my coat?", "remove my coat"),
        ("How do I log in?", "sign in"),
        ("How do I top up?", "add money"),
        ("Where can I find a cash machine?", "ATM"),
        ("How do I install the app?", "set up the app"),
        ("Why was my loan declined?", "turned down"),
        ("When will my parcel arrive?", "how long until my"),
        ("Why is the printer not working?", "does not work, why"),
        ("How do I get a refund?", "what i paid"),
    ],
)
def test_a_question_is_asked_in_the_words_that_people_use(question: str, other: str) -> None:
    """Verbs with particles, nouns of several words and turns of phrase all have equivalents."""
    assert any(other.lower() in new.lower() for new in rewordings(question))


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("How do I take off on time with this plane?", "remove"),
        ("How do I delete a file?", "take off"),
        ("How do I clear my throat?", "empty"),
        ("How do I run a marathon?", "execute"),
        ("How do I save water?", "store"),
        ("How do I book a table?", "order a table"),
        ("Where is the library?", "package"),
        ("How do I find a tap dance class?", "faucet"),
        ("How do I open up to my friend?", "set up"),
        ("Which cards can I use?", "what cards am I able to I"),
    ],
)
def test_a_word_in_another_sense_is_left_alone(question: str, wrong: str) -> None:
    """A verb needs an object of its entry's, a noun its companions."""
    assert not [new for new in rewordings(question) if wrong in new.lower()]


def test_inflection_and_article_follow_the_new_word() -> None:
    """Participles, plurals and a or an come out right."""
    assert any("was turned down" in new for new in rewordings("My visa was rejected yesterday."))
    assert not [new for new in rewordings("Is there a bill for it?") if " a invoice" in new]
    assert any("an invoice" in new for new in rewordings("Is there a bill for it?"))
    assert any("deleting" in new or "erasing" in new for new in rewordings("What is the way of removing the file?"))


def test_the_answer_ranks_the_equivalents() -> None:
    """A word of the seed's own answer is drawn more often than one that is not in it."""
    domain = Domain.of([Text.parse(question) for question, _ in SEEDS], [answer for _, answer in SEEDS])
    augmenter = grounded(Rewording(1.0), domain)
    text = Text.parse(SEEDS[0][0])
    drawn = Counter(
        word
        for new in augmenter([text] * 400, generators(1, 0, 400))
        for word in ("picture", "image")
        if word in str(new)
    )
    assert drawn["picture"] > 1.5 * drawn["image"] > 0


def test_a_glossary_holds_whatever_the_lexicon_says() -> None:
    """The user's own terms stand for each other, both ways."""
    augmenter = Rewording(1.0, glossary=(("kiosk", "terminal stand"),))
    assert any("terminal stand" in new for new in rewordings("Where is the kiosk?", augmenter=augmenter))
    assert any("kiosk" in new for new in rewordings("Where is the terminal stand?", augmenter=augmenter))
    with pytest.raises(ValueError, match="two or more"):
        Rewording(glossary=(("kiosk",),))


def test_strength_is_the_share_of_places_that_change() -> None:
    """A stronger rewording keeps fewer of the question's words."""
    text = Text.parse("How do I delete the photo and install the program on my mobile phone?")

    def kept(strength: float) -> int:
        news = Rewording(strength)([text] * 100, generators(1, 0, 100))
        return sum(len(set(map(str.lower, text.words)) & set(map(str.lower, new.words))) for new in news)

    assert kept(1.0) < kept(0.5) < kept(0.1)
    with pytest.raises(ValueError, match="strength must lie in"):
        Rewording(2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "How do I|Why can't I|What if|delete|open|is not working|two|files|`rm -f`|my_file|my account|100 MB|"
            "top up|never|cancel|the order|a photo|was declined|how long does it take|for|to|in the app|twice|?".split(
                "|"
            )
        ),
        max_size=9,
    ).map(" ".join)
)
def test_locks_negations_and_numbers_stay(question: str) -> None:
    """Whatever is said otherwise, locked spans, negations and numbers are all still there."""
    text = Text.parse(question)
    kept = Counter(word.lower() for word in text.words if word.lower() in NEGATIONS | KEPT_WORDS)
    for new in Rewording(1.0)([text] * 6, generators(2, 0, 6)):
        assert sorted(new.locked) == sorted(text.locked)
        assert not kept - Counter(word.lower() for word in new.words)


def test_it_works_in_a_chain_and_in_a_set() -> None:
    """The rows of a chain keep their answers, and name the steps that made them."""
    recipe = {"told otherwise": Chain((Rewording(), Phrasing("polite"), Typos()))}
    rows = expand(SEEDS, n=60, recipe=recipe, cot="none")
    assert {row.answer for row in rows} == {answer for _, answer in SEEDS}
    assert any("Rewording(strength=0.6, glossary=())" in row.steps for row in rows)


def test_other_languages_are_left_alone() -> None:
    """The table is English."""
    assert vary("如何删除文件？", Rewording(1.0)) == "如何删除文件？"
    assert vary("Wie lösche ich die Datei?", Rewording(1.0)) == "Wie lösche ich die Datei?"


def test_no_wording_is_taken_from_the_phrasings_it_is_measured_with() -> None:
    """No real phrasing stands word for word in the table, the frames or the stories."""
    from slmaug.augment.frames import cores, wordings
    from slmaug.augment.frames.stories import story
    from slmaug.augment.lexicon.equivalents import english_equivalents

    data = Path(os.environ.get("SLMAUG_DATA", "")) if os.environ.get("SLMAUG_DATA") else None
    if data is None or not list(data.glob("*_real.csv")):
        pytest.skip("the real phrasings are not here; set SLMAUG_DATA to the folder of the sample files")
    sentences: set[str] = set()
    for path in data.glob("*_real.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            sentences |= {" ".join(Text.parse(row["Question"]).words).lower() for row in csv.DictReader(file)}
    entries = [entry for group in english_equivalents().by_word.values() for entry in group]
    whole = {" ".join(entry.words) for entry in entries} | {o.lower() for entry in entries for o in entry.others}
    parts = [block for core in cores.CORES.values() for block in core.values()]
    blocks = [*parts, *wordings.FORMS.values(), *wordings.EXTRA.values(), wordings.BEFORE, wordings.BEHIND]
    whole |= {" ".join(re.findall(r"[\w'{}]+", part)).lower() for block in blocks for part in re.split(r"[|\n]", block)}
    whole |= {" ".join(Text.parse(story(rng, False)).words).lower() for rng in generators(1, 0, 2000)}
    assert not len(whole & sentences), "a real phrasing is in the table, the frames or the stories"


@pytest.mark.parametrize(
    ("question", "there", "absent"),
    [
        ("What is this fee on my bill?", "Where does this fee on my invoice come from?", "come from on"),
        ("What causes the errors?", "What is the reason for the error messages?", "does the error"),
        ("What is this charge on my account?", "Why is there a fee on my account?", "an fee"),
        ("What is this direct debit?", "Why is there an automatic payment?", "a automatic"),
    ],
)
def test_turns_fit_what_stands_in_them(question: str, there: str, absent: str) -> None:
    """A preposition at the end stays there, and a plural takes no "does", and the article fits."""
    news = {str(new) for new in Rewording(1.0)([Text.parse(question)] * 300, generators(2, 0, 300))}
    assert there in news
    assert not [new for new in news if absent in new]


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("How do I take a screenshot on a tablet?", "pill"),
        ("Is the museum open on public holidays?", "paid time"),
        ("Where do I register my dog?", "account"),
        ("How do I change a flat tyre?", "edit"),
        ("My flight was delayed. Do I get compensation?", "catch|take comp"),
        ("How do I book an appointment with a doctor?", "date with|event|entry"),
        ("How do I add a column to a table?", "insert|put in"),
        ("How do I log in to my account?", "account to"),
        ("How do I make a table of contents?", "made of"),
        ("What documents do I need to open an account?", "do i have to|access|get into"),
        ("Do you offer part-time positions?", r"is part-time"),
        ("How do I replace my card?", "a new my"),
        ("Why was my paper rejected without review?", "review turned|review go|rating"),
        ("How do I reset my router?", "a new"),
        ("How do I sort a list without changing it?", "would like to have"),
    ],
)
def test_no_equivalent_of_another_sense(question: str, never: str) -> None:
    """Words are exchanged only where they mean the same: a tablet with a screen is no pill."""
    assert not [new for new in rewordings(question) if re.search(never, new, re.IGNORECASE)]
