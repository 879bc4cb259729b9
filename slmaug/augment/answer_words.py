"""Words of the answer beside the question's own: people ask with what they are about to be told, or have heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal, get_args

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.domain import Domain, Seed, content_words
from slmaug.augment.frames.english import searched
from slmaug.augment.frames.stretches import stretch
from slmaug.augment.pieces import Piece, is_searchable, pieces_of
from slmaug.augment.statements import statements_of
from slmaug.function_words import FUNCTION_WORDS, PARTICLES, PREPOSITIONS
from slmaug.rng import Random
from slmaug.templates import plain
from slmaug.text import KEPT, Text

AnswerForm = Literal["keywords", "aside", "hearsay"]
ANSWER_FORMS: tuple[AnswerForm, ...] = get_args(AnswerForm)
_NOT_TYPED = FUNCTION_WORDS - PREPOSITIONS - PARTICLES  # in a search
_DEEDS = (
    "{q} Do I have to {}?",
    "{q} Should I {}?",
    "{q} I was told to {}.",
    "{q} Is it enough to {}?",
    "{q} Do I need to {}?",
    "{q} Must I {}?",
    "{q} I tried to {}.",
    "{q} Is it right to {}?",
    "{q} Or do I just {}?",
    "{q} Someone said I should {}.",
    "I tried to {}. {q}",
    "I was told to {}. {q}",
    "Someone told me to {}. {q}",
    "I think I have to {}. {q}",
    "I'm supposed to {}, I think. {q}",
)
_THINGS = (
    "{q} Is it about {}?",
    "{q} Does it have something to do with {}?",
    "{q} I think it has to do with {}.",
    "{q} I saw something about {}.",
    "{q} I read something about {}.",
    "{q} I heard something about {}.",
    "{q} Someone mentioned {}.",
    "{q} What about {}?",
    "{q} I'm unsure about {}.",
    "I have a question about {}. {q}",
    "It's about {}. {q}",
    "This is about {}. {q}",
    "Quick question about {}. {q}",
    "I'm a bit confused about {}. {q}",
    "I saw something about {}. {q}",
    "I read something about {}. {q}",
    "Someone mentioned {}. {q}",
)
# Who has the answer does not ask; who has heard something wants to be sure of it.
_HEARD_ORDERS = (
    "{q} Do I have to {}?",
    "{q} Should I {}?",
    "{q} Do I need to {}?",
    "{q} Am I supposed to {}?",
    "{q} Is it right to {}?",
    "{q} I was told to {}. Is that right?",
    "{q} Someone told me to {}. Is that correct?",
    "{q} I think I have to {}, but I'm unsure.",
    "I think I have to {}, but I'm unsure. {q}",
    "I was told to {}, but I want to be certain. {q}",
    "Someone told me to {}, but I'd rather ask. {q}",
    "I guess I have to {}, but let me ask. {q}",
)
_HEARD_FACTS = (
    "{q} Is it true that {}?",
    "{q} Is it correct that {}?",
    "{q} Am I right that {}?",
    "{q} I read that {}. Is that right?",
    "{q} Someone told me that {}. Is that so?",
    "{q} I think that {}, but I'm unsure.",
    "I think that {}, but I'm unsure. {q}",
    "I read that {}, but I want to be certain. {q}",
    "Someone told me that {}, but I'd rather ask. {q}",
    "A friend says that {}, but let me ask. {q}",
)
_WANTED = (
    "{q} I need something that {}.",
    "{q} I'm looking for something that {}.",
    "{q} In other words, I want something that {}.",
    "{q} Is there anything that {}?",
    "{q} I'd like to have something that {}.",
    "I need something that {}. {q}",
    "I'm after something that {}. {q}",
    "I'm looking for something that {}. {q}",
)
_HEARD = {"order": _HEARD_ORDERS, "fact": _HEARD_FACTS, "purpose": _WANTED}


@dataclass(frozen=True)
class AnswerWords:
    """Bring words of the seed's own answer into its question, those rather that tell it from the other seeds.

    ========  ========================================================
    keywords  change pin, cash machine menu
    aside     Where can I change my PIN? Is it about the PIN menu?
              Someone mentioned the app. Where can I change my PIN?
    hearsay   Where can I change my PIN? Do I have to tap Change PIN in
              the app?
    ========  ========================================================

    Hearsay is a sentence of the answer from the asker's side, to be confirmed: "we send you a link" is "you send me a
    link". No code, figures or negations of the answer come in, and nothing that says the opposite.
    """

    form: AnswerForm = "keywords"
    keep: float = 0.6
    """Share of the question's own search words that stay beside the answer's, 0 to 1; two do
    at least, one of them a noun."""
    domain: Domain | None = field(default=None, repr=False, compare=False)
    """The seeds with their answers; ``expand`` puts them in, and without them nothing is changed."""

    def __post_init__(self) -> None:
        if self.form not in ANSWER_FORMS:
            raise ValueError(f"form must be one of {', '.join(ANSWER_FORMS)}, got {self.form!r}")
        check_share("keep", self.keep)

    def grounded(self, domain: Domain) -> AnswerWords:
        """The same, knowing the seeds."""
        return replace(self, domain=domain)

    @per_text
    def __call__(self, text: Text, rng: Random) -> Text:
        seed = self.domain.seed(text) if self.domain and text.language == "en" else None
        if seed is None or self.domain is None:
            return text
        domain = self.domain
        if self.form == "hearsay":
            heard = seed.text.fact("statements", lambda _: statements_of(seed, domain))
            one = rng.choice(heard) if heard else None
            return _beside(text, one.said, _HEARD[one.kind], rng) if one else text
        pieces, bounds = seed.text.fact(("pieces", self.form), lambda _: _weighed(seed, domain, self.form))
        if not pieces:
            return text
        piece = rng.choices(pieces, bounds)
        if self.form == "keywords":
            return self._searched(text, piece, rng)
        other = rng.choices(pieces, bounds)
        together = rng.frame().randrange(3) == 0 and other.kind == piece.kind == "thing" and _apart(piece, other)
        return _with_aside(text, piece, other if together else None, rng)

    def _searched(self, text: Text, piece: Piece, rng: Random) -> Text:
        strong = text.fact("searched", searched)
        own = text.picked(stretch(text, strong, self.keep, rng)).lowered()
        there = {word.lower() for word in own.words}
        typed = [word for word in piece.words if word.lower() not in _NOT_TYPED | there]
        while typed and typed[-1].lower() in PREPOSITIONS:
            typed.pop()  # "day in", where the question has the fridge
        while typed and typed[0].lower() in PREPOSITIONS:
            typed.pop(0)
        if not typed or not is_searchable(typed):
            return text
        extra = plain(" ".join(typed))
        first, second = (extra, own) if rng.frame().randrange(4) == 0 else (own, extra)
        parts = [*first.parts[:-1], ", ", *second.parts[1:-1], ""]
        return Text(parts, (*first.status, *second.status), "en", text.steps)


def _apart(one: Piece, other: Piece) -> bool:
    return not content_words(" ".join(one.words)) & content_words(" ".join(other.words))


def _with_aside(text: Text, piece: Piece, other: Piece | None, rng: Random) -> Text:
    said = " ".join((*piece.words, *(("and", *other.words) if other else ())))
    return _beside(text, said, _DEEDS if piece.kind == "deed" else _THINGS, rng)


def _beside(text: Text, said: str, sayings: tuple[str, ...], rng: Random) -> Text:
    """The question as it stands, with a sentence in front of it or behind it."""
    if not text.parts[-1].rstrip().endswith("?"):  # who gives an order does not ask about it
        sayings = tuple(saying for saying in sayings if "?" not in saying)
    before, after = rng.frame().favourite(sayings).split("{q}")
    front, behind = (Text.with_spans(part.strip().replace("{}", said), ()) for part in (before, after))
    end = text.parts[-1].strip()
    parts = list(text.parts)
    if after:
        seam = f"{end if end and end[-1] in '.?!' else '.'} "
        parts = [*parts[:-1], seam, *behind.parts[1:]]
    if before:
        parts = [*front.parts[:-1], f"{front.parts[-1]} {parts[0]}", *parts[1:]]
    kept = (KEPT,) * len(front.status), (KEPT,) * len(behind.status)
    return Text(parts, (*kept[0], *text.status, *kept[1]), "en", text.steps)


def _weighed(seed: Seed, domain: Domain, form: AnswerForm) -> tuple[list[Piece], list[float]]:
    every = pieces_of(seed, domain)
    pieces = [piece for piece in every if piece.kind != "words" or (form == "keywords" and is_searchable(piece.words))]
    return pieces, list(accumulate(piece.weight for piece in pieces))
