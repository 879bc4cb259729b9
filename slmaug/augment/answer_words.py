"""Words of the answer beside the question's own: people ask with what they are about to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal, get_args

from slmaug.augment.augmenter import check_share, per_text
from slmaug.augment.domain import Domain, Seed, content_words, stem
from slmaug.augment.frames.clauses import LEXICON, is_verb
from slmaug.augment.frames.english import searched
from slmaug.augment.frames.stretches import stretch
from slmaug.function_words import (
    ARTICLES,
    BE,
    FUNCTION_WORDS,
    LIGHT_VERBS,
    NEGATIONS,
    PARTICLES,
    POSSESSIVES,
    PREPOSITIONS,
)
from slmaug.opposites import turned_round
from slmaug.rng import Random
from slmaug.text import FREE, KEPT, KEPT_WORDS, Text

AnswerForm = Literal["keywords", "aside"]
Kind = Literal["thing", "deed", "words"]
ANSWER_FORMS: tuple[AnswerForm, ...] = get_args(AnswerForm)
_SPLIT = re.compile(
    r"[.;:!?,()\u25c6\n>]+|(?<![\w-])(?:and|or|but|which|who|that|because|if|when|while|so|unless|until|before|after|once|"
    r"where|then)(?![\w-])",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;:!?]\s|\n")
_TOKEN = re.compile(r"[A-Za-z]+(?:['\u2019-][A-Za-z]+)*")
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]*")
_EMPTY = FUNCTION_WORDS | LIGHT_VERBS
_SHIFT = {"your": "my", "yours": "mine", "our": "your", "us": "you", "we": "you", "yourself": "myself"}
_LONGEST = 7  # words of the answer that are taken over together
_OPENS_THING = ARTICLES | POSSESSIVES
_NOT_TYPED = FUNCTION_WORDS - PREPOSITIONS - PARTICLES  # in a search
_VAGUE = frozenset("this that these those it its they them their each same such there here one ones".split())
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


@dataclass(frozen=True)
class Piece:
    """A few words of an answer that stand together there."""

    words: tuple[str, ...]
    weight: float
    kind: Kind
    """A noun phrase, something to do, or words that are neither."""


@dataclass(frozen=True)
class AnswerWords:
    """Bring words of the seed's own answer into its question, those rather that tell it from the other seeds.

    ========  ========================================================
    keywords  change pin, cash machine menu
    aside     Where can I change my PIN? Is it about the PIN menu?
              Someone mentioned the app. Where can I change my PIN?
    ========  ========================================================

    No code, numbers or negations of the answer come in, and nothing that says the opposite.
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
        extra = _free([word for word in piece.words if word.lower() not in _NOT_TYPED | there])
        if not len(extra):
            return text
        first, second = (extra, own) if rng.frame().randrange(4) == 0 else (own, extra)
        parts = [*first.parts[:-1], ", ", *second.parts[1:-1], ""]
        return Text(parts, (*first.status, *second.status), "en", text.steps)


def _free(words: Sequence[str]) -> Text:
    parts = [""]
    for word in words:
        parts += [word, " "]
    parts[-1] = ""
    return Text(parts, tuple(FREE for _ in words), "en")


def _apart(one: Piece, other: Piece) -> bool:
    return not content_words(" ".join(one.words)) & content_words(" ".join(other.words))


def _with_aside(text: Text, piece: Piece, other: Piece | None, rng: Random) -> Text:
    """The question as it stands, with a sentence in front of it or behind it."""
    said = " ".join((*piece.words, *(("and", *other.words) if other else ())))
    sayings: tuple[str, ...] = _DEEDS if piece.kind == "deed" else _THINGS
    if not text.parts[-1].rstrip().endswith("?"):  # who gives an order does not ask about it
        sayings = tuple(saying for saying in sayings if not saying.endswith("?"))
    before, after = rng.frame().favourite(sayings).split("{q}")
    front, behind = (Text.with_spans(part.strip().format(said), ()) for part in (before, after))
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
    pieces = [p for p in _pieces(seed, domain) if p.kind != "words" or (form == "keywords" and _searchable(p))]
    return pieces, list(accumulate(piece.weight for piece in pieces))


