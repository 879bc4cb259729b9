"""Diverse prompts: the many natural ways to ask one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.frames import english
from slmaug.rng import Random
from slmaug.text import Text

PhrasingForm = Literal[
    "question",
    "indirect",
    "imperative",
    "need",
    "search",
    "polite",
    "terse",
    "first-person",
    "report",
    "topic",
    "fragment",
    "context",
    "story",
]
PHRASING_FORMS: tuple[PhrasingForm, ...] = get_args(PhrasingForm)


@dataclass(frozen=True)
class Phrasing:
    """Ask the same thing in another form, built on the question's own frame.

    The frame of the question is read ("How do I" + action, "Why" + clause, "Where is" + thing ...) and its
    parts are put, locked spans and all, into the wordings of the form:

    ========== ===========================================================
    question   What is the best way to link a card?
    indirect   Does anyone know how I can link a card?
    imperative Show me how to link a card.
    need       I need to link a card.
    search     link card app
    polite     Could you please tell me how to link a card?
    terse      linking a card?
    first-person  I'm trying to link a card. Where do I start?
    report     I'm having trouble linking a card.
    topic      Link card app: what do I need to know?
    fragment   link card
    context    I'm new here. How do I link a card? Thanks!
    story      A friend asked me this yesterday. How do I link a card?
    ========== ===========================================================

    English and Chinese; a text in another language, or whose kind of question has no such form, is unchanged.
    """

    form: PhrasingForm
    casual: float = 0.25
    """Share of English wordings typed without capitals, a mark at the end and quotes round names, 0 to 1."""

    def __post_init__(self) -> None:
        if self.form not in PHRASING_FORMS:
            raise ValueError(f"form must be one of {', '.join(PHRASING_FORMS)}, got {self.form!r}")
        check_share("casual", self.casual)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        if text.language == "zh":
            return _in_chinese(text, self.form, rng)
        wording = english.rephrase(text, self.form, rng) if text.language == "en" else None
        if wording is None:
            return text
        return wording.lowered().ending("").unquoted() if rng.frame().random() < self.casual else wording.capitalised()


def _in_chinese(text: Text, form: PhrasingForm, rng: Random) -> Text:
    # Imported here: its tables take longer to load than all the rest, and English questions need none of them.
    from slmaug.augment.frames import chinese, chinese_templates

    return (chinese.rephrase(text, form, rng) if form in chinese_templates.FORMS else None) or text
