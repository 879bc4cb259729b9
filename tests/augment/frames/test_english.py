"""English wordings: what they must carry, and sentences that no native speaker would write."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from slmaug.augment.frames.cores import CORES
from slmaug.augment.frames.english import rephrase
from slmaug.augment.frames.wordings import EXTRA, FORMS
from slmaug.augment.phrasing import PHRASING_FORMS
from slmaug.function_words import NEGATIONS
from slmaug.rng import Random, stream_key
from slmaug.templates import slots_of
from slmaug.text import Text

QUESTIONS = (
    "How do I prune my rose bush with `shears()` in winter?",
    "Can I freeze cooked rice for 3 months?",
    "Why can't I log in to the portal without `ssh`?",
    "Why does the dishwasher leave white spots on glasses?",
    "Where are the spare keys of `flat-3`?",
    "What are the opening hours of the Central Library?",
    "Is there no way to cancel the subscription?",
    "Are there any side effects of ibuprofen?",
    "How many guests can I invite?",
    "Which vaccines do I need for Kenya?",
    "What should I do if the smoke alarm won't stop?",
    "Does the policy not cover water damage?",
    "Can't I pay in cash?",
    "The app never opens `x.cfg`.",
    "Unable to open the lid",
    "refund status",
    "Is the pool heated? How do I book a lane?",
    "Please tell me how to poach an egg.",
    "You don't ship to Norway, do you?",
)


def wordings(question: str, form: str, count: int = 60) -> set[str]:
    text = Text.parse(question)
    drawn = (rephrase(text, form, Random(stream_key(form, i), stream_key(i))) for i in range(count))
    return {str(text) for text in drawn if text is not None}


@pytest.mark.parametrize("form", PHRASING_FORMS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_wording_loses_a_lock_or_a_negation(question: str, form: str) -> None:
    """Each code span, number, name and each ``not`` of the question is in every wording as often."""
    locked = Counter(Text.parse(question).locked)
    denied = [word for word in re.findall(r"[a-z']+", question.lower()) if word in NEGATIONS]
    for wording in wordings(question, form):
        assert all(wording.count(span) >= count for span, count in locked.items())
        assert all(word in wording.lower() for word in denied)


@pytest.mark.parametrize("form", PHRASING_FORMS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_wording_has_a_seam(question: str, form: str) -> None:
    """No doubled space or mark, no space before a mark, no slot left open."""
    for wording in wordings(question, form):
        prose = re.sub(r"`[^`]*`", "x", wording)
        assert not re.search(r"  |[.?!,:]{2}| [.?!,:]|[{}]|^\W|\ba a\b|\bthe the\b", prose), wording


@pytest.mark.parametrize(
    ("question", "never"),
    [
        (
            "What are the opening hours of the library?",
            r"hours of the library is\b|what is the opening|what's the opening",
        ),
        ("Where are the spare keys?", r"keys is\b|where is the"),
        ("How do I renew my passport?", r"\byou renew my\b|\bone can renew my\b"),
        ("Which vaccines do I need for Kenya?", r"to need"),
        ("How many guests can I invite?", r"guests to invite"),
        ("Please tell me how to poach an egg.", r"pleas\w* tell me how to poach.*how|pleasing"),
        ("Can't I pay in cash?", r"(if|whether|that) I can't"),
        ("Unable to open the lid", r"that unable|like unable"),
        ("Why does the dishwasher leave white spots on glasses?", r"spotses|(why|that|come) the dishwasher leave\b"),
        ("Does the policy cover water damage?", r"(if|whether|that) the policy cover\b|damages"),
        ("refund status", r"refunding|how to refund"),
        ("Is there no way to cancel the subscription?", r"is there a way to cancel|how to cancel|how I can cancel"),
        ("Can I freeze cooked rice?", r"^freeze cooked rice\.?$"),
        ("Are there fees for parking?", r"such a thing"),
        ("How come the invoice was sent twice?", r"^come invoice|: come invoice"),
    ],
)
def test_what_no_native_speaker_writes_is_not_written(question: str, never: str) -> None:
    """Agreement, pronouns and the sense of a question survive all the wordings of all forms but the fragments."""
    for form in PHRASING_FORMS:
        if form in ("fragment", "search", "topic", "terse", "context"):
            continue
        for wording in wordings(question, form, 150):
            assert not re.search(never, wording, re.IGNORECASE), wording


def test_every_kind_and_form_is_known() -> None:
    """Extra wordings are for forms and kinds that exist, and slots have names that something fills."""
    known = set(
        """action deed gerund option choosing impersonal object participle rest clause fact raw np be aux wh
            infinitive theme whole original single act acting errand sorts sort feature awaited event happened has
            keywords asked direct statement nominal report""".split()
    )
    assert {kind for kind, _ in EXTRA} <= set(CORES)
    assert {form for _, form in EXTRA} <= set(PHRASING_FORMS)
    blocks = [*FORMS.values(), *EXTRA.values(), *(block for core in CORES.values() for block in core.values())]
    assert {slot.lower() for block in blocks for slot in slots_of(block)} <= known


def test_a_text_without_words_has_no_wording() -> None:
    """Marks alone ask nothing."""
    assert all(rephrase(Text.parse("?!"), form, Random(1)) is None for form in PHRASING_FORMS)