def _searchable(piece: Piece) -> bool:
    """Whether people would type it: no lone verb or adverb, nor what is left of a clause in the passive."""
    words = [word.lower() for word in piece.words]
    if len(words) == 1:
        return LEXICON.parts_of_speech(words[0])[:1] in ((), ("noun",))
    return not set(words) & BE and not (words[0].endswith("ed") and is_verb(words[0]))


def _pieces(seed: Seed, domain: Domain) -> list[Piece]:
    found: dict[tuple[str, ...], Piece] = {}
    question = str(seed.text)
    names = _names(seed.prose)
    for sentence in _SENTENCE.split(seed.prose):
        chunks = [chunk.lower().replace("\u2019", "'").split() for chunk in _SPLIT.split(sentence)]
        is_told = bool(chunks[0]) and is_verb(chunks[0][0])
        for chunk in chunks:
            if NEGATIONS & set(chunk):
                continue
            for run in _runs(chunk):
                new = content_words(" ".join(run)) - seed.asked
                if new and not turned_round(" ".join(run), question):
                    weight = sum(domain.specificity(word) for word in run if stem(word) in new)
                    kind = _kind(run, is_told and run[0] == chunk[0])
                    said = tuple(names.get(word, word) for word in run)
                    found.setdefault(run, Piece(said, weight + 0.1, kind))
    return list(found.values())


def _names(prose: str) -> dict[str, str]:
    """Words that stand in capitals inside a sentence, and nowhere in small letters, by their small letters."""
    words = set(_TOKEN.findall(prose))
    return {word.lower(): word for word in _INSIDE.findall(prose) if word.lower() not in words}


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Stretches of plain words with a content word at each end, and the noun phrases in them."""
    stretch: list[str] = []
    for word in [*words, ""]:
        if _TOKEN.fullmatch(word) and word not in KEPT_WORDS | _VAGUE:
            stretch.append(_SHIFT.get(word, word))
            continue
        if len(stretch) <= _LONGEST:
            yield from _trimmed(stretch)
        yield from _noun_phrases(stretch)
        stretch = []


def _trimmed(stretch: Sequence[str]) -> Iterator[tuple[str, ...]]:
    start, end = 0, len(stretch)
    while start < end and stretch[start] in _EMPTY - _OPENS_THING:
        start += 1
    while end > start and (stretch[end - 1] in _EMPTY or stretch[end - 1].endswith("'s")):
        end -= 1
    if end > start:
        yield tuple(stretch[start:end])


def _noun_phrases(stretch: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for at, word in enumerate(stretch):
        if word in _OPENS_THING:
            end = at + 1
            while end < len(stretch) and stretch[end] not in _EMPTY and _may_go_on(stretch[end], stretch[at + 1 : end]):
                end += 1
            if end > at + 1 and not stretch[end - 1].endswith("'s"):
                yield tuple(stretch[at:end])


def _may_go_on(word: str, before: Sequence[str]) -> bool:
    """Whether a word can belong to the noun phrase: a verb with -s or -ed behind a noun does not."""
    parts = LEXICON.parts_of_speech(word)
    return not before or not parts or parts[0] in ("noun", "adjective")


def _kind(run: Sequence[str], is_told: bool) -> Kind:
    """``is_told``: whether the words begin a clause of a sentence that tells the asker what to do."""
    first, last = run[0], LEXICON.parts_of_speech(run[-1])
    is_noun = (not last or last[0] == "noun") and not run[-1].endswith("ly")  # "a monthly"
    if first in _OPENS_THING and is_noun and not set(run[1:]) & _EMPTY:
        return "thing"
    if len(run) == 1:
        return "words"
    follows = run[1]
    whole = run[-2] not in PREPOSITIONS or run[-1].endswith("s")
    if is_told and is_verb(first) and follows in _OPENS_THING and whole and not {"i", "you"} & set(run):
        return "deed"
    return "words"
